package secretscan

import (
	"context"
	"io/fs"

	"github.com/claire-de-binare/cdbgate/pkg/patch"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// staged scans what is staged: the lines that it adds, and what the files are that it changes. The rest of the tree was judged when
// it was committed.
func (s *scan) staged(ctx context.Context) error {
	return atOnce(ctx, s.stagedFilesOf, s.stagedLines)
}

// stagedFilesOf looks at what the files are that the index changes.
func (s *scan) stagedFilesOf(ctx context.Context) error {
	changed, err := s.changed(ctx)
	if err != nil {
		return err
	}
	s.stagedFiles = map[string]bool{}
	for _, c := range changed {
		e, there := s.run.Snapshot.Lookup(c.Path)
		if c.Kind == repo.Deleted || !there || e.Mode&fs.ModeType != 0 || !s.run.Scope(c.Path) {
			continue
		}
		s.stagedFiles[c.Path] = true
		text, err := s.run.Snapshot.ReadFile(c.Path)
		if err != nil {
			s.miss(missed{what: c.Path, path: c.Path, why: reason(err), remedy: "make it readable, split it, or list it under exclude: in .cdbgate.yaml"})
			continue
		}
		s.material(c.Path, text, true)
		s.assignments(c.Path, text)
	}
	return ctx.Err()
}

// stagedLines scans the lines that the index adds.
func (s *scan) stagedLines(ctx context.Context) error {
	a := s.newAdder(modeStaged)
	result, err := patch.Staged(ctx, s.run.Repository, s.run.HeadCommit, s.IndexFile, s.patchOptions(), func(add patch.Addition) error { return a.add(ctx, add) })
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.miss(missed{what: "what is staged", why: err.Error(), remedy: "install git, and see that it runs"})
	}
	s.lose(result.Missed)
	s.counted(count{mode: modeStaged, unit: "changes", expected: result.Asked, scanned: result.Answered})
	return nil
}

// changed lists what the index changes since the commit that is checked out; all of it when there is none.
func (s *scan) changed(ctx context.Context) ([]repo.Change, error) {
	if s.run.HeadCommit == "" {
		var out []repo.Change
		for _, e := range s.run.Snapshot.Entries() {
			out = append(out, repo.Change{Kind: repo.Added, Path: e.Path})
		}
		return out, nil
	}
	head, err := s.run.Repository.Commit(ctx, s.run.HeadCommit)
	if err != nil {
		return nil, err
	}
	return repo.Changes(ctx, head, s.run.Snapshot)
}
