package repo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// History is what lies between a base and a head.
type History struct {
	Base, Head string   // ids of the commits
	MergeBases []string // the best common ancestors, the youngest first; several after criss-cross merges
	Commits    []string // what can be reached from the head and not from the base, the youngest first

	commits []*commitObject
}

// History looks up what lies between two revisions. Objects that refs/replace or grafts put in place of others are not
// honoured: the history is the one that the ids vouch for. The error is ErrShallow, ErrNoMergeBase or ErrMissingObject
// when it cannot be told.
func (r *Repository) History(ctx context.Context, base, head string) (*History, error) {
	b, err := r.resolve(ctx, base)
	if err != nil {
		return nil, err
	}
	a, err := r.resolve(ctx, head)
	if err != nil {
		return nil, err
	}
	h := &History{Base: b.String(), Head: a.String()}
	if a == b {
		h.MergeBases = []string{h.Base}
		return h, nil
	}
	w, err := r.ancestry(ctx, a, b)
	if err != nil {
		return nil, fmt.Errorf("history from %s to %s: %w", base, head, err)
	}
	h.commits = w.only()
	for _, c := range h.commits {
		h.Commits = append(h.Commits, c.id.String())
	}
	best, err := r.best(ctx, w)
	if err != nil {
		return nil, fmt.Errorf("history from %s to %s: %w", base, head, err)
	}
	for _, id := range best {
		h.MergeBases = append(h.MergeBases, id.String())
	}
	return h, nil
}

// Integrity is what makes a clone's history other, or less, than what was committed.
type Integrity struct {
	Shallow  bool     // part of the history was not fetched
	Grafts   bool     // info/grafts gives commits other parents
	Replaced []string // ids of the objects that refs/replace puts others in place of, sorted
}

// Integrity reads what a clone says about its history. This package reads past grafts and replacements; git does not, so
// what it checked out may be something else.
func (r *Repository) Integrity() (Integrity, error) {
	in := Integrity{Shallow: r.Shallow()}
	if r.Plain() {
		return in, nil
	}
	info, err := os.Stat(filepath.Join(r.commonDir, "info", "grafts"))
	switch {
	case err == nil:
		in.Grafts = info.Size() > 0
	case !errors.Is(err, fs.ErrNotExist):
		return in, fmt.Errorf("look for grafts: %w", err)
	}
	const replace = "refs/replace/"
	err = r.store.use("look for replaced objects", func(st *filesystem.Storage) error {
		refs, err := st.IterReferences()
		if err != nil {
			return err
		}
		defer refs.Close()
		return refs.ForEach(func(ref *plumbing.Reference) error {
			if id, ok := strings.CutPrefix(ref.Name().String(), replace); ok {
				in.Replaced = append(in.Replaced, id)
			}
			return nil
		})
	})
	if err != nil {
		return in, fmt.Errorf("look for replaced objects: %w", err)
	}
	slices.Sort(in.Replaced)
	return in, nil
}
