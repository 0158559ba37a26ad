package helm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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
//	values chart file...         values files of a chart
//	pack folder file.tgz         put a folder into an archive, in the folder's place
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
			fsys, files, opt := prepare(t, archive)
			got := describe(Render(context.Background(), fsys, files, opt), fsys, string(archive.Comment))
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

// prepare lays out an archive's files and follows the instructions of its comment.
func prepare(t *testing.T, archive *txtar.Archive) (fstest.MapFS, []string, Options) {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range archive.Files {
		if f.Name != "want" {
			fsys[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	opt := Options{Jobs: 4, Values: map[string][]string{}}
	for line := range strings.Lines(string(archive.Comment)) {
		fields := strings.Fields(line)
		switch {
		case len(fields) > 2 && fields[0] == "values":
			opt.Values[fields[1]] = fields[2:]
		case len(fields) == 3 && fields[0] == "pack":
			members := map[string]string{}
			for name, f := range fsys {
				if inner, ok := strings.CutPrefix(name, fields[1]+"/"); ok {
					members[filepath.Base(fields[1])+"/"+inner] = string(f.Data)
					delete(fsys, name)
				}
			}
			fsys[fields[2]] = &fstest.MapFile{Data: pack(t, members)}
		}
	}
	return fsys, slices.Sorted(maps.Keys(fsys)), opt
}

// pack makes a chart archive.
func pack(t *testing.T, members map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	w := tar.NewWriter(zip)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(members[name]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(members[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func describe(result render.Result, fsys fstest.MapFS, questions string) string {
	var b strings.Builder
	for _, o := range result.Objects {
		fmt.Fprintf(&b, "object %s from %s by %s", label(o.Node), o.Source.Path, o.Source.Root)
		if o.Source.Variant != "" {
			fmt.Fprintf(&b, " with %s", o.Source.Variant)
		}
		b.WriteByte('\n')
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
	var out []any
	for part := range strings.SplitSeq(s, ".") {
		key, index, indexed := strings.Cut(strings.TrimSuffix(part, "]"), "[")
		out = append(out, strings.ReplaceAll(key, "/", "."))
		if i, err := strconv.Atoi(index); indexed && err == nil {
			out = append(out, i)
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
