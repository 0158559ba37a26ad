package repo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Gap is a place where the history could not be followed: a reference that leads nowhere, or a commit that cannot be read.
type Gap struct {
	Ref    string // "" for a commit met on the way
	Commit string // "" for a reference that holds no id
	Err    error
}

// Tips lists the commits that references lead to, sorted: those below refs/, HEAD, and what each linked worktree has of its
// own. Tags lead to their commit; one that names a file or a folder has no history and is left out, and so is a symbolic
// reference to a branch that does not exist. Whatever else leads to no commit is a Gap.
func (r *Repository) Tips(ctx context.Context) ([]string, []Gap, error) {
	if r.Plain() {
		return nil, nil, fmt.Errorf("list the references of %s: %w: run in a clone", r.root, ErrPlain)
	}
	refs, err := r.references()
	if err != nil {
		return nil, nil, fmt.Errorf("list the references: %w", err)
	}
	found := map[string]bool{}
	var gaps []Gap
	for _, name := range slices.Sorted(maps.Keys(refs)) {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		id, ok, err := r.tip(refs[name])
		switch {
		case err != nil:
			gaps = append(gaps, Gap{Ref: name, Commit: known(id), Err: fmt.Errorf("reference %s: %w", name, err)})
		case ok:
			found[id.String()] = true
		}
	}
	return slices.Sorted(maps.Keys(found)), gaps, nil
}

func known(id plumbing.Hash) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// tip follows what a reference holds to a commit; ok is false when it leads to something that has no history.
func (r *Repository) tip(value string) (id plumbing.Hash, ok bool, err error) {
	if target, symbolic := strings.CutPrefix(value, "ref:"); symbolic {
		id, err = r.store.reference(plumbing.ReferenceName(strings.TrimSpace(target)))
		if errors.Is(err, plumbing.ErrReferenceNotFound) {
			return id, false, nil
		}
		if err != nil {
			return id, false, err
		}
	} else if !plumbing.IsHash(value) {
		return id, false, errors.New("it holds no id: remove it with git update-ref -d, or fetch it again")
	} else {
		id = plumbing.NewHash(value)
	}
	// Tags of tags end somewhere: an id cannot name what holds it.
	for {
		t, b, err := r.store.load(id, "a reference")
		if err != nil {
			return id, false, err
		}
		switch t {
		case plumbing.CommitObject:
			return id, true, nil
		case plumbing.TagObject:
			line, _, _ := bytes.Cut(b, []byte{'\n'})
			target, ok := strings.CutPrefix(string(line), "object ")
			if !ok || !plumbing.IsHash(target) {
				return id, false, fmt.Errorf("damaged tag %s: run git fsck", id)
			}
			id = plumbing.NewHash(target)
		default:
			return id, false, nil
		}
	}
}

// references reads all references, by name; those of linked worktrees have the name git gives them from outside.
func (r *Repository) references() (map[string]string, error) {
	refs := map[string]string{}
	if err := packedReferences(filepath.Join(r.commonDir, "packed-refs"), refs); err != nil {
		return nil, err
	}
	if err := looseReferences(r.commonDir, "", refs); err != nil {
		return nil, err
	}
	dir := filepath.Join(r.commonDir, "worktrees")
	list, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range list {
		if err := looseReferences(filepath.Join(dir, e.Name()), "worktrees/"+e.Name()+"/", refs); err != nil {
			return nil, err
		}
	}
	return refs, nil
}

// looseReferences reads HEAD and the files below refs. A file goes before a line of packed-refs.
func looseReferences(gitDir, prefix string, refs map[string]string) error {
	read := func(name string) error {
		b, err := os.ReadFile(filepath.Join(gitDir, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			return nil // packed or deleted meanwhile
		} else if err != nil {
			return err
		}
		refs[prefix+name] = strings.TrimSpace(string(b))
		return nil
	}
	if err := read("HEAD"); err != nil {
		return err
	}
	return filepath.WalkDir(filepath.Join(gitDir, "refs"), func(at string, e fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case e.IsDir() || strings.HasSuffix(at, ".lock") || strings.HasPrefix(e.Name(), "."):
			return nil
		}
		name, err := filepath.Rel(gitDir, at)
		if err != nil {
			return err
		}
		return read(filepath.ToSlash(name))
	})
}

func packedReferences(name string, refs map[string]string) error {
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' || line[0] == '^' {
			continue
		}
		id, ref, ok := strings.Cut(line, " ")
		if !ok {
			return fmt.Errorf("%s: damaged line %.60q: run git pack-refs --all in a good clone and fetch again", name, line)
		}
		refs[ref] = id
	}
	return nil
}
