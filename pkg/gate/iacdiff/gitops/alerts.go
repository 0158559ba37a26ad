package gitops

import (
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// Recorded reports whether what a reconciler repairs is told to somebody: a Flux Alert of severity info, whose Provider is
// there, watches it; or Argo CD's notifications do.
func (g *Graph) Recorded(o *Object) bool {
	if o.Family == "argocd" {
		return g.argoNotifies(o)
	}
	for _, alert := range g.Objects {
		if alert.Role != Alert || g.suspended(alert) || !g.provided(alert) || excludes(alert) {
			continue
		}
		// Repairs are events of severity info; an alert for errors does not see them.
		if s := alert.Node.Lookup("spec", "eventSeverity").Str(); s != "" && s != "info" {
			continue
		}
		for _, source := range items(alert.Node.Lookup("spec", "eventSources")) {
			name := source.Get("name").Str()
			if labels := source.Get("matchLabels"); labels != nil && !matches(labels, o) {
				continue
			}
			if source.Get("kind").Str() == o.Kind && or(source.Get("namespace").Str(), alert.Namespace) == o.Namespace && (name == "*" || name == o.Name) {
				return true
			}
		}
	}
	return false
}

// excludes reports whether an alert leaves messages out by pattern: which ones, only running it would tell.
func excludes(alert *Object) bool { return len(items(alert.Node.Lookup("spec", "exclusionList"))) > 0 }

func matches(labels *document.Node, o *Object) bool {
	if labels.Kind != document.Mapping {
		return false
	}
	for _, p := range labels.Pairs {
		if v := o.Node.Lookup("metadata", "labels", p.Key.Text); v == nil || v.Text != p.Value.Text {
			return false
		}
	}
	return true
}

func (g *Graph) provided(alert *Object) bool {
	for _, r := range alert.refs {
		if r.Kind == "Provider" {
			return r.Found
		}
	}
	return false
}

const argoSubscribe = "notifications.argoproj.io/subscribe."

func (g *Graph) argoNotifies(o *Object) bool {
	meta := o.Node.Get("metadata")
	if o.Kind == "ApplicationSet" {
		meta = o.Node.Lookup("spec", "template", "metadata")
	}
	if a := meta.Get("annotations"); a != nil {
		for _, p := range a.Pairs {
			if strings.HasPrefix(p.Key.Text, argoSubscribe) {
				return true
			}
		}
	}
	for _, s := range g.Objects {
		if s.Role == Settings && s.Name == "argocd-notifications-cm" && s.Node.Lookup("data", "subscriptions").Str() != "" {
			return true
		}
	}
	return false
}
