package gitops

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// Bound is how long something stays at most, as configured. Neither Never nor Known: it cannot be told, and Why says so.
type Bound struct {
	At    time.Duration
	Known bool
	Never bool // it is not put right at all
	Why   string
}

func (b Bound) String() string {
	switch {
	case b.Never:
		return "never: " + b.Why
	case !b.Known:
		return "unknown: " + b.Why
	}
	return short(b.At)
}

// short writes a duration without its zero parts: 1h, not 1h0m0s.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func never(why string) Bound   { return Bound{Never: true, Why: why} }
func unknown(why string) Bound { return Bound{Why: why} }

// fluxDuration is what Flux's schemas take for a duration.
var fluxDuration = regexp.MustCompile(`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`)

// interval reads a duration at a path of an object.
func (g *Graph) interval(o *Object, at ...any) Bound {
	n := o.Node.Lookup(at...)
	if n == nil || n.Kind == document.Null {
		return unknown(dotted(at) + " is not set")
	}
	v := g.Resolve(o, n.Text)
	if !v.Known {
		return unknown(dotted(at) + " is a variable")
	}
	if n.Kind != document.String || !fluxDuration.MatchString(v.Text) {
		return unknown(dotted(at) + " is no duration")
	}
	d, err := time.ParseDuration(v.Text)
	switch {
	case err != nil:
		return unknown(dotted(at) + " is no duration")
	case d == 0: // below a nanosecond too
		return never(dotted(at) + " is 0")
	}
	return Bound{At: d, Known: true}
}

func dotted(at []any) string {
	parts := make([]string, len(at))
	for i, step := range at {
		parts[i] = fmt.Sprint(step)
	}
	return strings.Join(parts, ".")
}

// Bounds tells, for a reconciler, how long a commit takes to reach the cluster, which the source's interval bounds, and how
// long a drift stays, which the reconciler's own does.
func (g *Graph) Bounds(o *Object) (commit, repair Bound) {
	switch {
	case o.Family == "argocd":
		return g.argoBounds(o)
	case g.suspended(o):
		return never("suspended"), never("suspended")
	case o.Kind == "HelmRelease":
		return g.chartBound(o), g.helmRepair(o)
	}
	return g.sourceBound(o.source(), 0), g.interval(o, "spec", "interval")
}

// suspended takes a text for what it says: the cluster refuses it, and whoever wrote it meant it.
func (g *Graph) suspended(o *Object) bool {
	n := o.Node.Lookup("spec", "suspend")
	return n != nil && (n.Kind == document.Bool || n.Kind == document.String) && g.Resolve(o, n.Text).Text == "true"
}

func isTrue(n *document.Node) bool { return n != nil && n.Kind == document.Bool && n.Text == "true" }

func (g *Graph) helmRepair(o *Object) Bound {
	mode := g.Resolve(o, o.Node.Lookup("spec", "driftDetection", "mode").Str())
	switch {
	case !mode.Known:
		return unknown("spec.driftDetection.mode is a variable")
	case mode.Text != "enabled":
		return never("drift detection is " + or(mode.Text, "disabled"))
	}
	return g.interval(o, "spec", "interval")
}

// chartBound is how long a chart's new version takes: the slower of its source and of what looks into the source.
func (g *Graph) chartBound(o *Object) Bound {
	own := []any{"spec", "chart", "spec", "interval"}
	source := o.source()
	isRegistry := source != nil && source.Kind == "HelmRepository" && source.Node.Lookup("spec", "type").Str() == "oci"
	switch {
	case o.Node.Lookup(own...) != nil && isRegistry:
		return g.interval(o, own...)
	case o.Node.Lookup(own...) != nil:
		return slower(g.interval(o, own...), g.sourceBound(source, 0))
	case isRegistry:
		return g.interval(o, "spec", "interval") // a registry has no index: the chart is looked for at the release's own pace
	}
	return g.sourceBound(source, 0)
}

// slower is the worse of two bounds: one that is never kept, else one that is not known, else the longer.
func slower(a, b Bound) Bound {
	switch {
	case a.Never || !a.Known && !b.Never:
		return a
	case b.Never || !b.Known || b.At > a.At:
		return b
	}
	return a
}

// SourceBound is how long a source takes to notice a commit.
func (g *Graph) SourceBound(source *Object) Bound { return g.sourceBound(source, 0) }

// maxChain bounds how many sources may stand behind one another.
const maxChain = 8

func (g *Graph) sourceBound(source *Object, depth int) Bound {
	switch {
	case source == nil:
		return unknown("its source is not in the repository")
	case depth > maxChain:
		return unknown("its sources refer to one another")
	case g.suspended(source):
		return never("its source is suspended")
	case source.Role == Generator:
		worst := Bound{Known: true}
		for _, r := range source.refs {
			worst = slower(worst, g.sourceBound(r.to, depth+1))
		}
		return worst
	case source.Kind == "HelmChart":
		return slower(g.interval(source, "spec", "interval"), g.sourceBound(source.source(), depth+1))
	case source.Kind == "ExternalArtifact":
		return unknown("its source is made by something outside of the repository")
	case source.Kind == "GitRepository" && source.Node.Lookup("spec", "ref", "commit").Str() != "":
		return never("its source is pinned to a commit")
	}
	return g.interval(source, "spec", "interval")
}

// argoBounds: an application is compared every timeout.reconciliation and up to a jitter later.
func (g *Graph) argoBounds(o *Object) (commit, repair Bound) {
	every := g.ArgoReconciliation()
	spec := o.Node.Get("spec")
	if o.Kind == "ApplicationSet" {
		spec = spec.Lookup("template", "spec")
	}
	automated, enabled := automatic(spec)
	if !enabled {
		return never("syncing is not automated"), never("syncing is not automated")
	}
	if !isTrue(automated.Get("selfHeal")) {
		return every, never("selfHeal is off")
	}
	return every, every
}

// automatic returns syncPolicy.automated and whether it is on: a mapping is, be it empty, unless enabled is false.
func automatic(spec *document.Node) (*document.Node, bool) {
	policy := spec.Get("syncPolicy")
	automated := policy.Get("automated")
	if automated == nil || automated.Kind != document.Mapping {
		return nil, false
	}
	e := automated.Get("enabled")
	return automated, e == nil || e.Kind == document.Null || isTrue(e)
}

// The reconciliation of Argo CD when argocd-cm does not say otherwise.
const (
	argoTimeout = 120 * time.Second
	argoJitter  = 60 * time.Second
)

// ArgoReconciliation is how often Argo CD looks for new commits, jitter included: what the repository's argocd-cm says, else
// the default.
func (g *Graph) ArgoReconciliation() Bound {
	worst := Bound{}
	found := false
	for _, o := range g.Objects {
		if o.Role != Settings || o.Name != "argocd-cm" {
			continue
		}
		if b := g.ReconciliationOf(o); found {
			worst = slower(worst, b)
		} else {
			worst, found = b, true
		}
	}
	if !found {
		return Bound{At: argoTimeout + argoJitter, Known: true}
	}
	return worst
}

// farAway is longer than any bound that is kept; beyond it sums might overflow.
const farAway = 10 * 365 * 24 * time.Hour

// ReconciliationOf is how often Argo CD looks for new commits as one argocd-cm says.
func (g *Graph) ReconciliationOf(settings *Object) Bound {
	total := time.Duration(0)
	for _, part := range []struct {
		key       string
		otherwise time.Duration
	}{{"timeout.reconciliation", argoTimeout}, {"timeout.reconciliation.jitter", argoJitter}} {
		n := settings.Node.Lookup("data", part.key)
		if n == nil {
			total += part.otherwise
			continue
		}
		text := n.Text
		if text == "0" {
			text = "0s"
		}
		d, err := time.ParseDuration(text)
		switch {
		case err != nil:
			return unknown(part.key + " is no duration")
		case d > farAway:
			return never(part.key + " is longer than ten years")
		case d <= 0 && part.key == "timeout.reconciliation":
			return never("timeout.reconciliation is 0")
		}
		total += max(d, 0)
	}
	return Bound{At: total, Known: true}
}
