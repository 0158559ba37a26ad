package repo

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// Resolve turns a revision into a commit id. It understands what git rev-parse does of: full and abbreviated ids, HEAD,
// @, FETCH_HEAD, branches, tags (annotated ones lead to their commit), remote branches, full reference names, the output of
// git describe, and any row of ~N, ^N, ^{commit} and ^{} behind them. Names are tried in git's order. Unlike the git
// library, it takes an abbreviation that fits several commits for an error and prefers a branch to an abbreviation.
func (r *Repository) Resolve(ctx context.Context, rev string) (string, error) {
	id, err := r.resolve(ctx, rev)
	if err != nil {
		return "", err
	}
	return id.String(), nil
}

func (r *Repository) resolve(ctx context.Context, rev string) (plumbing.Hash, error) {
	if r.Plain() {
		return plumbing.ZeroHash, fmt.Errorf("revision %q: %s: %w: run in a clone", rev, r.root, ErrPlain)
	}
	if err := ctx.Err(); err != nil {
		return plumbing.ZeroHash, err
	}
	id, err := r.revision(ctx, rev)
	if err != nil {
		return plumbing.ZeroHash, fmt.Errorf("revision %q: %w", rev, err)
	}
	return id, nil
}

func (r *Repository) revision(ctx context.Context, rev string) (plumbing.Hash, error) {
	name, steps := rev, ""
	if i := strings.IndexAny(rev, "~^"); i >= 0 {
		name, steps = rev[:i], rev[i:]
	}
	id, err := r.named(name)
	if err != nil {
		return id, err
	}
	if id, err = r.peel(id); err != nil {
		return id, err
	}
	for steps != "" {
		if err := ctx.Err(); err != nil {
			return id, err
		}
		if id, steps, err = r.step(id, steps); err != nil {
			return id, err
		}
	}
	return id, nil
}

var errUnknown = fmt.Errorf("%w: check its spelling, or fetch it (git fetch origin; fetch-depth: 0 in actions/checkout)", ErrUnknownRevision)

var describe = regexp.MustCompile(`^.+-[0-9]+-g([0-9a-f]{4,40})$`)

// named finds the object a name without ~ and ^ stands for.
func (r *Repository) named(name string) (plumbing.Hash, error) {
	switch {
	case name == "" || strings.HasPrefix(name, "-") || strings.HasPrefix(name, ":"):
		return plumbing.ZeroHash, errUnknown
	case name == "@":
		name = "HEAD"
	case strings.Contains(name, "@{"):
		return plumbing.ZeroHash, fmt.Errorf("%w: @{…} is not supported: give the branch or the id", ErrUnknownRevision)
	case name == "FETCH_HEAD":
		return r.fetchHead()
	}
	if plumbing.IsHash(name) {
		return plumbing.NewHash(name), nil
	}
	id, err := r.reference(name)
	if err == nil || !errors.Is(err, plumbing.ErrReferenceNotFound) {
		return id, err
	}
	if m := describe.FindStringSubmatch(name); m != nil {
		name = m[1]
	}
	return r.abbreviated(name)
}

// reference finds a name among the references, in git's order.
func (r *Repository) reference(name string) (plumbing.Hash, error) {
	for _, pattern := range plumbing.RefRevParseRules {
		// Outside refs/ only names like ORIG_HEAD are references; the others are git's own files.
		if pattern == "%s" && !strings.HasPrefix(name, "refs/") && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" {
			continue
		}
		full := plumbing.ReferenceName(fmt.Sprintf(pattern, name))
		id, err := r.store.reference(full)
		if err == nil || !errors.Is(err, plumbing.ErrReferenceNotFound) {
			return id, err
		}
	}
	if name == "HEAD" {
		return plumbing.ZeroHash, fmt.Errorf("%w: there is no commit yet: commit something", ErrUnknownRevision)
	}
	return plumbing.ZeroHash, plumbing.ErrReferenceNotFound
}

// reference reads one reference by its full name and follows it to an id.
func (s *store) reference(name plumbing.ReferenceName) (id plumbing.Hash, err error) {
	err = s.use("read reference "+name.String(), func(st *filesystem.Storage) error {
		if name != plumbing.HEAD && name.Validate() != nil {
			return plumbing.ErrReferenceNotFound
		}
		ref, err := storer.ResolveReference(st, name)
		if err != nil {
			return err
		}
		id = ref.Hash()
		return nil
	})
	if err != nil {
		return plumbing.ZeroHash, fmt.Errorf("read reference %s: %w", name, err)
	}
	return id, nil
}

func (r *Repository) fetchHead() (plumbing.Hash, error) {
	b, err := os.ReadFile(filepath.Join(r.gitDir, "FETCH_HEAD"))
	if err != nil || len(b) < 40 || !plumbing.IsHash(string(b[:40])) {
		return plumbing.ZeroHash, errUnknown
	}
	return plumbing.NewHash(string(b[:40])), nil
}

// abbreviated finds the one commit or tag whose id begins with the given digits.
func (r *Repository) abbreviated(prefix string) (plumbing.Hash, error) {
	prefix = strings.ToLower(prefix)
	start, err := hex.DecodeString(prefix[:len(prefix)&^1])
	if err != nil || len(prefix) < 4 || len(prefix) > 40 || strings.Trim(prefix[len(prefix)&^1:], "0123456789abcdef") != "" {
		return plumbing.ZeroHash, errUnknown
	}
	var ids []plumbing.Hash
	err = r.store.use("look for an abbreviated id", func(st *filesystem.Storage) error {
		ids, err = st.HashesWithPrefix(start)
		return err
	})
	if err != nil {
		return plumbing.ZeroHash, err
	}
	var found plumbing.Hash
	for _, id := range ids {
		if !strings.HasPrefix(id.String(), prefix) {
			continue
		}
		t, _, err := r.store.load(id, "an abbreviated id")
		if errors.Is(err, ErrTooLarge) || err == nil && t != plumbing.CommitObject && t != plumbing.TagObject {
			continue
		} else if err != nil {
			return plumbing.ZeroHash, err
		}
		if !found.IsZero() && found != id {
			return plumbing.ZeroHash, fmt.Errorf("%w: it fits both %s and %s: give more digits", ErrUnknownRevision, found, id)
		}
		found = id
	}
	if found.IsZero() {
		return found, errUnknown
	}
	return found, nil
}

// peel follows annotated tags to the commit they name.
func (r *Repository) peel(id plumbing.Hash) (plumbing.Hash, error) {
	const deepest = 16
	for range deepest {
		t, b, err := r.store.load(id, "a revision")
		if errors.Is(err, ErrMissingObject) {
			return id, fmt.Errorf("%w: fetch it (git fetch origin %s; fetch-depth: 0 in actions/checkout)", err, id)
		} else if err != nil {
			return id, err
		}
		switch t {
		case plumbing.CommitObject:
			return id, nil
		case plumbing.TagObject:
			line, _, _ := strings.Cut(string(b), "\n")
			target, ok := strings.CutPrefix(line, "object ")
			if !ok || !plumbing.IsHash(target) {
				return id, fmt.Errorf("damaged tag %s: run git fsck", id)
			}
			id = plumbing.NewHash(target)
		default:
			return id, fmt.Errorf("%w: it names a %s, not a commit", ErrUnknownRevision, t)
		}
	}
	return id, fmt.Errorf("%w: a tag of a tag, more than %d times: name the commit", ErrUnknownRevision, deepest)
}

// step takes the first of the ~N and ^N behind a revision.
func (r *Repository) step(id plumbing.Hash, steps string) (plumbing.Hash, string, error) {
	kind, rest := steps[0], steps[1:]
	for _, same := range []string{"{commit}", "{}", "0"} {
		if after, ok := strings.CutPrefix(rest, same); ok && kind == '^' {
			return id, after, nil
		}
	}
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	n := 1
	if digits > 0 {
		var err error
		if n, err = strconv.Atoi(rest[:digits]); err != nil {
			return id, "", errUnknown
		}
		rest = rest[digits:]
	}
	if rest != "" && rest[0] != '~' && rest[0] != '^' {
		return id, "", fmt.Errorf("%w: %q is not supported behind a revision: give the commit's id", ErrUnknownRevision, steps)
	}
	parent, times := n, 1
	if kind == '~' {
		parent, times = 1, n
	}
	for range times {
		c, err := r.store.commit(id)
		if err != nil {
			return id, "", err
		}
		if c.cut {
			return id, "", fmt.Errorf("commit %s: %w", id, errCutOff)
		}
		if parent > len(c.parents) {
			return id, "", fmt.Errorf("%w: commit %s has %d parents", ErrUnknownRevision, id, len(c.parents))
		}
		id = c.parents[parent-1]
	}
	return id, rest, nil
}

// hasReference reports whether a reference is there, wherever it leads.
func (s *store) hasReference(name plumbing.ReferenceName) (there bool, err error) {
	err = s.use("read reference "+name.String(), func(st *filesystem.Storage) error {
		_, err := st.Reference(name)
		if errors.Is(err, plumbing.ErrReferenceNotFound) {
			return nil
		}
		there = err == nil
		return err
	})
	return there, err
}
