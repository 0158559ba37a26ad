package repo

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

// Reachable lists the commits that can be reached from the tips and not from those left out, the youngest first. Both are
// given by their ids. Unlike History, it goes on past commits that cannot be read: each is a Gap. One among the ancestors of
// what is left out makes the list longer, never shorter, and is no Gap. Replacements and grafts are not honoured, and the
// parents that a shallow clone cut off are not looked for.
func (r *Repository) Reachable(ctx context.Context, tips, without []string) ([]string, []Gap, error) {
	if r.Plain() {
		return nil, nil, fmt.Errorf("list the commits of %s: %w: run in a clone", r.root, ErrPlain)
	}
	w := reach{store: r.store, met: map[plumbing.Hash]*commitObject{}}
	if err := w.from(ctx, without); err != nil {
		return nil, nil, err
	}
	hidden := w.met
	w = reach{store: r.store, met: map[plumbing.Hash]*commitObject{}, hidden: hidden}
	if err := w.from(ctx, tips); err != nil {
		return nil, nil, err
	}
	list := slices.SortedFunc(maps.Values(w.met), func(a, b *commitObject) int {
		return cmp.Or(cmp.Compare(b.time, a.time), slices.Compare(a.id[:], b.id[:]))
	})
	ids := make([]string, 0, len(list))
	for _, c := range list {
		if c.tree.IsZero() {
			continue // a commit that could not be read
		}
		ids = append(ids, c.id.String())
	}
	return ids, w.gaps, nil
}

// reach is a way through all ancestors.
type reach struct {
	store       *store
	met, hidden map[plumbing.Hash]*commitObject
	gaps        []Gap
}

func (w *reach) from(ctx context.Context, tips []string) error {
	var todo []plumbing.Hash
	for _, id := range tips {
		if !plumbing.IsHash(id) {
			return fmt.Errorf("list commits from %.60q: not the id of a commit: resolve it first", id)
		}
		todo = append(todo, plumbing.NewHash(id))
	}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if w.met[id] != nil || w.hidden[id] != nil {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		c, err := w.store.commit(id)
		if err != nil {
			w.gaps = append(w.gaps, Gap{Commit: id.String(), Err: err})
			c = &commitObject{id: id}
		}
		w.met[id] = c
		todo = append(todo, c.parents...)
	}
	return nil
}
