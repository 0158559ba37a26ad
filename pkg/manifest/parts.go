package manifest

import (
	"context"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/claire-de-binare/cdbgate/pkg/manifest/compose"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/kustomize"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// Parts tells which files of a snapshot belong to what is deployed without saying so themselves: file -> what it is part
// of, in words ("kustomization deploy/kustomization.yaml", "chart charts/web", "compose file compose.yaml"). A file that
// belongs to several is told of one, charts before kustomizations before Compose files.
//
// Nothing is rendered: it reads the kustomizations and the Compose files, and takes every path in them for a part. Of a
// path through a symbolic link the link is a part too, of one into a submodule the submodule. A path that leads out of the
// repository or has a variable in it is no part. What cannot be read is a fault, and its parts are unknown.
func Parts(ctx context.Context, snapshot *repo.Snapshot) (map[string]string, []render.Fault) {
	files := make([]string, 0, len(snapshot.Entries()))
	for _, e := range snapshot.Entries() {
		if e.Mode.Type()&fs.ModeIrregular == 0 {
			files = append(files, e.Path)
		}
	}
	var (
		wg     sync.WaitGroup
		named  [2]map[string]string
		faults [2][]render.Fault
	)
	if hasAny(files, isKustomization) {
		wg.Go(func() { named[0], faults[0] = kustomize.References(ctx, snapshot, files) })
	}
	wg.Go(func() { named[1], faults[1] = compose.References(ctx, snapshot, files) })
	p := parts{snapshot: snapshot, of: chartFiles(files)}
	wg.Wait()
	for i, what := range []string{"kustomization ", "compose file "} {
		for _, name := range slices.Sorted(maps.Keys(named[i])) {
			p.add(name, what+named[i][name])
		}
	}
	return p.of, slices.Concat(faults[0], faults[1])
}

// parts collects the parts of a snapshot.
type parts struct {
	snapshot *repo.Snapshot
	of       map[string]string
}

// maxLinks is how many symbolic links one path may pass, as in a file system.
const maxLinks = 40

// add notes the file a path leads to, and every link on the way.
func (p parts) add(name, what string) {
	for range maxLinks {
		entry, rest, ok := p.entry(name)
		if !ok {
			return
		}
		if _, taken := p.of[entry.Path]; !taken {
			p.of[entry.Path] = what
		}
		if entry.Mode&fs.ModeSymlink == 0 {
			return
		}
		target, err := p.snapshot.ReadLink(entry.Path)
		if err != nil || target == "" || path.IsAbs(target) {
			return
		}
		name = path.Join(path.Dir(entry.Path), target, rest)
	}
}

// entry finds the first entry on the way to a path: the file itself, or a link or submodule above it. rest is what is left
// of the path behind it.
func (p parts) entry(name string) (e repo.Entry, rest string, ok bool) {
	for i := 0; i <= len(name); i++ {
		if i < len(name) && name[i] != '/' {
			continue
		}
		if e, ok := p.snapshot.Lookup(name[:i]); ok {
			rest = name[i:]
			return e, rest, rest == "" || e.Mode.Type() != 0
		}
	}
	return repo.Entry{}, "", false
}

// chartFiles finds the files below folders with a Chart.yaml, each with the nearest, and packed charts in folders called
// charts.
func chartFiles(files []string) map[string]string {
	folders := map[string]string{} // folder -> what it belongs to, "" when it is no chart
	for _, f := range files {
		if nameIsChart(f) {
			folders[path.Dir(f)] = "chart " + path.Dir(f)
		}
	}
	of := map[string]string{}
	for _, f := range files {
		if what := chartOf(path.Dir(f), folders); what != "" {
			of[f] = what
		} else if strings.HasSuffix(f, ".tgz") && (strings.HasPrefix(f, "charts/") || strings.Contains(f, "/charts/")) {
			of[f] = "chart " + f
		}
	}
	return of
}

// chartOf looks up a folder and those above it, and remembers what it found.
func chartOf(dir string, folders map[string]string) string {
	what, ok := folders[dir]
	if !ok {
		if dir != "." {
			what = chartOf(path.Dir(dir), folders)
		}
		folders[dir] = what
	}
	return what
}
