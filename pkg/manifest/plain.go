package manifest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// plainFile is what one file holds when it is read as plain manifests.
type plainFile struct {
	path    string
	objects []Object
	faults  []render.Fault
	compose bool // may be a Compose file

	volatile bool // it may be readable next time
}

type plainFiles struct{ files []plainFile }

// readPlain reads every YAML and JSON file of the snapshot side by side. The result is in the snapshot's order.
func readPlain(ctx context.Context, snapshot *repo.Snapshot, opt Options) plainFiles {
	var candidates []repo.Entry
	for _, e := range snapshot.Entries() {
		if hasManifestName(e.Path) && opt.Scope(e.Path) && e.Mode.Type()&fs.ModeIrregular == 0 {
			candidates = append(candidates, e)
		}
	}
	files := make([]plainFile, len(candidates))
	var (
		next atomic.Int64
		wg   sync.WaitGroup
	)
	for range max(1, opt.Jobs) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(candidates) {
					return
				}
				files[i] = readFile(snapshot, candidates[i])
			}
		})
	}
	wg.Wait()
	return plainFiles{files}
}

func (p plainFiles) composeCandidates(declared [][]string) []string {
	set := map[string]bool{}
	for _, f := range p.files {
		if f.compose {
			set[f.path] = true
		}
	}
	for _, project := range declared {
		for _, file := range project {
			set[path.Clean(file)] = true
		}
	}
	out := make([]string, 0, len(set))
	for file := range set {
		out = append(out, file)
	}
	slices.Sort(out)
	return out
}

func readFile(snapshot *repo.Snapshot, e repo.Entry) plainFile {
	f := plainFile{path: e.Path}
	if e.Mode&fs.ModeSymlink != 0 {
		// What a link inside the repository leads to is judged in its own place.
		if _, err := snapshot.Stat(e.Path); err != nil {
			f.volatile = true
			f.faults = append(f.faults, render.Fault{Path: e.Path, Kind: kindOf(e.Path), Message: "a symbolic link that " + leads(err), Remedy: "replace it by the file, or remove it"})
		}
		return f
	}
	src, err := snapshot.ReadFile(e.Path)
	if errors.Is(err, repo.ErrTooLarge) {
		if mentions, scanErr := scan(snapshot, e.Path); scanErr != nil || mentions {
			f.faults = append(f.faults, render.Fault{Path: e.Path, Kind: kindOf(e.Path), Message: tooLarge, Remedy: "split it, or list it under exclude: in .cdbgate.yaml if it is no manifest"})
		}
		return f
	}
	if err != nil {
		f.volatile = true
		f.faults = append(f.faults, render.Fault{Path: e.Path, Kind: kindOf(e.Path), Message: "cannot be read: " + reason(err)})
		return f
	}
	f.compose = mayBeCompose(e.Path, src)
	if !mayBeManifest(src) {
		return f
	}
	parsed := document.Parse(e.Path, src, document.Options{Schema: document.Kubernetes})
	for _, d := range parsed.Docs {
		f.objects, f.faults = expand(f.objects, f.faults, render.Object{
			Node:    d.Root,
			Source:  render.Source{Path: e.Path, Kind: kindOf(e.Path)},
			Locator: inDocument{d},
		})
	}
	for _, bad := range parsed.Errors {
		// Beside a manifest nobody reads a file whose other documents are broken.
		if len(f.objects) > 0 || meantAsManifest(bad) {
			f.faults = append(f.faults, unreadable(bad))
		}
	}
	return f
}

// leads words where a link that cannot be followed goes.
func leads(err error) string {
	switch {
	case errors.Is(err, repo.ErrEscapes):
		return "leads out of the repository"
	case errors.Is(err, repo.ErrLoop):
		return "leads back to itself"
	case errors.Is(err, fs.ErrNotExist):
		return "leads nowhere in the repository"
	}
	return "cannot be followed: " + reason(err)
}

var tooLarge = fmt.Sprintf("larger than %d MiB, so it was not read, and it mentions apiVersion", repo.MaxFileSize>>20)

// reason is an error's text without the path, which the finding's location already tells.
func reason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}

func kindOf(file string) render.Kind {
	if path.Ext(file) == ".json" {
		return render.JSON
	}
	return render.YAML
}

func hasManifestName(file string) bool {
	switch strings.ToLower(path.Ext(file)) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

func isKustomization(file string) bool {
	switch path.Base(file) {
	case "kustomization.yaml", "kustomization.yml", "Kustomization":
		return true
	}
	return false
}

func isChart(file string) bool {
	return path.Base(file) == "Chart.yaml" || strings.HasSuffix(file, ".tgz")
}

var (
	apiVersion = []byte("apiVersion")
	kind       = []byte("kind")
	containers = []byte("containers") // a workload that forgot its apiVersion
	services   = []byte("services")
)

// mayBeManifest tells without parsing whether a text can hold a Kubernetes object. It errs on the side of yes: a key may
// hide behind an escape, a tag or another encoding.
func mayBeManifest(src []byte) bool {
	if bytes.Contains(src, kind) && (bytes.Contains(src, apiVersion) || bytes.Contains(src, containers)) {
		return true
	}
	return bytes.IndexByte(src, 0) >= 0 || escapes(src)
}

// wideAPIVersion is the word in UTF-16 but for its first or last zero byte, so in either byte order.
var wideAPIVersion = []byte("a\x00p\x00i\x00V\x00e\x00r\x00s\x00i\x00o\x00n")

// escapes tells whether a key may be written so that its letters do not show.
func escapes(src []byte) bool {
	return bytes.Contains(src, []byte(`\u00`)) || bytes.Contains(src, []byte(`\x`)) ||
		bytes.Contains(src, []byte(`\U0000`)) || bytes.Contains(src, []byte("!!binary"))
}

func mayBeCompose(file string, src []byte) bool {
	base := strings.ToLower(path.Base(file))
	if strings.HasPrefix(base, "compose.") || strings.HasPrefix(base, "docker-compose") {
		return true
	}
	return bytes.HasPrefix(src, services) || bytes.Contains(src, []byte("\nservices:")) || bytes.Contains(src, []byte("\"services\""))
}

// scan looks through a file too large to parse for what would make it a manifest.
func scan(snapshot *repo.Snapshot, file string) (bool, error) {
	f, err := snapshot.Stream(file)
	if err != nil {
		return false, err
	}
	defer f.Close()
	const keep = 32 // more than the longest word, so that none is cut in two
	buf := make([]byte, 1<<20)
	have := 0
	for {
		n, err := f.Read(buf[have:])
		have += n
		if bytes.Contains(buf[:have], apiVersion) || bytes.Contains(buf[:have], wideAPIVersion) || escapes(buf[:have]) {
			return true, nil
		}
		if have > keep {
			copy(buf, buf[have-keep:have])
			have = keep
		}
		if err == io.EOF {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// meantAsManifest tells whether a document that cannot be parsed was to be a Kubernetes object: it names what makes one,
// wherever in the text and however the letters are written. Templates of other tools, in folders whose very name is a
// template, are nobody's manifest.
func meantAsManifest(e *document.Error) bool {
	if strings.Contains(e.Path, "{{") || strings.Contains(e.Path, "{%") {
		return false
	}
	text := escape.ReplaceAllStringFunc(e.Text, func(code string) string {
		r, err := strconv.ParseUint(strings.TrimLeft(code, `\uUx`), 16, 32)
		if err != nil {
			return code
		}
		return string(rune(r))
	})
	return strings.Contains(text, "apiVersion") && strings.Contains(text, "kind")
}

// escape is a letter written by its number in a quoted string.
var escape = regexp.MustCompile(`\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|U[0-9a-fA-F]{8})`)

func unreadable(e *document.Error) render.Fault {
	fault := render.Fault{Path: e.Path, Range: e.Range, Kind: kindOf(e.Path), Message: e.Message, Remedy: e.Remedy}
	if strings.Contains(e.Text, "{{") && fault.Remedy == "" {
		fault.Remedy = "it looks like a template: render it, or list it under exclude: in .cdbgate.yaml"
	}
	return fault
}

// inDocument locates paths in the document an object was read from.
type inDocument struct{ doc *document.Document }

func (l inDocument) Locate(path []any) render.Place {
	r, _ := l.doc.Locate(path...)
	return render.Place{Path: l.doc.Path, Range: r}
}
