package compose_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/compose"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

// TestRender renders the repository in each testdata/*.txtar and compares objects, faults and places with its last file,
// "want". Lines of the comment that start with "project" declare one; those with "locate" ask for a place:
// locate SERVICE[@VARIANT] PATH.
func TestRender(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no fixtures", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := renderArchive(ar)
			if again := renderArchive(ar); again != got {
				t.Error("two runs differ")
			}
			last := len(ar.Files) - 1
			if *update {
				if last < 0 || ar.Files[last].Name != "want" {
					ar.Files = append(ar.Files, txtar.File{Name: "want"})
					last++
				}
				ar.Files[last].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := string(ar.Files[last].Data); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func renderArchive(ar *txtar.Archive) string {
	fsys := fstest.MapFS{}
	for _, f := range ar.Files {
		if f.Name != "want" {
			fsys[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	var opt compose.Options
	var queries [][]string
	for line := range strings.Lines(string(ar.Comment)) {
		switch words := strings.Fields(line); {
		case len(words) > 1 && words[0] == "project":
			opt.Projects = append(opt.Projects, words[1:])
			opt.Config = ".cdbgate.yaml"
		case len(words) == 3 && words[0] == "locate":
			queries = append(queries, words[1:])
		}
	}
	result := compose.Render(context.Background(), fsys, slices.Sorted(maps.Keys(fsys)), opt)
	return dump(result, queries)
}

func dump(result render.Result, queries [][]string) string {
	var b strings.Builder
	for _, o := range result.Objects {
		fmt.Fprintf(&b, "service %s in %s of %s", o.Name, o.Source.Path, o.Source.Root)
		if o.Source.Variant != "" {
			fmt.Fprintf(&b, " with %s", o.Source.Variant)
		}
		b.WriteString("\n")
		for _, p := range o.Node.Pairs {
			fmt.Fprintf(&b, "  %s: %s\n", p.Key.Text, encode(p.Value))
		}
	}
	if len(result.Objects) > 0 {
		for _, key := range slices.Sorted(maps.Keys(result.Objects[0].Context)) {
			if n := result.Objects[0].Context[key]; len(n.Pairs) > 0 || n.Text != "" {
				fmt.Fprintf(&b, "context %s: %s\n", key, encode(n))
			}
		}
	}
	for _, q := range queries {
		name, variant, _ := strings.Cut(q[0], "@")
		for _, o := range result.Objects {
			if o.Name == name && o.Source.Variant == variant {
				p := o.Locator.Locate(parsePath(q[1]))
				fmt.Fprintf(&b, "%s %s is at %s:%s\n", q[0], q[1], p.Path, position(p.Range.Start))
			}
		}
	}
	for _, f := range result.Faults {
		if strings.HasPrefix(f.Message, "cannot be read: ") {
			// The words and the place are the parser's.
			fmt.Fprintf(&b, "fault %s: cannot be read\n", f.Path)
			continue
		}
		fmt.Fprintf(&b, "fault %s:%s: %s", f.Path, position(f.Range.Start), f.Message)
		if f.Remedy != "" {
			fmt.Fprintf(&b, " (%s)", f.Remedy)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "consumed %s\n", strings.Join(slices.Sorted(maps.Keys(result.Consumed)), " "))
	return b.String()
}

func position(p document.Position) string { return fmt.Sprintf("%d:%d", p.Line, p.Column) }

var stepPattern = regexp.MustCompile(`[^.\[\]]+|\[\d+\]`)

func parsePath(s string) []any {
	path := []any{}
	for _, step := range stepPattern.FindAllString(s, -1) {
		if i, err := strconv.Atoi(strings.Trim(step, "[]")); err == nil && step[0] == '[' {
			path = append(path, i)
		} else if s != "." {
			path = append(path, step)
		}
	}
	return path
}

func encode(n *document.Node) string {
	switch n.Kind {
	case document.Mapping:
		var parts []string
		for _, p := range n.Pairs {
			parts = append(parts, p.Key.Text+": "+encode(p.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case document.Sequence:
		var parts []string
		for _, item := range n.Items {
			parts = append(parts, encode(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case document.String:
		s, _ := json.Marshal(n.Text)
		return string(s)
	case document.Null:
		return "null"
	}
	return n.Text
}
