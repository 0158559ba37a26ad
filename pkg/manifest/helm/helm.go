// Package helm renders the charts of a repository in memory, with their default values and with the values files the
// configuration names, and says of every rendered object which template and line it came from. It reads through an fs.FS
// only: no cluster, no DNS and no network is asked, and what a template makes of chance or of the clock is fixed, so that
// two runs render the same. What cannot be rendered becomes a fault at the line that causes it.
package helm

import (
	"cmp"
	"context"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// Options bound a Render. The zero value renders everything with default values, on all cores.
type Options struct {
	// Values names values files by the folder (or the archive) of their chart. Each file is a variant of its own.
	Values map[string][]string
	// Config is the file Values were read from; faults about them point there when it exists.
	Config string
	// Jobs is how many charts are rendered side by side; 0 means one a core.
	Jobs int
	// InScope limits what is rendered: a chart is rendered when InScope holds for any of its files or its values files.
	// Nil means everything.
	InScope func(path string) bool
	// Timeout bounds the rendering of one variant; 0 means 60 seconds.
	Timeout time.Duration
	// MaxBytes bounds what one variant may render; 0 means 64 MiB.
	MaxBytes int
}

func (o Options) withDefaults() Options {
	if o.Jobs <= 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 64 << 20
	}
	if o.Config == "" {
		o.Config = ".cdbgate.yaml"
	}
	return o
}

// Render finds the charts among files (the sorted paths of fsys) and returns what they render, ordered by chart, variant
// and template. It never fails as a whole: each thing that could not be read or rendered is a fault of the result.
func Render(ctx context.Context, fsys fs.FS, files []string, opt Options) render.Result {
	opt = opt.withDefaults()
	charts := find(fsys, files)
	values := map[string][]string{}
	for name, list := range opt.Values {
		values[path.Clean(name)] = list
	}

	results := make([]render.Result, len(charts))
	var wg sync.WaitGroup
	slots := make(chan struct{}, opt.Jobs)
	for i, c := range charts {
		c.values = values[c.root]
		if !c.inScope(opt.InScope) {
			continue
		}
		wg.Add(1)
		slots <- struct{}{}
		go func() {
			defer wg.Done()
			defer func() { <-slots }()
			results[i] = c.render(ctx, opt)
		}()
	}
	wg.Wait()

	all := render.Result{Consumed: map[string]bool{}}
	for _, r := range results {
		all.Objects = append(all.Objects, r.Objects...)
		all.Faults = append(all.Faults, r.Faults...)
		maps.Copy(all.Consumed, r.Consumed)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !slices.ContainsFunc(charts, func(c *source) bool { return c.root == name }) {
			all.Faults = append(all.Faults, opt.blame(fsys, render.Fault{
				Kind:    render.Helm,
				Message: "helm.values names " + name + ", which is no chart", Remedy: "name the folder that holds Chart.yaml",
			}, name, -1))
		}
	}
	slices.SortStableFunc(all.Faults, func(a, b render.Fault) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Range.Start.Line, b.Range.Start.Line), cmp.Compare(a.Message, b.Message))
	})
	all.Faults = slices.Compact(all.Faults)
	return all
}

// blame moves a fault to what the configuration says about a chart, or about one of its values files, if it is there.
func (o Options) blame(fsys fs.FS, f render.Fault, chart string, file int) render.Fault {
	data, err := fs.ReadFile(fsys, o.Config)
	if err != nil {
		return f
	}
	parsed := document.Parse(o.Config, data, document.Options{})
	if len(parsed.Docs) == 0 {
		return f
	}
	charts := parsed.Docs[0].Root.Lookup("helm", "values")
	if charts == nil {
		return f
	}
	for _, p := range charts.Pairs {
		if path.Clean(p.Key.Text) == chart {
			f.Path = o.Config
			f.Range, _ = parsed.Docs[0].Locate("helm", "values", p.Key.Text, file)
		}
	}
	return f
}
