package patch

import (
	"context"
)

// ask asks git about commits until each is done or there is a reason why not. One that git stops at is asked about once
// more, alone, and a fresh git goes on behind it.
func (r *run) ask(ctx context.Context, q question, jobs []*job) error {
	for rest := jobs; len(rest) > 0; {
		p := pass{run: r, q: q, jobs: rest}
		o, err := p.do(ctx)
		if err != nil {
			return err
		}
		if o.why != "" {
			r.doubt(rest, o)
		}
		rest = rest[min(o.at+1, len(rest)):]
	}
	for _, j := range jobs {
		if !j.done && j.why == "" {
			if err := r.askAlone(ctx, q, j); err != nil {
				return err
			}
		}
	}
	return nil
}

// doubt marks what has to be asked about again. When git complains and yet comes to the end, that is everything: it does not
// say which commit it means.
func (r *run) doubt(jobs []*job, o outcome) {
	if o.at == len(jobs) {
		for _, j := range jobs {
			j.done = false
		}
		return
	}
	jobs[o.at].done = false
	if o.sure {
		jobs[o.at].why = o.why
	}
}

func (r *run) askAlone(ctx context.Context, q question, j *job) error {
	p := pass{run: r, q: q, jobs: []*job{j}}
	o, err := p.do(ctx)
	switch {
	case err != nil:
		return err
	case o.why != "":
		j.done, j.why = false, o.why
	case !j.done:
		j.why = "git does not answer for it: it is missing or no commit: run git fsck, then git fetch --refetch"
	}
	return nil
}
