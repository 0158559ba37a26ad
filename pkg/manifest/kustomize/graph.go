package kustomize

import (
	"path"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/api/types"
)

// graph knows every kustomization of the repository and which includes which.
type graph struct {
	tree    *tree
	network bool

	all []*kustomization // those found in the list of files, sorted by path

	mu    sync.Mutex
	files map[string]*kustomization // by path of the file; nil values are files that are none
}

func newGraph(t *tree, files []string, network bool) *graph {
	g := &graph{tree: t, network: network, files: map[string]*kustomization{}}
	for _, f := range files {
		if slices.Contains(names, path.Base(f)) && !t.template(f) {
			if k := g.kustomization(f); k != nil {
				g.all = append(g.all, k)
			}
		}
	}
	return g
}

// kustomization returns the kustomization in a file, nil when the file is none.
func (g *graph) kustomization(file string) *kustomization {
	g.mu.Lock()
	defer g.mu.Unlock()
	k, ok := g.files[file]
	if !ok {
		k = g.loadKustomization(file)
		g.files[file] = k
	}
	return k
}

// in returns the kustomization in a folder, or nil. A folder may also be reached through a symbolic link.
func (g *graph) in(dir string) *kustomization {
	for _, name := range names {
		if file := path.Join(dir, name); g.tree.isFile(file) {
			if k := g.kustomization(file); k != nil {
				return k
			}
		}
	}
	return nil
}

// filesIn lists the kustomization files of a folder. Kustomize wants exactly one.
func (g *graph) filesIn(dir string) []string {
	var found []string
	for _, name := range names {
		if g.tree.isFile(path.Join(dir, name)) {
			found = append(found, name)
		}
	}
	return found
}

// includes lists the kustomizations a kustomization includes: first the bases, then the components, as kustomize does.
func (g *graph) includes(k *kustomization) (bases, components []*kustomization) {
	find := func(entries []entry) (out []*kustomization) {
		for _, e := range entries {
			name, problem := k.resolve(e.text)
			if problem == "" && g.tree.isDir(name) {
				if other := g.in(name); other != nil {
					out = append(out, other)
				}
			}
		}
		return out
	}
	return find(k.resources), find(k.comps)
}

// closure lists k and everything it includes, each once, innermost first.
func (g *graph) closure(k *kustomization) []*kustomization {
	var out []*kustomization
	seen := map[*kustomization]bool{}
	var visit func(*kustomization)
	visit = func(k *kustomization) {
		if seen[k] {
			return
		}
		seen[k] = true
		bases, components := g.includes(k)
		for _, other := range append(bases, components...) {
			visit(other)
		}
		out = append(out, k)
	}
	visit(k)
	return out
}

// roots lists the kustomizations no other one includes, sorted by path. Of kustomizations that include each other in a
// circle and that no root leads to, the first stands for all, so that the circle is reported.
func (g *graph) roots() []*kustomization {
	included := map[*kustomization]bool{}
	for _, k := range g.all {
		bases, components := g.includes(k)
		for _, other := range append(bases, components...) {
			included[other] = true
		}
	}
	var roots []*kustomization
	reached := map[*kustomization]bool{}
	add := func(k *kustomization) {
		roots = append(roots, k)
		for _, other := range g.closure(k) {
			reached[other] = true
		}
	}
	for _, k := range g.all {
		if !included[k] && !k.component() {
			add(k)
		}
	}
	for _, k := range g.all {
		if included[k] && !reached[k] && !k.component() && k.spec.Kind != types.ComponentKind {
			add(k)
		}
	}
	slices.SortFunc(roots, func(a, b *kustomization) int { return strings.Compare(a.path, b.path) })
	return roots
}

// others lists the kustomizations in some folders that are none of the roots.
func (g *graph) others(roots []*kustomization, folders []string) []*kustomization {
	var out []*kustomization
	for _, dir := range folders {
		if !g.tree.isDir(dir) {
			continue
		}
		if k := g.in(dir); k != nil && !slices.Contains(roots, k) && !slices.Contains(out, k) && !k.component() {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b *kustomization) int { return strings.Compare(a.path, b.path) })
	return out
}

// inScope reports whether a root is to be built.
func (g *graph) inScope(root *kustomization, scope func(string) bool) bool {
	if scope == nil {
		return true
	}
	for _, k := range g.closure(root) {
		if scope(k.path) {
			return true
		}
		for _, list := range [][]entry{k.resources, k.comps, k.others} {
			for _, e := range list {
				if name, problem := k.resolve(e.text); problem == "" && g.tree.isFile(name) && scope(name) {
					return true
				}
			}
		}
	}
	return false
}
