package gate

import (
	"context"
	"io/fs"
	"slices"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// Changes is what the judged snapshot changes since it parted from the base.
type Changes struct {
	History *repo.History // nil when it cannot be told
	List    []Change      // sorted by path
}

// Change is one changed path, and where its old side stands: one of the merge bases.
type Change struct {
	repo.Change
	Before *repo.Snapshot
}

// Changes lists what changed, once for all gates. Without a base there is nothing to compare with, and it is empty. An error
// says what of the history is missing.
//
// Every merge base is compared with, since after criss-cross merges one alone can hide what the other side changed. What the
// base's tip has already is no change: merging changes nothing.
func (r *Run) Changes(ctx context.Context) (*Changes, error) {
	return r.changes.do(func() (*Changes, error) {
		c := &Changes{}
		if r.Base == nil || r.HeadCommit == "" {
			return c, nil
		}
		h, err := r.Repository.History(ctx, r.Base.Commit, r.HeadCommit)
		if err != nil {
			return c, err
		}
		c.History = h
		seen := map[repo.Change]bool{}
		for _, id := range h.MergeBases {
			before, err := r.Repository.Commit(ctx, id)
			if err != nil {
				return c, err
			}
			list, err := repo.Changes(ctx, before, r.Snapshot)
			if err != nil {
				return c, err
			}
			for _, change := range list {
				if !seen[change] && !arrived(change, before, r.Trusted, r.Snapshot) {
					c.List = append(c.List, Change{change, before})
				}
				seen[change] = true
			}
		}
		slices.SortStableFunc(c.List, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
		return c, nil
	})
}

// arrived reports whether the base's tip came to the same on its own.
func arrived(c repo.Change, before, tip, head *repo.Snapshot) bool {
	if before.ID() == tip.ID() {
		return false
	}
	for _, name := range []string{c.Path, c.From} {
		if name == "" {
			continue
		}
		was, _ := before.Lookup(name)
		is, _ := tip.Lookup(name)
		if was == is || !SameFile(head, tip, name) {
			return false
		}
	}
	return true
}

// SameFile reports whether two snapshots hold the same at a path, mode included. What cannot be read is not the same.
func SameFile(a, b *repo.Snapshot, path string) bool {
	x, hasX := a.Lookup(path)
	y, hasY := b.Lookup(path)
	if !hasX || !hasY {
		return hasX == hasY
	}
	if x.Mode.Type() != y.Mode.Type() || x.Mode&0o100 != y.Mode&0o100 {
		return false
	}
	if x.Hash != "" && y.Hash != "" {
		return x.Hash == y.Hash
	}
	if x.Mode&fs.ModeIrregular != 0 {
		return false
	}
	s, errS := a.ReadFile(path)
	t, errT := b.ReadFile(path)
	return errS == nil && errT == nil && string(s) == string(t)
}
