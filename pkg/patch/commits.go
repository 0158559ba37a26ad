package patch

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/claire-de-binare/cdbgate/pkg/patch/packs"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// run is one call of Commits or Staged.
type run struct {
	repo  *repo.Repository
	box   *sandbox
	opt   Options
	yield func(Addition) error
}

// How git is asked for differences, whatever is configured. Renames are looked for as git log does, with its limits.
var diffArgs = []string{
	"-r", "-p", "-U0", "--raw", "-z", "-M", "--full-index", "--no-abbrev", "--no-color", "--no-ext-diff", "--no-textconv",
	"--src-prefix=a/", "--dst-prefix=b/", "--submodule=short", "--ignore-submodules=none",
}

// Broken, unknown and deleted files are left out, as gitleaks leaves them out. Changes of type are not: what takes the place
// of a link is as new as any file.
var patches = question{
	args: append([]string{"diff-tree", "--stdin", "--root", "--parents", "--always", "--diff-filter=uxdb"}, diffArgs...),
	body: func(p *parser, _ *job) error { return p.body() },
}

// Commits yields what commits add, given by their full ids. Each commit's additions come in git's order and from one
// goroutine, and those of several commits side by side, so yield must be safe for concurrent use. Its error ends the run and
// is returned, and so is that of the context; the result then accounts for what was done until then. Any other trouble is
// in Result.Missed, and the work goes on.
func Commits(ctx context.Context, r *repo.Repository, ids []string, opt Options, yield func(Addition) error) (Result, error) {
	res := Result{Asked: len(ids)}
	jobs := make([]*job, len(ids))
	for i, id := range ids {
		if !isID(id) {
			return res, fmt.Errorf("read what commits add: %.60q is not the id of a commit: resolve it first", id)
		}
		jobs[i] = &job{id: id}
	}
	box, err := newSandbox(ctx, r, opt)
	if err != nil {
		return res, fmt.Errorf("read what commits add: %w", err)
	}
	defer box.close()
	w := run{repo: r, box: box, opt: opt, yield: yield}
	err = w.all(ctx, jobs)
	for _, j := range jobs {
		if j.done {
			res.Answered++
		} else if err == nil {
			res.Missed = append(res.Missed, Missed{Commit: j.id, Why: j.why})
		}
		res.Missed = append(res.Missed, j.missed...)
	}
	return res, err
}

// A chunk is large enough to be worth a process, and small enough for all to be busy until the end.
const (
	minChunk = 16
	maxChunk = 1024
)

// all deals the commits out to workers, from the last: in a list that goes from young to old, that is where a first commit
// may hold more than many others, and it is best begun early.
func (r *run) all(outer context.Context, jobs []*job) error {
	ctx, cancel := context.WithCancelCause(outer)
	defer cancel(nil)
	workers := r.opt.Jobs
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	size := min(max(len(jobs)/(4*workers), minChunk), maxChunk)
	chunks := slices.Collect(slices.Chunk(jobs, size))
	store := packs.Open(r.box.objects)
	defer store.Close()
	left := atomic.Int64{}
	left.Store(int64(len(chunks)))
	var wait sync.WaitGroup
	for range min(workers, len(chunks)) {
		wait.Go(func() {
			contents := newContents(r.box, store, r.opt.maxText())
			defer contents.close()
			for ctx.Err() == nil {
				n := left.Add(-1)
				if n < 0 {
					return
				}
				if err := r.chunk(ctx, chunks[n], contents); err != nil {
					cancel(err)
				}
			}
		})
	}
	wait.Wait()
	return cmp.Or(outer.Err(), context.Cause(ctx))
}

// chunk does a row of commits: first what ordinary ones add, which also tells which are merges, then these.
func (r *run) chunk(ctx context.Context, jobs []*job, contents *contents) error {
	if err := r.quick(ctx, jobs, contents); err != nil {
		return err
	}
	var rest []*job
	for _, j := range jobs {
		if !j.done {
			rest = append(rest, j)
		}
	}
	err := r.ask(ctx, patches, rest)
	var merges []*job
	for _, j := range jobs {
		if j.done && j.merge {
			j.done = false // not yet
			merges = append(merges, j)
		}
	}
	if err != nil {
		return err
	}
	return r.merges(ctx, merges)
}
