package repo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
)

// ChangeKind says what happened to a file.
type ChangeKind string

// The kinds of change.
const (
	Added       ChangeKind = "added"
	Modified    ChangeKind = "modified"
	Deleted     ChangeKind = "deleted"
	Renamed     ChangeKind = "renamed" // with or without changed content
	TypeChanged ChangeKind = "type-changed"
)

// Change is one difference between two snapshots. Path is the new name (the old one for Deleted), From the old name of a
// rename.
type Change struct {
	Kind ChangeKind
	Path string
	From string
}

// Changes lists the differences from one snapshot to another, sorted by path, as git diff --name-status -M does.
// Untracked files of a working tree count as Added. A file that became executable is Modified, one that became a link is
// TypeChanged, a submodule at another commit is Modified.
//
// Two commits are compared by the ids of their files, without reading one. A file on disk is read only when git's index
// cannot vouch for it: what counts is its bytes as they lie there, so a file that a checkout filter (line endings, LFS)
// changes may be listed although git would not.
//
// A rename has at least half of its content in common with the old file. As in git, similar files are only looked for
// up to 1000 × 1000 candidates (and 256 MiB of them), and a file above 8 MiB is only found renamed when unchanged.
func Changes(ctx context.Context, from, to *Snapshot) ([]Change, error) {
	d := &difference{ctx: ctx, from: from, to: to}
	changes, err := d.list()
	if err != nil {
		return nil, fmt.Errorf("compare %s with %s: %w", from.id, to.id, err)
	}
	return changes, nil
}

type difference struct {
	ctx      context.Context
	from, to *Snapshot

	added, deleted []int // entries of to and from, still without a counterpart
	changes        []Change
}

func (d *difference) list() ([]Change, error) {
	if !d.from.tree.IsZero() && d.from.tree == d.to.tree {
		return nil, nil
	}
	unclear := d.pairUp()
	differs, err := d.compare(unclear)
	if err != nil {
		return nil, err
	}
	for i, p := range unclear {
		if differs[i] {
			d.note(Change{Kind: Modified, Path: d.to.entries[p.to].Path})
		}
	}
	if err := d.renames(); err != nil {
		return nil, err
	}
	for _, i := range d.added {
		d.note(Change{Kind: Added, Path: d.to.entries[i].Path})
	}
	for _, i := range d.deleted {
		d.note(Change{Kind: Deleted, Path: d.from.entries[i].Path})
	}
	slices.SortFunc(d.changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return d.changes, nil
}

func (d *difference) note(c Change) { d.changes = append(d.changes, c) }

// pair is one entry of each snapshot.
type pair struct{ from, to int }

// pairUp goes through both lists side by side. It returns the pairs that only their contents can tell apart.
func (d *difference) pairUp() (unclear []pair) {
	a, b := d.from.entries, d.to.entries
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case j == len(b) || i < len(a) && a[i].Path < b[j].Path:
			d.deleted = append(d.deleted, i)
			i++
			continue
		case i == len(a) || b[j].Path < a[i].Path:
			d.added = append(d.added, j)
			j++
			continue
		}
		switch x, y := a[i], b[j]; {
		case x.Mode.Type() != y.Mode.Type():
			d.note(Change{Kind: TypeChanged, Path: y.Path})
		case x.Mode != y.Mode && d.modesCount():
			d.note(Change{Kind: Modified, Path: y.Path})
		case x.Hash == "" || y.Hash == "":
			unclear = append(unclear, pair{i, j})
		case x.Hash != y.Hash:
			d.note(Change{Kind: Modified, Path: y.Path})
		}
		i++
		j++
	}
	return unclear
}

// modesCount is false when a file system is involved that keeps no executable bit.
func (d *difference) modesCount() bool {
	for _, s := range []*Snapshot{d.from, d.to} {
		if s.disk != nil && (runtime.GOOS == "windows" || s.repo.settings.noFileMode) {
			return false
		}
	}
	return true
}

// compare tells which pairs differ in content, on all cores.
func (d *difference) compare(pairs []pair) ([]bool, error) {
	differs := make([]bool, len(pairs))
	err := parallel(d.ctx, len(pairs), func(i int) (err error) {
		differs[i], err = d.differ(pairs[i])
		return err
	})
	return differs, err
}

func (d *difference) differ(p pair) (bool, error) {
	a, errA := d.from.hash(p.from)
	b, errB := d.to.hash(p.to)
	if err := errors.Join(errA, errB); err != nil {
		return false, err
	}
	// What cannot be read, being too large, is taken for changed.
	return a != b || a.IsZero(), nil
}

// hash is the id that an entry's content has or would have as a blob; zero when it is too large to tell.
func (s *Snapshot) hash(i int) (plumbing.Hash, error) {
	e := s.entries[i]
	switch {
	case e.Hash != "":
		return plumbing.NewHash(e.Hash), nil
	case e.Mode&fs.ModeIrregular != 0:
		return s.submodule(e.Path)
	}
	if known := s.staged(i); known != nil && s.unchanged(i, known) {
		return known.hash, nil
	}
	b, err := s.content(i)
	if errors.Is(err, ErrTooLarge) {
		return plumbing.ZeroHash, nil
	} else if err != nil {
		return plumbing.ZeroHash, pathError("read", e.Path, err)
	}
	return plumbing.ComputeHash(plumbing.BlobObject, b), nil
}

// Blob is the id of a file's content where that is known without reading it: in a commit and in the index always, on disk as long as
// the file is surely the one that git recorded in its index.
func (s *Snapshot) Blob(name string) (id string, ok bool) {
	i, found := s.find(name)
	if !found || s.entries[i].Mode&fs.ModeIrregular != 0 {
		return "", false
	}
	if h := s.entries[i].Hash; h != "" {
		return h, true
	}
	if known := s.staged(i); known != nil && s.unchanged(i, known) {
		return known.hash.String(), true
	}
	return "", false
}

// staged is the index entry of a file on disk, nil when there is none.
func (s *Snapshot) staged(i int) *indexEntry {
	if s.index == nil {
		return nil
	}
	at, ok := slices.BinarySearchFunc(s.index.entries, s.onDisk(s.entries[i].Path), func(e indexEntry, p string) int { return strings.Compare(e.path, p) })
	if !ok || s.index.entries[at].stage != 0 {
		return nil
	}
	return &s.index.entries[at]
}

// unchanged reports whether a file is surely the one git recorded in its index: same kind, size, times and inode, and last
// written before the index was. A file written at the same moment or later may have changed once more without its times
// showing it ("racy git").
func (s *Snapshot) unchanged(i int, known *indexEntry) bool {
	e, st := s.entries[i], s.stats[i]
	return !known.intentToAdd &&
		gitMode(e.Mode)&modeType == known.mode&modeType &&
		uint32(e.Size) == known.size &&
		st.modTime.Equal(known.modTime) &&
		st.changeTime.Equal(known.changeTime) &&
		uint32(st.inode) == known.inode &&
		known.modTime.Before(s.index.modTime)
}

// submodule is the commit that is checked out in a submodule; of one that is not checked out, the one that should be.
func (s *Snapshot) submodule(name string) (plumbing.Hash, error) {
	inner, err := enclosing(s.repo.root + "/" + s.onDisk(name))
	if err != nil {
		return plumbing.ZeroHash, fmt.Errorf("submodule %s: %w", name, err)
	}
	if inner == nil || inner.subdir != "" || inner.gitDir == s.repo.gitDir {
		if i, ok := s.find(name); ok {
			if known := s.staged(i); known != nil {
				return known.hash, nil
			}
		}
		return plumbing.ZeroHash, nil
	}
	id, err := inner.reference("HEAD")
	if errors.Is(err, ErrUnknownRevision) {
		return plumbing.ZeroHash, nil
	} else if err != nil {
		return plumbing.ZeroHash, fmt.Errorf("submodule %s: %w", name, err)
	}
	return id, nil
}

// parallel calls do for 0 to n-1 on all cores and returns the first error.
func parallel(ctx context.Context, n int, do func(int) error) error {
	workers := min(n, runtime.GOMAXPROCS(0))
	var wait sync.WaitGroup
	errs := make([]error, workers)
	for w := range workers {
		wait.Go(func() {
			for i := w; i < n && errs[w] == nil; i += workers {
				if errs[w] = ctx.Err(); errs[w] == nil {
					errs[w] = do(i)
				}
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
