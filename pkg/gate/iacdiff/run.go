package iacdiff

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// makePlans plans roots in a copy of the judged snapshot, which is removed afterwards: the real tree stays untouched. With a
// base these are the roots that the change touches, without one all. A plan that cannot be made is one that cannot be read.
func (g Gate) makePlans(ctx context.Context, run *gate.Run, roots *roots) ([]*givenPlan, error) {
	if g.Run == nil {
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "cdbgate-plan-")
	if err != nil {
		return nil, fmt.Errorf("make room for a copy to plan in: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := run.Snapshot.Export(ctx, dir, repo.ExportOptions{SkipLarge: true}); err != nil {
		return nil, fmt.Errorf("copy the repository to plan in: %w", err)
	}
	var out []*givenPlan
	for _, root := range roots.Roots() {
		if run.Base != nil && len(roots.touched(root)) == 0 {
			continue
		}
		if err := exportState(run.Repository, root, dir); err != nil {
			return nil, err
		}
		p, err := g.makePlan(ctx, run, roots, root, filepath.Join(dir, filepath.FromSlash(root)))
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// makePlan plans one root in a folder, and keeps the plan where it should be kept.
func (g Gate) makePlan(ctx context.Context, run *gate.Run, roots *roots, root, dir string) (*givenPlan, error) {
	p := &givenPlan{PlanInput: PlanInput{Name: g.Run.Tool + " plan", Root: root}}
	json, err := g.Run.Plan(ctx, dir)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	switch {
	case len(json) > 0:
		p.readFrom(bytes.NewReader(json), run.Jobs)
	case errors.Is(err, context.DeadlineExceeded):
		p.unreadable = fmt.Sprintf("%s took too long to plan %s and was ended", g.Run.Tool, root)
	default:
		p.unreadable = fmt.Sprintf("%s cannot plan %s: %v", g.Run.Tool, root, err)
	}
	if g.SavePlans == "" || p.Plan == nil {
		return p, nil
	}
	digest, err := roots.digest(root)
	if err != nil {
		return nil, err
	}
	_, err = save(g.SavePlans, root, g.Run.Tool, run.HeadCommit, digest, json, p.Plan)
	return p, err
}

// exportState copies what the working tree has of a root's state beside its code: the state of a local backend, the workspaces,
// and how a remote one was initialised. Git ignores these, and without them everything would look new.
func exportState(r *repo.Repository, root, dir string) error {
	if r.Bare() {
		return nil
	}
	tree, err := os.OpenRoot(r.Root()) // no link leads out of it
	if err != nil {
		return fmt.Errorf("copy the state of %s: %w", root, err)
	}
	defer tree.Close()
	for _, pattern := range []string{"terraform.tfstate", "terraform.tfstate.d/*/terraform.tfstate", ".terraform/environment", ".terraform/terraform.tfstate"} {
		names, err := fs.Glob(tree.FS(), path.Join(globEscape(root), pattern))
		if err != nil {
			return fmt.Errorf("copy the state of %s: %w", root, err)
		}
		for _, name := range names {
			if err := exportFile(tree, name, filepath.Join(dir, filepath.FromSlash(name))); err != nil {
				return fmt.Errorf("copy the state of %s: %w", root, err)
			}
		}
	}
	return nil
}

// exportFile copies a regular file to a place where none is yet.
func exportFile(tree *os.Root, from, to string) error {
	info, err := tree.Lstat(from)
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	in, err := tree.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil // the snapshot has it
	}
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// globEscape makes a name stand for itself in a pattern.
func globEscape(name string) string {
	var out []rune
	for _, r := range name {
		if r == '*' || r == '?' || r == '[' || r == '\\' {
			out = append(out, '\\')
		}
		out = append(out, r)
	}
	return string(out)
}
