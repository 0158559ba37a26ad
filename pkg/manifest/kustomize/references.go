package kustomize

import (
	"context"
	"io/fs"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// References maps every path that a kustomization names to the kustomization file that names it, without building
// anything: resources, patches, files of generators, values files of charts. The paths are cleaned and lie in the
// repository, but nothing need be there; some are folders. files are the sorted paths of fsys. A kustomization that cannot
// be read is a fault.
func References(ctx context.Context, fsys fs.FS, files []string) (map[string]string, []render.Fault) {
	g := newGraph(newTree(fsys, files), files, false)
	named := map[string]string{}
	var faults []render.Fault
	for _, k := range g.all {
		if ctx.Err() != nil {
			break
		}
		if k.err != nil {
			faults = append(faults, *k.err)
			continue
		}
		r := references{graph: g, of: k, named: named, seen: map[*document.Node]bool{}}
		r.read()
	}
	return named, faults
}

// references collects what one kustomization names.
type references struct {
	graph *graph
	of    *kustomization
	named map[string]string
	seen  map[*document.Node]bool // nodes that aliases repeat are looked at once
}

func (r *references) read() {
	for _, list := range [][]entry{r.of.resources, r.of.comps, r.of.others} {
		for _, e := range list {
			name := r.add(e.text)
			switch e.what {
			case "generator", "transformer", "validator":
				r.plugin(r.graph.tree.parse(name))
			}
		}
	}
	if r.of.doc == nil {
		return
	}
	// What kustomize is not given, and so is in no list.
	for _, pair := range r.of.doc.Root.Pairs {
		switch strings.ToLower(pair.Key.Text) {
		case "helmcharts", "helmchartinflationgenerator":
			r.strings(pair.Value)
		case "generators", "transformers", "validators":
			for _, item := range pair.Value.Items {
				if inlineYAML(item.Str()) {
					r.plugin(document.Parse(r.of.path, []byte(item.Text), document.Options{}))
				}
			}
		}
	}
}

// add notes a path as it is written and returns it as it is in the repository.
func (r *references) add(text string) string {
	name, problem := r.of.resolve(text)
	if problem != "" {
		return ""
	}
	if _, ok := r.named[name]; !ok {
		r.named[name] = r.of.path
	}
	return name
}

// plugin looks through the configuration of a plugin, which may name further files under any key.
func (r *references) plugin(file *document.File) {
	if file == nil {
		return
	}
	for _, d := range file.Docs {
		r.strings(d.Root)
	}
}

// strings notes every string of a tree that is a file's name, or key=name.
func (r *references) strings(n *document.Node) {
	if r.seen[n] {
		return
	}
	r.seen[n] = true
	for _, p := range n.Pairs {
		r.strings(p.Value)
	}
	for _, item := range n.Items {
		r.strings(item)
	}
	_, value, _ := strings.Cut(n.Str(), "=")
	for _, text := range []string{n.Str(), value} {
		if text == "" || strings.Contains(text, "\n") {
			continue
		}
		if name, problem := r.of.resolve(text); problem == "" && r.graph.tree.isFile(name) {
			r.add(text)
		}
	}
}
