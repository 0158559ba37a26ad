// Package kustomize builds the kustomizations of a repository in memory and says of every rendered object which file and
// line it came from. It reads through an fs.FS only: no path leads out of it, no plugin runs, and no remote base is
// fetched unless that was allowed. What cannot be built becomes a fault at the line that causes it.
package kustomize

import (
	"context"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// Options bound a Render. The zero value builds everything, offline, on all cores.
type Options struct {
	// AllowNetwork lets kustomize fetch remote bases and files (it runs git for the former).
	AllowNetwork bool
	// Jobs is how many kustomizations are built side by side; 0 means one a core.
	Jobs int
	// InScope limits what is built: a root is built when InScope holds for its kustomization file or for any file it
	// includes. Nil means everything.
	InScope func(path string) bool
	// Folders, unless nil, has only those kustomizations built that stand in one of them and that another one includes.
	Folders []string
	// Timeout bounds the build of one root; 0 means 60 seconds.
	Timeout time.Duration
	// MaxObjects and MaxBytes bound what one root may render; 0 means 20,000 objects and 64 MiB.
	MaxObjects int
	MaxBytes   int
}

func (o Options) withDefaults() Options {
	if o.Jobs <= 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.MaxObjects <= 0 {
		o.MaxObjects = 20_000
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 64 << 20
	}
	return o
}

// Render finds the kustomizations among files (the sorted paths of fsys), builds those that no other one includes, and
// returns what they render, ordered by root and then as kustomize orders it. It never fails as a whole: each thing that
// could not be read or built is a fault of the result.
func Render(ctx context.Context, fsys fs.FS, files []string, opt Options) render.Result {
	opt = opt.withDefaults()
	g := newGraph(newTree(fsys, files), files, opt.AllowNetwork)

	roots := g.roots()
	if opt.Folders != nil {
		roots = g.others(roots, opt.Folders)
	}
	results := make([]render.Result, len(roots))
	var wg sync.WaitGroup
	slots := make(chan struct{}, opt.Jobs)
	for i, root := range roots {
		if !g.inScope(root, opt.InScope) {
			continue
		}
		wg.Add(1)
		slots <- struct{}{}
		go func() {
			defer wg.Done()
			defer func() { <-slots }()
			results[i] = g.render(ctx, root, opt)
		}()
	}
	wg.Wait()

	all := render.Result{Consumed: map[string]bool{}}
	for _, r := range results {
		all.Objects = append(all.Objects, r.Objects...)
		all.Faults = append(all.Faults, r.Faults...)
		for path := range r.Consumed {
			all.Consumed[path] = true
		}
	}
	all.Faults = distinct(all.Faults)
	return all
}

// distinct sorts faults and drops repetitions: two overlays of one base find the same fault in it.
func distinct(faults []render.Fault) []render.Fault {
	slices.SortStableFunc(faults, func(a, b render.Fault) int {
		if c := strings.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		if c := a.Range.Start.Line - b.Range.Start.Line; c != 0 {
			return c
		}
		if c := a.Range.Start.Column - b.Range.Start.Column; c != 0 {
			return c
		}
		return strings.Compare(a.Message, b.Message)
	})
	return slices.Compact(faults)
}
