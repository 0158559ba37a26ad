package kustomize

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

var update = flag.Bool("update", false, "rewrite the want files of testdata")

// TestRender renders each archive of testdata and compares with its file "want": the objects, the faults, the files
// consumed. Lines of the archive's comment ask for more:
//
//	locate Kind/name path        where a path into a rendered object was written
//	show Kind/name path          what was rendered there
func TestRender(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			fsys, files := contents(archive)
			got := describe(Render(context.Background(), fsys, files, Options{Jobs: 4}), fsys, string(archive.Comment))
			i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
			if *update {
				if i < 0 {
					i = len(archive.Files)
					archive.Files = append(archive.Files, txtar.File{Name: "want"})
				}
				archive.Files[i].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if i < 0 {
				t.Fatal("the archive has no file want; run with -update")
			}
			if want := string(archive.Files[i].Data); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func contents(archive *txtar.Archive) (fstest.MapFS, []string) {
	fsys := fstest.MapFS{}
	for _, f := range archive.Files {
		if f.Name != "want" {
			fsys[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return fsys, slices.Sorted(maps.Keys(fsys))
}

func describe(result render.Result, fsys fstest.MapFS, questions string) string {
	var b strings.Builder
	for _, o := range result.Objects {
		fmt.Fprintf(&b, "object %s from %s by %s\n", label(o.Node), o.Source.Path, o.Source.Root)
	}
	for _, f := range result.Faults {
		fmt.Fprintf(&b, "fault %s: %s\n", place(fsys, render.Place{Path: f.Path, Range: f.Range}), f.Message)
		if f.Remedy != "" {
			fmt.Fprintf(&b, "\tremedy: %s\n", f.Remedy)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(result.Consumed)) {
		fmt.Fprintf(&b, "consumed %s\n", path)
	}
	for line := range strings.Lines(questions) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] != "locate" && fields[0] != "show" {
			continue
		}
		fmt.Fprintf(&b, "%s", line)
		for _, o := range result.Objects {
			if label(o.Node) != fields[1] {
				continue
			}
			path := parsePath(fields[2])
			if fields[0] == "show" {
				fmt.Fprintf(&b, "\t%s\n", plain(o.Node.Lookup(path...)))
				continue
			}
			p := o.Locator.Locate(path)
			fmt.Fprintf(&b, "\t%s\n", place(fsys, p))
			if p.Note != "" {
				fmt.Fprintf(&b, "\tnote: %s\n", p.Note)
			}
		}
	}
	return withoutWording(b.String(), fsys)
}

// withoutWording takes the YAML parser's own words out of a description: they are for its own tests.
func withoutWording(text string, fsys fstest.MapFS) string {
	for name, f := range fsys {
		if filepath.Ext(name) != ".yaml" {
			continue
		}
		for _, err := range document.Parse(name, f.Data, document.Options{}).Errors {
			text = strings.ReplaceAll(text, err.Message, "<not YAML>")
			if err.Remedy != "" {
				text = strings.ReplaceAll(text, "\tremedy: "+err.Remedy+"\n", "")
			}
		}
	}
	return text
}

func label(n *document.Node) string {
	return n.Get("kind").Str() + "/" + n.Lookup("metadata", "name").Str()
}

// place shows a place with the text that stands there.
func place(fsys fstest.MapFS, p render.Place) string {
	start := p.Range.Start
	if start.Line == 0 {
		return p.Path
	}
	lines := strings.Split(string(fsys[p.Path].Data), "\n")
	text := []rune(lines[start.Line-1])
	return fmt.Sprintf("%s:%d:%d %q", p.Path, start.Line, start.Column, string(text[start.Column-1:]))
}

// parsePath reads spec.containers[0].name; a slash stands for a dot in a key.
func parsePath(s string) []any {
	out := fieldPath(s)
	for i, step := range out {
		if key, ok := step.(string); ok {
			out[i] = strings.ReplaceAll(key, "/", ".")
		}
	}
	return out
}

func plain(n *document.Node) string {
	data, err := json.Marshal(value(n))
	if err != nil {
		return err.Error()
	}
	return string(data)
}

func value(n *document.Node) any {
	switch {
	case n == nil:
		return nil
	case n.Kind == document.Mapping:
		m := map[string]any{}
		for _, p := range n.Pairs {
			m[p.Key.Text] = value(p.Value)
		}
		return m
	case n.Kind == document.Sequence:
		s := []any{}
		for _, i := range n.Items {
			s = append(s, value(i))
		}
		return s
	}
	return n.Text
}
