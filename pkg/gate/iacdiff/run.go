package iacdiff

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// makePlans plans roots in a copy of the judged snapshot, which is removed afterwards: the real tree stays untouched. With a
// base these are the roots that the change touches, without one all. A plan that cannot be made is one that cannot be read.
func (g Gate) makePlans(ctx context.Context, run *gate.Run, roots *roots, changes []gate.Change) ([]*givenPlan, error) {
	if g.Run == nil {
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "cdbgate-plan-")
	if err != nil {
		return nil, fmt.Errorf("make room for a copy to plan in: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := export(ctx, run.Snapshot, dir); err != nil {
		return nil, fmt.Errorf("copy the repository to plan in: %w", err)
	}
	var out []*givenPlan
	for _, root := range roots.list {
		if run.Base != nil && len(roots.touched(root, changes)) == 0 {
			continue
		}
		p := &givenPlan{PlanInput: PlanInput{Name: g.Run.Tool + " plan", Root: root}}
		json, err := g.Run.Plan(ctx, filepath.Join(dir, filepath.FromSlash(root)))
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
		out = append(out, p)
	}
	return out, nil
}

// export writes a snapshot's files below a folder. Links are written as what they lead to inside the repository; those that
// lead out of it, and submodules, are left out.
func export(ctx context.Context, s *repo.Snapshot, dir string) error {
	for _, e := range s.Entries() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.Mode&fs.ModeIrregular != 0 {
			continue
		}
		text, err := s.ReadFile(e.Path)
		if err != nil {
			if e.Mode&fs.ModeSymlink != 0 || errors.Is(err, repo.ErrTooLarge) {
				continue
			}
			return err
		}
		name := filepath.Join(dir, filepath.FromSlash(e.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(name, text, 0o600|e.Mode.Perm()&0o100); err != nil {
			return err
		}
	}
	return nil
}
