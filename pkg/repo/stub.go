package repo

import (
	"context"

	"github.com/go-git/go-git/v5/plumbing"
)

func (r *Repository) resolve(ctx context.Context, rev string) (plumbing.Hash, error) { panic("stub") }
func (s *store) commit(id plumbing.Hash) (*commitObject, error)                      { panic("stub") }

// MergeBase returns the best common ancestor of two revisions.
func (r *Repository) MergeBase(ctx context.Context, a, b string) (string, error) { panic("stub") }

// ChangeKind says what happened to a file.
type ChangeKind string

// The kinds of change.
const (
	Added       ChangeKind = "added"
	Modified    ChangeKind = "modified"
	Deleted     ChangeKind = "deleted"
	Renamed     ChangeKind = "renamed" // with or without changed content
	TypeChanged ChangeKind = "type-changed"
)

// Change is one difference between two snapshots. Path is the new name (the old one for Deleted), From the old name of a
// rename.
type Change struct {
	Kind ChangeKind
	Path string
	From string
}

// Changes lists the differences from one snapshot to another, sorted by path.
func Changes(ctx context.Context, from, to *Snapshot) ([]Change, error) { panic("stub") }

// Base is the revision a change is judged against.
type Base struct {
	Rev    string // as given or found
	Commit string // its id
	Source string // "--base", the variable's name, "origin/HEAD"
}

// DiscoverBase finds the base: rev when given, else what the CI's variables name, else origin/HEAD, else none (nil).
func (r *Repository) DiscoverBase(ctx context.Context, rev string, getenv func(string) string) (*Base, error) {
	panic("stub")
}
