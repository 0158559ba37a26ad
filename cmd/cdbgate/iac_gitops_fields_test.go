package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// fields is a case of what reconciles: one file, in which every line that is to be found fault with says by which rule, in a
// comment at its end (# GIT003, # GIT002:note, # GIT006:warning; an error unless it says otherwise).
type fields struct {
	what, text string
	says       string // a part of some finding's message
	// The bounds of each reconciler and source of the file whose name is x, in their order: how long a commit takes to reach the
	// cluster, and how long a drift stays, which no source has.
	bounds []string
	around string // the other file, when it is not surroundings
}

// surroundings are what a reconciler needs for nothing to be said of it.
const surroundings = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: all, namespace: flux-system}
spec: {interval: 1m, suspend: false, url: https://git.example.org/all}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts, namespace: flux-system}
spec: {interval: 2m, suspend: false, url: https://charts.example.org}
` + toldSomewhere

const toldSomewhere = `---
apiVersion: notification.toolkit.fluxcd.io/v1beta3
kind: Provider
metadata: {name: audit, namespace: flux-system}
spec: {type: generic, address: https://audit.example.org}
---
apiVersion: notification.toolkit.fluxcd.io/v1beta3
kind: Alert
metadata: {name: repairs, namespace: flux-system}
spec:
  providerRef: {name: audit}
  eventSeverity: info
  eventSources: [{kind: Kustomization, name: "*"}, {kind: HelmRelease, name: "*"}]
`

// The objects that cases change a line of.
const (
	aKustomization = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: x
  namespace: flux-system
spec:
  sourceRef:
    kind: GitRepository
    name: all
  path: ./
  interval: 5m
  retryInterval: 1m
  prune: true
  suspend: false
`
	aRelease = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: x
  namespace: flux-system
spec:
  interval: 5m
  suspend: false
  chart:
    spec:
      chart: web
      sourceRef:
        kind: HelmRepository
        name: charts
  driftDetection:
    mode: enabled
`
)

// aSource is a source of a kind.
func aSource(kind string) string {
	return "apiVersion: source.toolkit.fluxcd.io/v1\nkind: " + kind + "\nmetadata: {name: x, namespace: flux-system}\nspec:\n  interval: 5m\n  suspend: false\n"
}

// with is a text with parts replaced; each must be there, exactly once.
func with(text string, pairs ...string) string {
	for pair := range slices.Chunk(pairs, 2) {
		if strings.Count(text, pair[0]) != 1 {
			panic(fmt.Sprintf("%q stands %d times in\n%s", pair[0], strings.Count(text, pair[0]), text))
		}
		text = strings.Replace(text, pair[0], pair[1], 1)
	}
	return text
}

var expected = regexp.MustCompile(`# (GIT[0-9]{3}.*)$`)

// wanted reads the comments: "RULE severity, line".
func wanted(text string) (want []string, fails bool) {
	for i, line := range strings.Split(text, "\n") {
		m := expected.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		for _, rule := range strings.Fields(m[1]) {
			id, severity, _ := strings.Cut(rule, ":")
			if severity == "" {
				severity, fails = "error", true
			}
			want = append(want, fmt.Sprintf("%s %s, line %d", id, severity, i+1))
		}
	}
	slices.Sort(want)
	return want, fails
}

// judgeFields judges every case as a folder of its own. It needs no Git: nothing here asks what changed.
func judgeFields(t *testing.T, cases []fields) {
	for _, test := range cases {
		t.Run(test.what, func(t *testing.T) {
			t.Parallel()
			const file = "clusters/x.yaml"
			around := test.around
			if around == "" {
				around = surroundings
			}
			c := &clone{T: t, dir: t.TempDir()}
			c.write(file, test.text, "clusters/around.yaml", around)
			r, status := c.runIn(nil, "iac-diff")
			want, fails := wanted(test.text)
			var got []string
			said := test.says == ""
			for _, f := range r.Findings {
				if f.Location == nil || f.Location.Path != file {
					t.Errorf("elsewhere: %s %s at %+v", f.Rule, f.Message, f.Location)
					continue
				}
				got = append(got, fmt.Sprintf("%s %s, line %d", f.Rule, f.Severity, f.Location.StartLine))
				said = said || strings.Contains(f.Message, test.says)
			}
			slices.Sort(got)
			if (status == 1) != fails || status > 1 || !slices.Equal(got, want) || !said {
				t.Errorf("status %d, %q\nwant %q and %q in one of", status, got, want, test.says)
				for _, f := range r.Findings {
					t.Logf("%s: %s", f.Rule, f.Message)
				}
			}
			if bounds := boundsOf(t, r, file, test.text); test.bounds != nil && !slices.Equal(bounds, test.bounds) {
				t.Errorf("bounds %q, want %q", bounds, test.bounds)
			}
		})
	}
}

// boundsOf lists the bounds of what is called x, and checks that each is said to stand where its spec does.
func boundsOf(t *testing.T, r *finding.Report, file, text string) (bounds []string) {
	var specs []int
	for i, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "spec:") {
			specs = append(specs, i+1)
		}
	}
	for _, o := range r.Reconcilers {
		if !strings.HasSuffix(o.Resource, "/x") {
			continue
		}
		if o.Path != file || !slices.Contains(specs, o.Line) {
			t.Errorf("%s is said to stand at %s:%d", o.Resource, o.Path, o.Line)
		}
		if o.DriftToRepair == "" {
			bounds = append(bounds, o.CommitToCluster)
		} else {
			bounds = append(bounds, o.CommitToCluster+" | "+o.DriftToRepair)
		}
	}
	return bounds
}

func TestIntervals(t *testing.T) {
	t.Parallel()
	// Every kind that has an interval, one after the other.
	kinds := []string{
		with(aKustomization, "  retryInterval: 1m\n", ""), aRelease,
		aSource("GitRepository"), aSource("OCIRepository"), aSource("Bucket"), aSource("HelmRepository"), aSource("HelmChart") + "  chart: web\n  sourceRef: {kind: GitRepository, name: all}\n",
	}
	var cases []fields
	for _, v := range []struct {
		value, says string
		bound       string // of the interval alone
	}{
		{"", "spec.interval is missing", "unknown: spec.interval is not set"},
		{"null", "spec.interval is missing", "unknown: spec.interval is not set"},
		{"0", "spec.interval is 0, which is no duration", "unknown: spec.interval is no duration"},
		{`"0"`, "spec.interval is 0, which is no duration", "unknown: spec.interval is no duration"},
		{"0s", "spec.interval is 0s: it never runs again", "never: spec.interval is 0"},
		// Less than a nanosecond is none.
		{"0.0000001ms", "it never runs again", "never: spec.interval is 0"},
		{"5", "spec.interval is 5, which is no duration", "unknown: spec.interval is no duration"},
		{`"5"`, "spec.interval is 5, which is no duration", "unknown: spec.interval is no duration"},
		{"300s", "", "5m"},
		{"5m", "", "5m"},
		{`"4m60s"`, "", "5m"},
		{"299999.9ms", "", "4m59.9999s"},
		{"5m1s", "spec.interval is 5m1s, longer than 5m", "5m1s"},
		{"1h", "spec.interval is 1h, longer than 5m", "1h"},
		{"-5m", "spec.interval is -5m, which is no duration", "unknown: spec.interval is no duration"},
		{"5 m", "which is no duration", "unknown: spec.interval is no duration"},
		{"true", "spec.interval is true, which is no duration", "unknown: spec.interval is no duration"},
		{"[5m]", "which is no duration", "unknown: spec.interval is no duration"},
		{"5m # of a comment", "", "5m"},
		{"${INTERVAL}", "spec.interval is a variable whose value is not in the repository", "unknown: spec.interval is a variable"},
		{"${INTERVAL:=5m}", "spec.interval is a variable whose value is not in the repository", "unknown: spec.interval is a variable"},
	} {
		// The last, the chart, is looked for in a source of 1m, so that its own interval counts.
		text, bounds := "", []string{"1m | " + v.bound, "2m | " + v.bound, v.bound, v.bound, v.bound, v.bound, v.bound}
		for _, object := range kinds {
			switch {
			case v.value == "":
				object = with(object, "  interval: 5m\n", "", "\nspec:", "\nspec: # GIT003")
			case strings.Contains(v.says, "missing"): // its value is there, and says nothing
				object = with(object, "interval: 5m", "interval: "+v.value, "\nspec:", "\nspec: # GIT003")
			case v.says != "":
				object = with(object, "interval: 5m", "interval: "+v.value+" # GIT003")
			default:
				object = with(object, "interval: 5m", "interval: "+v.value)
			}
			text += object + "---\n"
		}
		// Nothing here covers these objects, so that any value may be put in for a variable, a default or not.
		text = strings.Replace(text, "path: ./\n", "path: ./apps\n", 1)
		cases = append(cases, fields{what: "interval " + v.value, text: text, says: v.says, bounds: bounds})
	}
	cases = append(cases, []fields{
		{what: "retryInterval", text: with(aKustomization, "retryInterval: 1m", "retryInterval: 5m"), bounds: []string{"1m | 5m"}},
		{what: "retryInterval absent", text: with(aKustomization, "  retryInterval: 1m\n", "")},
		{what: "retryInterval too long", text: with(aKustomization, "retryInterval: 1m", "retryInterval: 10m # GIT003"), says: "spec.retryInterval is 10m, longer than 5m", bounds: []string{"1m | 5m"}},
		{what: "retryInterval a number", text: with(aKustomization, "retryInterval: 1m", "retryInterval: 60 # GIT003"), says: "spec.retryInterval is 60, which is no duration"},
		{what: "retryInterval 0s", text: with(aKustomization, "retryInterval: 1m", "retryInterval: 0s # GIT003"), says: "spec.retryInterval is 0s"},
		{what: "chart's interval", text: with(aRelease, "chart: web", "chart: web\n      interval: 5m"), bounds: []string{"5m | 5m"}},
		{what: "chart's interval too long", text: with(aRelease, "chart: web", "chart: web\n      interval: 1h # GIT003"), says: "spec.chart.spec.interval is 1h", bounds: []string{"1h | 5m"}},
		{what: "registry without interval", text: with(aSource("HelmRepository"), "interval: 5m", "type: oci"), bounds: []string{"unknown: spec.interval is not set"}},
		{what: "registry with a long interval", text: with(aSource("HelmRepository"), "interval: 5m", "type: oci\n  interval: 24h"), bounds: []string{"24h"}},
		{what: "no registry", text: with(aSource("HelmRepository"), "interval: 5m", "type: default\n  interval: 24h # GIT003"), bounds: []string{"24h"}},
		{what: "no spec", text: "apiVersion: source.toolkit.fluxcd.io/v1 # GIT003\nkind: Bucket\nmetadata: {name: y, namespace: flux-system}\n", says: "spec.interval is missing"},
	}...)
	judgeFields(t, cases)
}

// TestVersionsOfFlux judges the older versions of Flux's objects like the newest.
func TestVersionsOfFlux(t *testing.T) {
	t.Parallel()
	var fine, slow string
	for _, text := range []string{
		with(aKustomization, "fluxcd.io/v1", "fluxcd.io/v1beta1"), with(aKustomization, "fluxcd.io/v1", "fluxcd.io/v1beta2"),
		with(aRelease, "fluxcd.io/v2", "fluxcd.io/v2beta1"), with(aRelease, "fluxcd.io/v2", "fluxcd.io/v2beta2"),
		with(aSource("Bucket"), "fluxcd.io/v1", "fluxcd.io/v1beta1"), with(aSource("HelmRepository"), "fluxcd.io/v1", "fluxcd.io/v1beta2"),
	} {
		fine += text + "---\n"
		slow += with(text, "  interval: 5m", "  interval: 1h # GIT003", "suspend: false", "suspend: true # GIT002") + "---\n"
	}
	const off, offSource = "never: suspended | never: suspended", "never: its source is suspended"
	cases := []fields{
		{what: "fine", text: fine, bounds: []string{"1m | 5m", "1m | 5m", "2m | 5m", "2m | 5m", "5m", "5m"}},
		{what: "slow and suspended", text: slow, says: "longer than 5m", bounds: []string{off, off, off, off, offSource, offSource}},
	}
	// Another group's object of the same kind is none of Flux's, and needs something that reconciles it.
	cases = append(cases, fields{what: "another group", text: with(aSource("Bucket"), "source.toolkit.fluxcd.io/v1", "s3.example.org/v1 # GIT001", "interval: 5m", "interval: 1h"), says: "nothing reconciles clusters"})
	judgeFields(t, cases)
}
