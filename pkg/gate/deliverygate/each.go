package deliverygate

import (
	"context"
	"sync"
	"sync/atomic"
)

// each calls do for 0 to n-1 on all workers and returns the errors in order. The second result is why it stopped early.
func each(ctx context.Context, jobs, n int, do func(int) error) ([]error, error) {
	errs := make([]error, n)
	var (
		next atomic.Int64
		wg   sync.WaitGroup
	)
	for range max(1, jobs) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				errs[i] = do(i)
			}
		})
	}
	wg.Wait()
	return errs, ctx.Err()
}
