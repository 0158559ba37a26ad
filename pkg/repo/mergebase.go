package repo

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

var errCutOff = fmt.Errorf("%w: run git fetch --unshallow, or set fetch-depth: 0 in actions/checkout (GIT_DEPTH: 0 in GitLab CI)", ErrShallow)

// Shallow reports whether the clone lacks part of its history. A boundary that cannot be read counts as one.
func (r *Repository) Shallow() bool {
	if r.Plain() {
		return false
	}
	cut, err := r.store.shallow()
	return err != nil || len(cut) > 0
}

// MergeBase returns the best common ancestor of two revisions: one that is no ancestor of another. When there are several
// (after criss-cross merges), it is the youngest. Without one, the error is ErrShallow when history that could hold one
// is missing, ErrNoMergeBase when the two are unrelated.
func (r *Repository) MergeBase(ctx context.Context, a, b string) (string, error) {
	one, err := r.resolve(ctx, a)
	if err != nil {
		return "", err
	}
	two, err := r.resolve(ctx, b)
	if err != nil {
		return "", err
	}
	base, err := r.mergeBase(ctx, one, two)
	if err != nil {
		return "", fmt.Errorf("merge base of %s and %s: %w", a, b, err)
	}
	return base.String(), nil
}

func (r *Repository) mergeBase(ctx context.Context, a, b plumbing.Hash) (plumbing.Hash, error) {
	if a == b {
		return a, nil
	}
	bases, cut, err := r.common(ctx, a, b)
	switch {
	case err != nil:
		return a, err
	case len(bases) == 0 && cut:
		return a, errCutOff
	case len(bases) == 0:
		return a, fmt.Errorf("%w: the histories are unrelated: rebase onto the base", ErrNoMergeBase)
	}
	// The walk goes by date and can meet an ancestor first when clocks were wrong.
	for i := 0; i < len(bases) && len(bases) > 1; {
		redundant := false
		for j := range bases {
			if i != j && !redundant {
				if redundant, err = r.isAncestor(ctx, bases[i].id, bases[j].id); err != nil {
					return a, err
				}
			}
		}
		if redundant {
			bases = slices.Delete(bases, i, i+1)
		} else {
			i++
		}
	}
	best := slices.MaxFunc(bases, func(a, b *commitObject) int { return cmp.Compare(a.time, b.time) })
	return best.id, nil
}

func (r *Repository) isAncestor(ctx context.Context, a, b plumbing.Hash) (bool, error) {
	bases, _, err := r.common(ctx, a, b)
	return slices.ContainsFunc(bases, func(c *commitObject) bool { return c.id == a }), err
}

// What is known of a commit during the walk.
const (
	ofA    = 1 << iota // reachable from the one
	ofB                // reachable from the other
	stale              // reachable from a common ancestor: cannot be the best
	isBase             // already among the results
)

// common walks both histories from young to old until only ancestors of common ancestors are left, as git does. cut says
// that it met the boundary of a shallow clone.
func (r *Repository) common(ctx context.Context, a, b plumbing.Hash) (bases []*commitObject, cut bool, err error) {
	flags := map[plumbing.Hash]int{}
	met := map[plumbing.Hash]*commitObject{}
	var queue commitQueue
	reach := func(id plumbing.Hash, as int) error {
		if flags[id]&as == as {
			return nil
		}
		flags[id] |= as
		c := met[id]
		if c == nil {
			if c, err = r.store.commit(id); err != nil {
				return err
			}
			met[id] = c
			cut = cut || c.cut
		}
		heap.Push(&queue, c)
		return nil
	}
	if err := reach(a, ofA); err != nil {
		return nil, false, err
	}
	if err := reach(b, ofB); err != nil {
		return nil, false, err
	}
	live := func(c *commitObject) bool { return flags[c.id]&stale == 0 }
	for slices.ContainsFunc(queue, live) {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		c := heap.Pop(&queue).(*commitObject)
		as := flags[c.id] & (ofA | ofB | stale)
		if as == ofA|ofB {
			if flags[c.id]&isBase == 0 {
				flags[c.id] |= isBase
				bases = append(bases, c)
			}
			as |= stale
		}
		for _, p := range c.parents {
			if err := reach(p, as); err != nil {
				return nil, false, err
			}
		}
	}
	bases = slices.DeleteFunc(bases, func(c *commitObject) bool { return !live(c) })
	return bases, cut, nil
}

// commitQueue is a heap with the youngest commit on top.
type commitQueue []*commitObject

func (q commitQueue) Len() int           { return len(q) }
func (q commitQueue) Less(i, j int) bool { return q[i].time > q[j].time }
func (q commitQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *commitQueue) Push(c any)        { *q = append(*q, c.(*commitObject)) }

func (q *commitQueue) Pop() any {
	old := *q
	c := old[len(old)-1]
	*q = old[:len(old)-1]
	return c
}
