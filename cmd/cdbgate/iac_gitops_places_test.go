package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestPlacesOfFields holds that a finding stands where somebody wrote the field, however the object came about: in a list, by
// an anchor, through an overlay or a chart.
func TestPlacesOfFields(t *testing.T) {
	t.Parallel()
	slow := with(aKustomization, "path: ./", "path: ./k8s", "interval: 5m", "interval: 1h # GIT003")
	plain := with(aKustomization, "path: ./", "path: ./k8s")
	// A base that no cluster is pointed at counts as its overlay has it.
	mended := strings.Replace(slow, " # GIT003", "", 1)
	const overlay = "resources: [../base]\npatches: [{path: p.yaml}]\n"
	const mend = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: x, namespace: flux-system}\nspec:\n  interval: 5m\n"
	deeper := func(text string) string {
		out := ""
		for line := range strings.Lines(text) {
			out += "    " + line
		}
		return "  -" + out[3:]
	}
	for what, files := range map[string]map[string]string{
		"a document behind others":     {"c/x.yaml": "# nothing\n---\n" + plain + "---\n---\n" + strings.ReplaceAll(slow, "name: x", "name: y")},
		"Windows' line ends":           {"c/x.yaml": strings.ReplaceAll(slow, "\n", "\r\n")},
		"a byte order mark":            {"c/x.yaml": "\ufeff" + slow},
		"comments of many bytes":       {"c/x.yaml": "# äöü 日本語 🚀\n" + with(slow, "  prune", "  # 日本語\n  prune")},
		"a list":                       {"c/x.yaml": "apiVersion: v1\nkind: List\nitems:\n" + deeper(slow) + deeper(with(strings.ReplaceAll(plain, "name: x", "name: y"), "prune: true", "prune: false # GIT004"))},
		"a block of text before":       {"c/x.yaml": "apiVersion: v1 # GIT001\nkind: ConfigMap\nmetadata: {name: m, namespace: flux-system}\ndata:\n  t: |\n    interval: 9h\n    ---x\n---\n" + slow},
		"an anchor":                    {"c/x.yaml": with(plain, "interval: 5m", "interval: &long 1h # GIT003", "retryInterval: 1m", "retryInterval: *long # GIT003")},
		"a quoted field":               {"c/x.yaml": with(slow, "interval: 1h", `"interval": "1h"`)},
		"a value on the next line":     {"c/x.yaml": with(plain, "interval: 5m", "interval: # GIT003\n    1h")},
		"an overlay":                   {"k/base/kustomization.yaml": "resources: [x.yaml]\n", "k/base/x.yaml": slow, "k/prod/kustomization.yaml": "resources: [../base]\nnamePrefix: prod-\n"},
		"an overlay's patch":           {"k/base/kustomization.yaml": "resources: [x.yaml]\n", "k/base/x.yaml": plain, "k/prod/kustomization.yaml": "resources: [../base]\npatches: [{path: p.yaml}]\n", "k/prod/p.yaml": "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: x, namespace: flux-system}\nspec:\n  interval: 1h # GIT003\n"},
		"a component that suspends":    {"k/base/kustomization.yaml": "resources: [x.yaml]\ncomponents: [../off]\n", "k/base/x.yaml": plain, "k/off/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{path: p.yaml}]\n", "k/off/p.yaml": "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: x, namespace: flux-system}\nspec:\n  suspend: true # GIT002\n"},
		"a chart's template":           {"h/Chart.yaml": "apiVersion: v2\nname: h\nversion: 1.0.0\n", "h/templates/x.yaml": slow},
		"an overlay that mends a base": {"k/base/kustomization.yaml": "resources: [x.yaml]\n", "k/base/x.yaml": mended, "k/prod/kustomization.yaml": overlay, "k/prod/p.yaml": mend},
		"a base that is applied itself": {
			"k/base/kustomization.yaml": "resources: [x.yaml]\n", "k/base/x.yaml": slow, "k/prod/kustomization.yaml": overlay, "k/prod/p.yaml": mend,
			"c/x.yaml": with(plain, "name: x", "name: base", "./k8s", "./k/base"),
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			c := &clone{T: t, dir: t.TempDir()}
			var want, got []string
			for _, name := range slices.Sorted(maps.Keys(files)) {
				list, _ := wanted(strings.ReplaceAll(files[name], "\r", ""))
				for _, w := range list {
					want = append(want, name+": "+w)
				}
				c.write(name, files[name])
			}
			c.write("around/around.yaml", surroundings)
			r, status := c.runIn(nil, "iac-diff")
			for _, f := range r.Findings {
				place := fmt.Sprintf("%+v", f.Location)
				if f.Location != nil {
					place = fmt.Sprintf("%s: %s %s, line %d", f.Location.Path, f.Rule, f.Severity, f.Location.StartLine)
				}
				if f.Severity != "warning" { // whether it is recorded depends on what an overlay renames
					got = append(got, place)
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if status != min(len(want), 1) || !slices.Equal(got, want) {
				t.Errorf("status %d, %q, want %q", status, got, want)
				for _, f := range r.Findings {
					t.Logf("%s: %s", f.Rule, f.Message)
				}
			}
		})
	}
}
