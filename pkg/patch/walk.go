package patch

import (
	"context"
	"fmt"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// All lists the commits of all references, the youngest first: those below refs/ (so of the stash and of notes, too), HEAD,
// detached or not, and what linked worktrees have of their own. It reads the objects themselves, so that what git answers for
// can be checked against it. References and commits that cannot be read are missed. A reference to a file or a folder
// has no commits.
func All(ctx context.Context, r *repo.Repository) (ids []string, missed []Missed, err error) {
	tips, gaps, err := r.Tips(ctx)
	if err != nil {
		return nil, nil, err
	}
	ids, more, err := r.Reachable(ctx, tips, nil)
	if err != nil {
		return nil, nil, err
	}
	return ids, gone(append(gaps, more...)), nil
}

// Range lists the commits that can be reached from head and not from base, the youngest first. Both are revisions as
// repo.Repository.Resolve knows them; an empty base stands for nothing.
func Range(ctx context.Context, r *repo.Repository, base, head string) (ids []string, missed []Missed, err error) {
	if base != "" {
		// Where nothing is in the way, this needs to look no further back than to where the two parted.
		if h, err := r.History(ctx, base, head); err == nil {
			return h.Commits, nil, nil
		}
		if base, err = r.Resolve(ctx, base); err != nil {
			return nil, nil, fmt.Errorf("list the commits of a range: %w", err)
		}
	}
	if head, err = r.Resolve(ctx, head); err != nil {
		return nil, nil, fmt.Errorf("list the commits of a range: %w", err)
	}
	var without []string
	if base != "" {
		without = append(without, base)
	}
	ids, gaps, err := r.Reachable(ctx, []string{head}, without)
	return ids, gone(gaps), err
}

func gone(gaps []repo.Gap) []Missed {
	var out []Missed
	for _, g := range gaps {
		out = append(out, Missed{Commit: g.Commit, Why: bounded(g.Err.Error())})
	}
	return out
}
