package repo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Watch selects paths. Folder reports whether a watched path may lie below a folder, so that others need not be read.
type Watch struct {
	Folder func(dir string) bool
	File   func(path string) bool
}

// Touch is a file that a commit changed. Before and After are the ids of its blobs, "" where there is no file.
type Touch struct {
	Path          string
	Before, After string
}

// Touched is what one commit changed of what is watched. Err says that it could not be told.
type Touched struct {
	Commit string
	Files  []Touch // sorted by path
	Err    error
}

// Touched lists the commits of a history that changed what is watched, the youngest first, on all cores.
//
// An ordinary commit is compared with its parent, a first one with nothing. A merge counts for what it adds itself: a file
// is touched unless the merge had no choice, every parent with another version having left it as it was where the
// histories parted. A merge that takes back what the other side changed is therefore a change, though it equals a parent.
func (r *Repository) Touched(ctx context.Context, h *History, watch Watch) ([]Touched, error) {
	all := make([]Touched, len(h.commits))
	err := parallel(ctx, len(h.commits), func(i int) error {
		t := toucher{ctx: ctx, repo: r, watch: watch}
		files, err := t.commit(h.commits[i])
		if ctx.Err() != nil {
			return ctx.Err()
		}
		all[i] = Touched{Commit: h.commits[i].id.String(), Files: files, Err: err}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(t Touched) bool { return len(t.Files) == 0 && t.Err == nil }), nil
}

// version is what stands at a path: the zero value when nothing does.
type version struct {
	mode uint32
	id   plumbing.Hash
}

// versions is a path with its versions in two trees.
type versions struct {
	path          string
	before, after version
}

type toucher struct {
	ctx   context.Context
	repo  *Repository
	watch Watch
}

func (t *toucher) commit(c *commitObject) ([]Touch, error) {
	if len(c.parents) == 0 {
		diff, err := t.diff(plumbing.ZeroHash, c.tree, "", nil)
		return touches(diff), err
	}
	parents := make([]*commitObject, len(c.parents))
	diffs := make([][]versions, len(c.parents))
	for i, id := range c.parents {
		var err error
		if parents[i], err = t.repo.store.commit(id); err != nil {
			return nil, err
		}
		if diffs[i], err = t.diff(parents[i].tree, c.tree, "", nil); err != nil {
			return nil, err
		}
	}
	if len(parents) == 1 {
		return touches(diffs[0]), nil
	}
	return t.merge(parents, diffs)
}

func touches(diff []versions) []Touch {
	var out []Touch
	for _, d := range diff {
		out = append(out, Touch{Path: shown(d.path), Before: d.before.blob(), After: d.after.blob()})
	}
	slices.SortFunc(out, func(a, b Touch) int { return strings.Compare(a.Path, b.Path) })
	return out
}

func (v version) blob() string {
	if v.id.IsZero() {
		return ""
	}
	return v.id.String()
}

// merge finds what a merge decided itself.
func (t *toucher) merge(parents []*commitObject, diffs [][]versions) ([]Touch, error) {
	// The version of each parent where it is another than the merge's.
	others := map[string]map[int]versions{}
	for i, diff := range diffs {
		for _, d := range diff {
			if others[d.path] == nil {
				others[d.path] = map[int]versions{}
			}
			others[d.path][i] = d
		}
	}
	var out []versions
	for path, differing := range others {
		chosen, err := t.chosen(path, parents, differing)
		if err != nil {
			return nil, err
		}
		if chosen {
			for i := range parents {
				if d, ok := differing[i]; ok {
					out = append(out, d)
					break
				}
			}
		}
	}
	return touches(out), nil
}

// chosen reports whether a merge could have come to another version of a path. It had no choice when each parent that
// differs from it never touched the path since its history parted from that of a parent it agrees with.
func (t *toucher) chosen(path string, parents []*commitObject, differing map[int]versions) (bool, error) {
	for i, d := range differing {
		forced := false
		for j := range parents {
			if _, differs := differing[j]; differs {
				continue
			}
			left, err := t.leftAlone(path, d.before, parents[i], parents[j])
			if err != nil {
				return false, err
			}
			forced = forced || left
		}
		if !forced {
			return true, nil
		}
	}
	return false, nil
}

// leftAlone reports whether a path had the given version wherever the histories of two commits parted.
func (t *toucher) leftAlone(path string, v version, a, b *commitObject) (bool, error) {
	bases, err := t.repo.mergeBases(t.ctx, a.id, b.id)
	if errors.Is(err, ErrNoMergeBase) {
		return v == version{}, nil // unrelated histories begin with nothing
	}
	if err != nil {
		return false, err
	}
	for _, id := range bases {
		base, err := t.repo.store.commit(id)
		if err != nil {
			return false, err
		}
		was, err := t.at(base.tree, path)
		if err != nil {
			return false, err
		}
		if was != v {
			return false, nil
		}
	}
	return true, nil
}

// at looks a path up in a tree.
func (t *toucher) at(tree plumbing.Hash, path string) (version, error) {
	dir := ""
	for rest := path; ; {
		name, below, deeper := strings.Cut(rest, "/")
		list, err := t.repo.store.tree(tree, dir)
		if err != nil {
			return version{}, err
		}
		i := slices.IndexFunc(list, func(e treeEntry) bool { return e.name == name && e.isTree() == deeper })
		if i < 0 {
			return version{}, nil
		}
		if !deeper {
			return version{list[i].mode, list[i].id}, nil
		}
		tree, rest, dir = list[i].id, below, dir+name+"/"
	}
}

// diff appends the watched paths that differ between two trees. A tree that is not there has the zero id.
func (t *toucher) diff(before, after plumbing.Hash, dir string, to []versions) ([]versions, error) {
	if before == after {
		return to, nil
	}
	if err := t.ctx.Err(); err != nil {
		return to, err
	}
	if len(dir) > maxPath {
		return to, fmt.Errorf("path %.40q… is longer than %d bytes: %w", dir, maxPath, ErrTooLarge)
	}
	a, err := t.list(before, dir)
	if err != nil {
		return to, err
	}
	b, err := t.list(after, dir)
	if err != nil {
		return to, err
	}
	for len(a) > 0 || len(b) > 0 {
		var x, y treeEntry // the zero entry: not on this side
		switch order := compareEntries(a, b); {
		case order < 0:
			x, a = a[0], a[1:]
		case order > 0:
			y, b = b[0], b[1:]
		default:
			x, y, a, b = a[0], b[0], a[1:], b[1:]
		}
		if x.mode == y.mode && x.id == y.id {
			continue
		}
		name := dir + x.name
		if x.name == "" {
			name = dir + y.name
		}
		switch {
		case x.isTree() || y.isTree():
			if t.watch.Folder(shown(name)) {
				if to, err = t.diff(x.id, y.id, name+"/", to); err != nil {
					return to, err
				}
			}
		case t.watch.File(shown(name)):
			to = append(to, versions{name, version{x.mode, x.id}, version{y.mode, y.id}})
		}
	}
	return to, nil
}

func (t *toucher) list(id plumbing.Hash, dir string) ([]treeEntry, error) {
	if id.IsZero() {
		return nil, nil
	}
	return t.repo.store.tree(id, dir)
}

// compareEntries orders the first entries of two lists as git sorts trees: a folder as if its name ended in a slash.
func compareEntries(a, b []treeEntry) int {
	switch {
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	}
	x, y := &a[0], &b[0]
	n := min(len(x.name), len(y.name))
	if c := strings.Compare(x.name[:n], y.name[:n]); c != 0 {
		return c
	}
	return cmp.Compare(x.sortByte(n), y.sortByte(n))
}

// sortByte is the byte at n of an entry's name as git sorts it, -1 behind its end.
func (e *treeEntry) sortByte(n int) int {
	switch {
	case n < len(e.name):
		return int(e.name[n])
	case n == len(e.name) && e.isTree():
		return '/'
	}
	return -1
}
