package repo

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

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

// commitObject is what this package needs to know of a commit.
type commitObject struct {
	id      plumbing.Hash
	tree    plumbing.Hash
	parents []plumbing.Hash // those that are there
	time    int64           // of the committer, seconds since 1970
	cut     bool            // at the boundary of a shallow clone: the parents are not there
}

var errCommit = errors.New("damaged commit object: run git fsck, then git fetch --refetch")

func (s *store) commit(id plumbing.Hash) (*commitObject, error) {
	b, err := s.object(plumbing.CommitObject, id, "the history")
	if err != nil {
		return nil, err
	}
	c, err := decodeCommit(b)
	if err != nil {
		return nil, fmt.Errorf("read commit %s: %w", id, err)
	}
	c.id = id
	cut, err := s.shallow()
	if err != nil {
		return nil, err
	}
	if cut[id] {
		c.cut, c.parents = len(c.parents) > 0, nil
	}
	return c, nil
}

// decodeCommit reads the lines git puts first, in its order, and the committer's time.
func decodeCommit(b []byte) (*commitObject, error) {
	c := &commitObject{}
	head, _, _ := strings.Cut(string(b), "\n\n")
	for i, line := range strings.Split(head, "\n") {
		key, value, _ := strings.Cut(line, " ")
		switch {
		case i == 0:
			if key != "tree" || !plumbing.IsHash(value) {
				return nil, errCommit
			}
			c.tree = plumbing.NewHash(value)
		case key == "parent":
			if !plumbing.IsHash(value) || len(c.parents) != i-1 {
				return nil, errCommit
			}
			c.parents = append(c.parents, plumbing.NewHash(value))
		case key == "committer":
			// A time that cannot be read only makes the search for a merge base longer.
			_, when, _ := cutLast(value, "> ")
			seconds, _, _ := strings.Cut(when, " ")
			c.time, _ = strconv.ParseInt(seconds, 10, 64)
			return c, nil
		}
	}
	if c.tree.IsZero() {
		return nil, errCommit
	}
	return c, nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
