package gitops

import (
	"path"
	"slices"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// Uncovered is a folder with manifests that no reconciler's path leads to.
type Uncovered struct {
	Folder  string
	Objects []*Object
}

// Reconcilers lists the objects that reconcile.
func (g *Graph) Reconcilers() []*Object {
	return slices.DeleteFunc(slices.Clone(g.Objects), func(o *Object) bool { return o.Role != Reconciler })
}

// CoveredBy is the reconciler that an object is rendered by, nil for none.
func (g *Graph) CoveredBy(o *Object) *Object { return g.covered[o] }

// cover finds the reconciler of every object. An object belongs to a reconciler when its own file, or the kustomization or
// chart it was rendered from, lies at or below the reconciler's path.
func (g *Graph) cover() {
	type covering struct {
		prefix string
		by     *Object
	}
	var all []covering
	for _, r := range g.Reconcilers() {
		for _, p := range g.paths(r) {
			all = append(all, covering{p, r})
		}
	}
	// The longest path first: the nearest reconciler is the one whose settings count.
	slices.SortStableFunc(all, func(a, b covering) int { return len(b.prefix) - len(a.prefix) })
	for _, o := range g.Objects {
		for _, c := range all {
			if c.by != o && (within(c.prefix, o.Source.Path) || o.Source.Root != "" && within(c.prefix, o.Source.Root)) {
				g.covered[o] = c.by
				break
			}
		}
	}
}

func within(prefix, file string) bool {
	return prefix == "" || file == prefix || strings.HasPrefix(file, prefix+"/")
}

// paths lists the folders of the repository that a reconciler takes its content from. Whether its source is this very
// repository cannot be told from within; a path that is not here covers nothing.
func (g *Graph) paths(r *Object) []string {
	var found []string
	add := func(p string) {
		if p, ok := clean(p); ok && g.exists(p) {
			found = append(found, p)
		}
	}
	spec := r.Node.Get("spec")
	switch r.Kind {
	case "Kustomization":
		if source := r.source(); source != nil && source.Role == Generator {
			name := spec.Lookup("sourceRef", "name").Str()
			for _, p := range g.artifactPaths(source, name, spec.Get("path").Str()) {
				add(p)
			}
			break
		}
		if p := spec.Get("path").Str(); p != "" || spec.Lookup("sourceRef", "kind").Str() == "GitRepository" {
			add(p)
		}
	case "HelmRelease":
		if kind := spec.Lookup("chart", "spec", "sourceRef", "kind").Str(); kind == "GitRepository" || kind == "Bucket" {
			add(spec.Lookup("chart", "spec", "chart").Str())
		}
	case "Application":
		argoPaths(spec, add)
	case "ApplicationSet":
		argoPaths(spec.Lookup("template", "spec"), add)
		generatorPaths(spec.Get("generators"), add)
	}
	return found
}

func argoPaths(spec *document.Node, add func(string)) {
	sources := append([]*document.Node{spec.Get("source")}, items(spec.Get("sources"))...)
	for _, s := range sources {
		if p := s.Get("path").Str(); p != "" && !strings.Contains(p, "{{") {
			add(p)
		}
	}
}

// generatorPaths takes the folders that a git generator names, up to the first part that is a pattern.
func generatorPaths(n *document.Node, add func(string)) {
	for _, g := range items(n) {
		for _, list := range []string{"directories", "files"} {
			for _, item := range items(g.Lookup("git", list)) {
				if item.Get("exclude") != nil && item.Get("exclude").Text == "true" {
					continue
				}
				p := item.Get("path").Str()
				if i := strings.IndexAny(p, "*?[{"); i >= 0 {
					p = p[:strings.LastIndex(p[:i], "/")+1]
				}
				if p != "" {
					add(p)
				}
			}
		}
		for _, nested := range []string{"matrix", "merge"} {
			generatorPaths(g.Lookup(nested, "generators"), add)
		}
	}
}

// artifactPaths leads a path within a generated artifact back to the repository, by the generator's copies.
func (g *Graph) artifactPaths(generator *Object, name, at string) []string {
	at, ok := clean(at)
	if !ok {
		return nil
	}
	var out []string
	for _, a := range items(generator.Node.Lookup("spec", "artifacts")) {
		if a.Get("name").Str() != name {
			continue
		}
		for _, c := range items(a.Get("copy")) {
			_, from, _ := strings.Cut(strings.TrimPrefix(c.Get("from").Str(), "@"), "/")
			_, to, _ := strings.Cut(strings.TrimPrefix(c.Get("to").Str(), "@"), "/")
			if i := strings.IndexAny(from, "*?["); i >= 0 {
				from = from[:strings.LastIndex(from[:i], "/")+1]
			}
			from, to = path.Clean("/" + from)[1:], path.Clean("/" + to)[1:]
			switch {
			case within(to, at):
				out = append(out, path.Join(from, strings.TrimPrefix(strings.TrimPrefix(at, to), "/")))
			case within(at, to):
				out = append(out, from)
			}
		}
	}
	return out
}

// Uncovered lists the folders whose manifests nothing reconciles, sorted, each outermost one once. Objects that themselves
// reconcile are not counted: a cluster is pointed at the first of them by hand.
func (g *Graph) Uncovered() []Uncovered {
	byFolder := map[string][]*Object{}
	rendered := map[string]bool{} // files that something covered is made of
	for o := range g.covered {
		rendered[o.Source.Path] = true
	}
	for _, o := range g.Objects {
		// What has no name is another tool's configuration: no cluster takes it.
		if o.Role != Workload || o.Name == "" || g.covered[o] != nil {
			continue
		}
		// What a covered overlay renders anew is covered there, under its own root.
		if o.Source.Root == "" && rendered[o.Source.Path] {
			continue
		}
		folder := path.Dir(o.Source.Path)
		if o.Source.Root != "" {
			folder = path.Dir(o.Source.Root)
			if o.Source.Kind == render.Helm {
				folder = o.Source.Root
			}
		}
		byFolder[folder] = append(byFolder[folder], o)
	}
	folders := make([]string, 0, len(byFolder))
	for f := range byFolder {
		folders = append(folders, f)
	}
	slices.Sort(folders)
	var out []Uncovered
	for _, f := range folders {
		if n := len(out); n > 0 && (out[n-1].Folder == "." || within(out[n-1].Folder, f)) {
			out[n-1].Objects = append(out[n-1].Objects, byFolder[f]...)
			continue
		}
		out = append(out, Uncovered{f, byFolder[f]})
	}
	return out
}
