package secretscan

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/claire-de-binare/cdbgate/pkg/archive"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
	"github.com/claire-de-binare/cdbgate/pkg/secrets"
)

// tree scans every file that is judged, on all workers. When history is looked through as well, what a commit holds is scanned
// there.
func (s *scan) tree(ctx context.Context) error {
	var entries []repo.Entry
	for _, e := range s.run.Snapshot.Entries() {
		if s.run.Scope(e.Path) && e.Mode&fs.ModeType == 0 {
			entries = append(entries, e)
		}
	}
	tracked, err := s.tracked(ctx)
	if err != nil {
		return err
	}
	elsewhere, err := s.inHistory(ctx)
	if err != nil {
		return err
	}
	// What was only looked at for what it is, since its secrets are sought in history, is no clean file.
	sets := map[bool]*cleanSet{false: s.openClean("files")}
	if s.History {
		sets[true] = s.openClean("marks")
	}
	more := make([]map[bool][][]byte, max(1, s.run.Jobs))
	var next, done atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, max(1, s.run.Jobs))
	for worker := range errs {
		more[worker] = map[bool][][]byte{}
		wg.Go(func() {
			for ctx.Err() == nil && errs[worker] == nil {
				i := int(next.Add(1)) - 1
				if i >= len(entries) {
					return
				}
				e, id := entries[i], s.fileID(entries[i])
				there := elsewhere(e.Path)
				if id != nil && sets[there].has(id) {
					done.Add(1)
					continue
				}
				var is verdict
				is, errs[worker] = s.file(ctx, e, tracked(e.Path), there)
				if is != unread {
					done.Add(1)
				}
				if is == nothing && id != nil {
					more[worker][there] = append(more[worker][there], id)
				}
				if s.run.Progress != nil && i%64 == 0 {
					s.run.Progress(s.Name(), i, len(entries))
				}
			}
		})
	}
	wg.Wait()
	if err := errors.Join(append(errs, ctx.Err())...); err != nil {
		return err
	}
	for there, set := range sets {
		var ids [][]byte
		for _, m := range more {
			ids = append(ids, m[there]...)
		}
		set.add(ids)
	}
	s.counted(count{mode: modeTree, unit: "files", expected: len(entries), scanned: int(done.Load())})
	return nil
}

// tracked tells which paths git has. Where there is no git, all files count.
func (s *scan) tracked(ctx context.Context) (func(string) bool, error) {
	if s.run.Snapshot.Kind() != repo.Worktree {
		return func(string) bool { return true }, nil
	}
	index, err := s.run.Repository.Index(ctx)
	if err != nil {
		return nil, err
	}
	return func(name string) bool { _, there := index.Lookup(name); return there }, nil
}

// inHistory tells which files are as the commit has them that is checked out, when the commits are scanned as well.
func (s *scan) inHistory(ctx context.Context) (func(string) bool, error) {
	none := func(string) bool { return false }
	if !s.History || s.run.HeadCommit == "" {
		return none, nil
	}
	head, err := s.run.Repository.Commit(ctx, s.run.HeadCommit)
	if err != nil {
		return none, nil // what is missing, the scan of the commits tells
	}
	changes, err := repo.Changes(ctx, head, s.run.Snapshot)
	if err != nil {
		return nil, err
	}
	differs := map[string]bool{}
	for _, c := range changes {
		differs[c.Path] = true
	}
	return func(name string) bool { return !differs[name] }, nil
}

// again scans the files of what is judged in which commits had secrets, to tell whether those are still there.
func (s *scan) again(ctx context.Context) error {
	elsewhere, err := s.inHistory(ctx)
	if err != nil {
		return err
	}
	done := map[string]bool{}
	for _, l := range slices.Clone(s.leaks) {
		e, there := s.run.Snapshot.Lookup(l.Path)
		if l.Commit == "" || done[l.Path] || !there || !elsewhere(l.Path) || e.Mode&fs.ModeType != 0 || !s.run.Scope(l.Path) {
			continue
		}
		done[l.Path] = true
		text, err := s.run.Snapshot.ReadFile(l.Path)
		if err != nil {
			continue // told when the tree was read
		}
		if _, err := s.content(ctx, l.Path, text, modeTree, nil); err != nil {
			return err
		}
	}
	return nil
}

// verdict is what the scan of a file came to.
type verdict uint8

const (
	unread  verdict = iota
	nothing         // whatever is looked for, it is not there
	something
)

// file scans one file of what is judged.
func (s *scan) file(ctx context.Context, e repo.Entry, tracked, elsewhere bool) (verdict, error) {
	text, err := s.run.Snapshot.ReadFile(e.Path)
	switch {
	case errors.Is(err, repo.ErrTooLarge) && s.rules.SkipsPath(e.Path):
		return something, nil // its content is none of the rules' business, however much of it there is
	case err != nil:
		s.miss(missed{what: e.Path, path: e.Path, why: reason(err), remedy: "make it readable, split it, or list it under exclude: in .cdbgate.yaml"})
		return unread, nil
	}
	marked, named := s.material(e.Path, text, tracked), s.assignments(e.Path, text)
	leaks, whole := false, true
	if !elsewhere {
		whole, err = s.content(ctx, e.Path, text, modeTree, func(*Leak) { leaks = true })
	}
	if marked || named || leaks || !whole {
		return something, err
	}
	return nothing, err
}

// content looks for secrets in the whole content of a file and, when it is an archive, in what that holds. From names what to
// note of the commit that it comes from. It is not whole when a part of an archive could not be looked at.
func (s *scan) content(ctx context.Context, name string, text []byte, mode string, from func(*Leak)) (whole bool, err error) {
	if s.rules.SkipsPath(name) {
		return true, nil
	}
	one := func(inner string, text []byte) error {
		plain := decoded(text)
		path := name
		if inner != "" {
			path += "!" + inner
		}
		found, err := s.scanner.Scan(ctx, secrets.Fragment{Path: path, FirstLine: 1, Text: plain, FileItself: true})
		if err != nil {
			return err
		}
		leaks := make([]Leak, len(found))
		for i, f := range found {
			leaks[i] = Leak{Finding: f, Mode: mode, Path: name, Inner: inner}
			leaks[i].see(plain, 1)
			if from != nil {
				from(&leaks[i])
			}
		}
		s.found(leaks)
		return nil
	}
	if archive.Kind(name, text[:min(len(text), 512)]) == "" {
		return true, one("", text)
	}
	// Of an archive the rules about paths see its own path, and all rules what is in it.
	if err := one("", nil); err != nil {
		return false, err
	}
	lost, err := archive.Walk(ctx, name, text, archive.Limits{}, one)
	for _, m := range lost {
		what := name
		if m.Inner != "" {
			what += "!" + m.Inner
		}
		s.miss(missed{what: what, path: name, why: m.Why, remedy: "keep what it holds in the repository itself, or list it under exclude: in .cdbgate.yaml"})
	}
	return len(lost) == 0, err
}

func reason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}
