package plan

import (
	"sync"
	"sync/atomic"
)

// batch is how many entries a worker takes at once.
const batch = 32

// parallel calls do for the numbers below n, in batches on some workers, each of which has its own state. It returns the
// error with the least offset, so that it does not depend on who was first.
func parallel[S any](states []S, n int, do func(state S, i int) *Error) *Error {
	var next atomic.Int64
	var group sync.WaitGroup
	errs := make([]*Error, len(states))
	for w, state := range states {
		group.Go(func() {
			for {
				start := int(next.Add(batch)) - batch
				if start >= n {
					return
				}
				for i := start; i < min(start+batch, n); i++ {
					errs[w] = first(errs[w], do(state, i))
				}
			}
		})
	}
	group.Wait()
	var least *Error
	for _, err := range errs {
		least = first(least, err)
	}
	return least
}

// first is the error nearer to the beginning.
func first(a, b *Error) *Error {
	if a == nil || b != nil && b.Offset < a.Offset {
		return b
	}
	return a
}
