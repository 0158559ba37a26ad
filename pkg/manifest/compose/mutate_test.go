package compose_test

import (
	"context"
	"maps"
	"math/rand"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/compose"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// TestMutations breaks the fixtures in ways people break files. Whatever they become, no project may be given up as a
// whole, and every part of every service and every fault leads to a line.
func TestMutations(t *testing.T) {
	names, _ := filepath.Glob("testdata/*.txtar")
	same, _ := filepath.Glob("testdata/same/*.txtar")
	rnd := rand.New(rand.NewSource(1))
	for _, name := range append(names, same...) {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for range 25 {
			fsys := fstest.MapFS{}
			for _, f := range ar.Files {
				if f.Name != "want" {
					fsys[f.Name] = &fstest.MapFile{Data: mutate(rnd, f.Data)}
				}
			}
			result := compose.Render(context.Background(), fsys, slices.Sorted(maps.Keys(fsys)), compose.Options{})
			for _, o := range result.Objects {
				everyPlace(t, o, o.Node, []any{})
			}
			for _, f := range result.Faults {
				if strings.Contains(f.Message, "as a whole") || strings.Contains(f.Message, "the parser failed") ||
					strings.Contains(f.Message, "told apart") || fsys[f.Path] == nil {
					t.Errorf("%s: %+v\n%s", name, f, fsys[f.Path].Data)
				}
			}
		}
	}
}

var (
	wrongValues = []string{" [1, {a: b}]", " {a: [b]}", " 3.5", " true", "", " ${X}", " !reset null", " !override [x]", " text", " *a"}
	wrongItems  = []string{"- [1] #", "- ${X}:", "- null #", "- {a: 1} #", "- 1 #", "- !reset x #"}
)

func mutate(rnd *rand.Rand, data []byte) []byte {
	lines := strings.Split(string(data), "\n")
	for range rnd.Intn(3) {
		i := rnd.Intn(len(lines))
		switch rnd.Intn(6) {
		case 0:
			lines[i] = ""
		case 1:
			lines[i] = "  " + lines[i]
		case 2:
			lines[i] = strings.TrimPrefix(lines[i], "  ")
		case 3:
			if key, _, ok := strings.Cut(lines[i], ":"); ok {
				lines[i] = key + ":" + wrongValues[rnd.Intn(len(wrongValues))]
			}
		case 4:
			lines[i] = lines[rnd.Intn(len(lines))]
		case 5:
			lines[i] = strings.Replace(lines[i], "- ", wrongItems[rnd.Intn(len(wrongItems))], 1)
		}
	}
	return []byte(strings.Join(lines, "\n"))
}

func everyPlace(t *testing.T, o render.Object, n *document.Node, path []any) {
	t.Helper()
	if place := o.Locator.Locate(path); place.Path == "" || place.Range.Start.Line == 0 {
		t.Errorf("%s %v: no place: %+v", o.Name, path, place)
	}
	for _, p := range n.Pairs {
		everyPlace(t, o, p.Value, append(path[:len(path):len(path)], p.Key.Text))
	}
	for i, item := range n.Items {
		everyPlace(t, o, item, append(path[:len(path):len(path)], i))
	}
}
