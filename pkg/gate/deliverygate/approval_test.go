package deliverygate

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/yaml"
)

// read is what an approval with a text says.
func read(text string) *approval {
	a := &approval{path: "a.yaml", text: []byte(text), facts: map[string]any{
		"approved": said(nil), "approved_at": moment(nil), "expires_at": moment(nil), "scope": scopeOf(nil),
	}}
	a.read()
	return a
}

// clear reports whether no fact says that another reader may see something else.
func (a *approval) clear() bool {
	for _, key := range []string{"syntax", "duplicates", "anchors", "tags", "misplaced"} {
		if list, ok := a.facts[key].([]any); !ok || len(list) > 0 {
			return false
		}
	}
	return a.facts["encoding"] == nil && a.facts["documents"] == 1
}

// FuzzApproval: a text that is read as a clear approval is one to other readers of YAML too, and none makes the reader panic.
func FuzzApproval(f *testing.F) {
	for _, s := range []string{
		"delivery:\n  approved: true\n", "delivery: {approved: true, scope: {paths: [a]}}", "{\"delivery\": {\"approved\": true}}",
		"delivery:\n  approved: &a true\n  x: *a\n", "a: 1\n---\ndelivery: {approved: true}", "? delivery\n: {approved: true}\n",
		"delivery:\n  approved: !!bool true\n", "\ufeffdelivery: {approved: TRUE}\r\n", "delivery: {approved: false, approved: true}",
		"delivery: {<<: {approved: true}}", "delivery: {approved: True, expires_at: 2026-01-01}", "%YAML 1.1\n---\ndelivery: {approved: yes}",
		"delivery:\n\tapproved: true\n", "delivery: {\"appro\\u0076ed\": true}", "delivery: {approved: true}\n...\n", "\x00", "&a [*a]",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a := read(text)
		if a.facts["approved"].(map[string]any)["value"] != true || !a.clear() {
			return
		}
		for name, unmarshal := range map[string]func([]byte, any) error{
			"yaml.v3": yaml.Unmarshal, "kubernetes": func(b []byte, v any) error { return kyaml.Unmarshal(b, v) },
		} {
			var other struct {
				Delivery struct {
					Approved any `json:"approved"`
				} `json:"delivery"`
			}
			if err := unmarshal([]byte(text), &other); err == nil && other.Delivery.Approved != true {
				t.Errorf("%s reads %v where true was read", name, other.Delivery.Approved)
			}
		}
	})
}

func TestMoment(t *testing.T) {
	for text, want := range map[string]string{
		"2026-01-31T12:00:00Z": "2026-01-31T12:00:00Z", "2026-01-31T12:00:00+02:00": "2026-01-31T10:00:00Z", "2026-01-31": "2026-01-31T00:00:00Z",
		"2026-01-31 12:00": "2026-01-31T12:00:00Z", "2026-01-31T12:00:00.5Z": "2026-01-31T12:00:00Z", "31.1.2026": "", "never": "", "99999-01-01": "",
	} {
		a := read("delivery: {approved: true, expires_at: \"" + text + "\"}")
		if got := a.facts["expires_at"].(map[string]any)["time"]; got != want {
			t.Errorf("%s is read as %q, want %q", text, got, want)
		}
	}
}

func TestGlobs(t *testing.T) {
	for _, c := range []struct {
		glob, path string
		fits       bool
		folder     string // that may hold what fits
	}{
		{"k8s/**", "k8s/a/b", true, "k8s/a"},
		{"K8s/", "k8s/a", true, "k8s"},
		{"k8s", "k8s", true, ""},
		{"**/*.tf", "a/b.tf", true, "x/y"},
		{"**/*.tf", "b.tf", true, "x"},
		{"a/*.yaml", "a/b/c.yaml", false, "a"},
		{".github/workflows/**", ".github/workflows/x.yml", true, ".github"},
		{"a/{b,c}/d", "a/c/d", true, "a/c"},
		{literal("a[1]/*"), "a[1]/*", true, "a[1]"},
		{literal("a[1]/*"), "a1/x", false, ""},
	} {
		g := newGlobs([]string{c.glob})
		if got := g.matches(c.path); got != c.fits {
			t.Errorf("%s fits %s: %v", c.glob, c.path, got)
		}
		if c.folder != "" && !g.mayHold(c.folder) {
			t.Errorf("%s may hold nothing that fits %s", c.folder, c.glob)
		}
	}
	g := newGlobs([]string{".cdbgate.yaml", "governance/allowed_signers", ".github/workflows/**"})
	for _, dir := range []string{"src", "governance/x", ".github/actions"} {
		if g.mayHold(dir) && !strings.HasPrefix(dir, "governance/") {
			t.Errorf("%s cannot hold anything watched", dir)
		}
	}
}
