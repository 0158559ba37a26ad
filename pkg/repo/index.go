package repo

import (
	"context"
	"fmt"

	"github.com/go-git/go-git/v5/plumbing"
)

// Index takes the snapshot of what is staged.
func (r *Repository) Index(ctx context.Context) (*Snapshot, error) { return r.IndexFile(ctx, "") }

// IndexFile takes the snapshot of another index than the repository's own, such as the one GIT_INDEX_FILE names to a
// pre-commit hook: during git commit -a or git commit FILE only that one holds what is about to be committed. "" is the
// repository's own.
//
// A path in conflict is an error: there is no one content to judge. A path that is only intended to be added
// (git add -N) has no content yet and is left out.
func (r *Repository) IndexFile(ctx context.Context, name string) (*Snapshot, error) {
	if r.Plain() {
		return nil, fmt.Errorf("read what is staged in %s: %w: run git init, or judge the files as they lie", r.root, ErrPlain)
	}
	index, err := r.readIndex(name)
	if err != nil {
		return nil, err
	}
	for _, e := range index.entries {
		if e.stage != 0 {
			return nil, fmt.Errorf("read what is staged: %s: merge conflict: resolve it and git add the file", shown(e.path))
		}
	}
	if err := r.expandSparse(index); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := &Snapshot{kind: Index, id: string(Index), repo: r, index: index, entries: make([]Entry, 0, len(index.entries))}
	for _, e := range index.entries {
		if !e.intentToAdd {
			s.entries = append(s.entries, e.entry())
		}
	}
	if err := s.showNames(); err != nil {
		return nil, fmt.Errorf("read what is staged: %w", err)
	}
	return s, nil
}

func (e indexEntry) entry() Entry { return entryOf(e.path, e.mode, e.hash) }

// expandSparse puts the files in place of the folders that a sparse index keeps.
func (r *Repository) expandSparse(index *indexFile) error {
	var out []indexEntry
	for i, e := range index.entries {
		if e.mode&modeType != modeTree {
			if out != nil {
				out = append(out, e)
			}
			continue
		}
		if out == nil {
			out = append(make([]indexEntry, 0, 2*len(index.entries)), index.entries[:i]...)
		}
		w := treeWalk{ctx: context.Background(), store: r.store}
		if err := w.tree(e.hash, e.path); err != nil {
			return fmt.Errorf("read sparse index: %w", err)
		}
		for _, f := range w.entries {
			out = append(out, indexEntry{path: f.Path, mode: gitMode(f.Mode), hash: plumbing.NewHash(f.Hash), skipWorktree: true})
		}
	}
	if out != nil {
		index.entries = out
	}
	return nil
}
