package repo

import (
	"cmp"
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
	bases, err := r.mergeBases(ctx, a, b)
	if err != nil {
		return a, err
	}
	return bases[0], nil
}

// mergeBases lists the best common ancestors, the youngest first. There is at least one, or an error.
func (r *Repository) mergeBases(ctx context.Context, a, b plumbing.Hash) ([]plumbing.Hash, error) {
	if a == b {
		return []plumbing.Hash{a}, nil
	}
	w, err := r.ancestry(ctx, a, b)
	if err != nil {
		return nil, err
	}
	return r.best(ctx, w)
}

// best reduces the common ancestors that a walk met to those that are no ancestors of another.
func (r *Repository) best(ctx context.Context, w *ancestry) ([]plumbing.Hash, error) {
	bases := w.bases
	switch {
	case len(bases) == 0 && w.cut:
		return nil, errCutOff
	case len(bases) == 0:
		return nil, fmt.Errorf("%w: the histories are unrelated: rebase onto the base", ErrNoMergeBase)
	}
	// The walk goes by date and can meet an ancestor first when clocks were wrong.
	for i := 0; i < len(bases) && len(bases) > 1; {
		redundant := false
		for j := range bases {
			if i != j && !redundant {
				var err error
				if redundant, err = r.isAncestor(ctx, bases[i].id, bases[j].id); err != nil {
					return nil, err
				}
			}
		}
		if redundant {
			bases = slices.Delete(bases, i, i+1)
		} else {
			i++
		}
	}
	slices.SortStableFunc(bases, func(a, b *step) int { return cmp.Compare(b.time, a.time) })
	ids := make([]plumbing.Hash, len(bases))
	for i, c := range bases {
		ids[i] = c.id
	}
	return ids, nil
}

func (r *Repository) isAncestor(ctx context.Context, a, b plumbing.Hash) (bool, error) {
	if a == b {
		return true, nil
	}
	w, err := r.ancestry(ctx, a, b)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(w.bases, func(s *step) bool { return s.id == a }), nil
}
