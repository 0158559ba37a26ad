package repo

import (
	"context"
	"fmt"

	"github.com/go-git/go-git/v5/plumbing"
)

// Commit takes the snapshot of a revision, read from the object store.
func (r *Repository) Commit(ctx context.Context, rev string) (*Snapshot, error) {
	id, err := r.resolve(ctx, rev)
	if err != nil {
		return nil, err
	}
	c, err := r.store.commit(id)
	if err != nil {
		return nil, err
	}
	w := treeWalk{ctx: ctx, store: r.store}
	if err := w.tree(c.tree, ""); err != nil {
		return nil, fmt.Errorf("list the files of commit %s: %w", id, err)
	}
	s := &Snapshot{kind: Commit, id: id.String(), repo: r, entries: w.entries, tree: c.tree}
	if err := s.showNames(); err != nil {
		return nil, fmt.Errorf("list the files of commit %s: %w", id, err)
	}
	return s, nil
}

// Resolve turns a revision into a commit id.
func (r *Repository) Resolve(ctx context.Context, rev string) (string, error) {
	id, err := r.resolve(ctx, rev)
	if err != nil {
		return "", err
	}
	return id.String(), nil
}

// commitObject is what this package needs to know of a commit.
type commitObject struct {
	id      plumbing.Hash
	tree    plumbing.Hash
	parents []plumbing.Hash // none at the boundary of a shallow clone
	time    int64           // of the committer, seconds since 1970
	cut     bool            // at the boundary: there are parents, but not here
}
