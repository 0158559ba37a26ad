package compose

import (
	"context"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/compose-spec/compose-go/v2/template"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// TestExpandLikeDocker compares expand with compose-go's own where every variable has a value.
func TestExpandLikeDocker(t *testing.T) {
	vars := variables{"A": "a", "B": "b", "EMPTY": "", "under_1": "u"}
	for _, s := range []string{
		"", "plain", "$A", "${A}", "$A$B", "${A}-${B}/x", "$under_1.x", "${A:-d}", "${A-d}", "${EMPTY:-d}", "${EMPTY-d}",
		"${NOT:-d}", "${NOT-d}", "${NOT:-}", "${NOT:-${A}}", "${NOT:-${OTHER:-x}y}z", "${A:+x}", "${EMPTY:+x}", "${EMPTY+x}",
		"${NOT:+x}", "${A:?m}", "${A?m}", "${NOT:-a-b:c?d}", "cost $5 $", "$$", "a$$ b", "${NOT:-{}}", "${A:-x}}", "$(A)",
	} {
		want, err := template.Substitute(s, func(name string) (string, bool) { v, ok := vars[name]; return v, ok })
		if err != nil {
			t.Fatal(s, err)
		}
		if got, err := vars.expand(s); got != want || err != nil {
			t.Errorf("%q: got %q (%v), want %q", s, got, err, want)
		}
	}
	for _, s := range []string{"${", "${}", "${A", "${ A}", "${A!}", "${1}"} {
		if got, err := vars.expand(s); err == nil {
			t.Errorf("%q: got %q, want an error", s, got)
		}
	}
}

func TestExpandKeepsReferences(t *testing.T) {
	vars := variables{"A": "a"}
	for s, want := range map[string]string{
		"$X": "${X}", "${X}": "${X}", "${X:?must}": "${X}", "${X?must}": "${X}", "${X:-${Y}}": "${Y}", "${A}${X}": "a${X}",
		"$$X": "$$X", "$${X}": "$${X}", "$$5": "$5",
	} {
		got, err := vars.expand(s)
		if got != want || err != nil {
			t.Errorf("%q: got %q (%v), want %q", s, got, err, want)
		}
	}
	for s, want := range map[string]string{"${X}": "X", "a${X}b": "X", "$${X}": "", "${X": "", "${X:-}": "", "$${Y}${X}": "X"} {
		if got := missing(s); got != want {
			t.Errorf("missing(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestEnvFileTellsReferencesFromText(t *testing.T) {
	vars := variables{}
	err := parseEnv([]byte("A=1\nB='${X}'\nC=${X}\nD=$A-${A}\nE=${X:-d}\nF=\"${OUT}\"\nG=$Y\n"), vars, func(name string) (string, bool) {
		return "${FROM}", name == "OUT"
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"A": "1", "B": "$${X}", "D": "1-1", "F": "${FROM}", "G": "${Y}", "C": "${X}",
	} {
		if vars[name] != want {
			t.Errorf("%s: got %q, want %q", name, vars[name], want)
		}
	}
}

// TestRaw judges services as written when a project panics.
func TestRaw(t *testing.T) {
	fsys := fstest.MapFS{"compose.yaml": {Data: []byte("services:\n  web:\n    image: a\n  none: {}\n")}}
	src := newSources(fsys, []string{"compose.yaml"})
	l := newAssembler(context.Background(), src, project{files: []string{"compose.yaml"}})
	result := l.raw()
	if len(result.Objects) != 1 || result.Objects[0].Name != "web" {
		t.Fatalf("got %+v", result.Objects)
	}
	place := result.Objects[0].Locator.Locate([]any{"image"})
	if place.Path != "compose.yaml" || place.Range.Start != (document.Position{Line: 3, Column: 5}) {
		t.Errorf("got %+v", place)
	}
}

func TestShift(t *testing.T) {
	gone := [][]any{{"a", 1}, {"a", 2}, {"b", 0}}
	for _, c := range []struct{ in, want []any }{
		{[]any{"a", 0}, []any{"a", 0}},
		{[]any{"a", 1}, []any{"a", 3}},
		{[]any{"b", 0, "x"}, []any{"b", 1, "x"}},
		{[]any{"c", 0}, []any{"c", 0}},
	} {
		if got := shift(c.in, gone); !slices.Equal(got, c.want) {
			t.Errorf("%v: got %v, want %v", c.in, got, c.want)
		}
	}
}

func TestWithin(t *testing.T) {
	for ref, want := range map[string]string{
		"x.yaml": "d/x.yaml", "./x": "d/x", "../x": "x", "a/../../x": "x", `sub\x`: "d/sub/x", ".": "d",
		"../../x": "", "/x": "", "~/x": "", "~user/x": "", `C:\x`: "", "c:/x": "", `\\host\x`: "", "https://h/x": "",
		"git@h:x": "", "oci://x": "", "": "", "${X}/y": "",
	} {
		if got, why := within("d", ref); got != want || (why == "") != (want != "") {
			t.Errorf("%q: got %q (%s), want %q", ref, got, why, want)
		}
	}
}
