package repo

import (
	"cmp"
	"container/heap"
	"context"
	"maps"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

// What is known of a commit during the walk.
const (
	ofA    = 1 << iota // reachable from the one
	ofB                // reachable from the other
	stale              // reachable from a common ancestor: cannot be the best
	isBase             // already among the results
)

// ancestry is a way through the histories of two commits, from young to old until only ancestors of common ancestors are
// left, as git goes it.
type ancestry struct {
	store *store
	met   map[plumbing.Hash]*step
	queue stepQueue
	live  int // steps in the queue that are not stale

	bases []*step // common ancestors, possibly one of another
	cut   bool    // the walk met the boundary of a shallow clone
}

// step is a commit on the way.
type step struct {
	*commitObject
	flags  int
	queued int // how often it is in the queue
}

func (r *Repository) ancestry(ctx context.Context, a, b plumbing.Hash) (*ancestry, error) {
	w := &ancestry{store: r.store, met: map[plumbing.Hash]*step{}}
	if err := w.reach(a, ofA); err != nil {
		return nil, err
	}
	if err := w.reach(b, ofB); err != nil {
		return nil, err
	}
	for w.live > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := w.next(); err != nil {
			return nil, err
		}
	}
	w.bases = slices.DeleteFunc(w.bases, func(s *step) bool { return s.flags&stale != 0 })
	return w, nil
}

// reach notes that a commit was reached, and has it looked at (again) when that is news.
func (w *ancestry) reach(id plumbing.Hash, as int) error {
	s := w.met[id]
	if s == nil {
		c, err := w.store.commit(id)
		if err != nil {
			return err
		}
		s = &step{commitObject: c}
		w.met[id] = s
		w.cut = w.cut || c.cut
	}
	if s.flags&as == as {
		return nil
	}
	if s.flags&stale == 0 && as&stale != 0 {
		w.live -= s.queued // what is queued already goes stale with it
	}
	s.flags |= as
	w.push(s)
	return nil
}

func (w *ancestry) push(s *step) {
	s.queued++
	if s.flags&stale == 0 {
		w.live++
	}
	heap.Push(&w.queue, s)
}

func (w *ancestry) pop() *step {
	s := heap.Pop(&w.queue).(*step)
	s.queued--
	if s.flags&stale == 0 {
		w.live--
	}
	return s
}

// next looks at the youngest commit of the queue.
func (w *ancestry) next() error {
	s := w.pop()
	as := s.flags & (ofA | ofB | stale)
	if as == ofA|ofB {
		if s.flags&isBase == 0 {
			s.flags |= isBase
			w.bases = append(w.bases, s)
		}
		as |= stale
	}
	for _, p := range s.parents {
		if err := w.reach(p, as); err != nil {
			return err
		}
	}
	return nil
}

// only lists the commits that can be reached from a and not from b, the youngest first.
func (w *ancestry) only() []*commitObject {
	// Where clocks were wrong, the walk has ended before it told all it met. That needs no further reading.
	for len(w.queue) > 0 {
		s := w.pop()
		as := s.flags & (ofA | ofB)
		for _, p := range s.parents {
			if other := w.met[p]; other != nil && other.flags&as != as {
				other.flags |= as
				w.push(other)
			}
		}
	}
	var out []*commitObject
	for s := range maps.Values(w.met) {
		if s.flags&(ofA|ofB) == ofA {
			out = append(out, s.commitObject)
		}
	}
	slices.SortFunc(out, func(a, b *commitObject) int {
		return cmp.Or(cmp.Compare(b.time, a.time), slices.Compare(a.id[:], b.id[:]))
	})
	return out
}

// stepQueue is a heap with the youngest commit on top.
type stepQueue []*step

func (q stepQueue) Len() int           { return len(q) }
func (q stepQueue) Less(i, j int) bool { return q[i].time > q[j].time }
func (q stepQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *stepQueue) Push(s any)        { *q = append(*q, s.(*step)) }

func (q *stepQueue) Pop() any {
	old := *q
	s := old[len(old)-1]
	*q = old[:len(old)-1]
	return s
}
