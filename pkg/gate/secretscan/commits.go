package secretscan

import (
	"context"
	"crypto/sha256"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/archive"
	"github.com/claire-de-binare/cdbgate/pkg/patch"
	"github.com/claire-de-binare/cdbgate/pkg/secrets"
)

// commits scans what the commits of the change add.
func (s *scan) commits(ctx context.Context) error {
	if s.run.HeadCommit == "" {
		return nil // nothing is committed
	}
	ids, lost, err := patch.Range(ctx, s.run.Repository, s.run.Base.Commit, s.run.HeadCommit)
	if err != nil {
		return s.unwalked(ctx, modeRange, err)
	}
	return s.added(ctx, modeRange, ids, lost)
}

// history scans what any commit adds.
func (s *scan) history(ctx context.Context) error {
	ids, lost, err := patch.All(ctx, s.run.Repository)
	if err != nil {
		return s.unwalked(ctx, modeHistory, err)
	}
	if s.run.Repository.Shallow() {
		s.miss(missed{what: "the history before the clone's boundary", why: "the clone is shallow", remedy: "fetch it whole: git fetch --unshallow, or fetch-depth: 0 in the checkout step"})
	}
	return s.added(ctx, modeHistory, ids, lost)
}

// unwalked notes that commits could not be listed.
func (s *scan) unwalked(ctx context.Context, mode string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	what := "the commits of the change"
	if mode == modeHistory {
		what = "the history"
	}
	s.miss(missed{what: what, why: err.Error(), remedy: "fetch what is missing, or git fsck"})
	return nil
}

// added scans commits, but for those that an earlier run with the same rules found to hold nothing.
func (s *scan) added(ctx context.Context, mode string, ids []string, lost []patch.Missed) error {
	s.lose(lost)
	all := len(ids)
	clean := s.openClean("commits")
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { raw := commitID(id); return raw != nil && clean.has(raw) })
	a := s.newAdder(mode)
	result, err := patch.Commits(ctx, s.run.Repository, ids, s.patchOptions(), func(add patch.Addition) error { return a.add(ctx, add) })
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.miss(missed{what: "the commits", why: err.Error(), remedy: "install git, and see that it runs"})
	}
	s.lose(result.Missed)
	for _, m := range append(lost, result.Missed...) {
		a.dirty[m.Commit] = true
	}
	if err == nil && result.Answered == result.Asked {
		var more [][]byte
		for _, id := range ids {
			if raw := commitID(id); raw != nil && !a.dirty[id] {
				more = append(more, raw)
			}
		}
		clean.add(more)
	}
	s.counted(count{mode: mode, unit: "commits", expected: all, scanned: all - len(ids) + result.Answered})
	return nil
}

func (s *scan) patchOptions() patch.Options {
	search := s.Path
	if search == "" {
		search = string(os.PathListSeparator) // nowhere, where "" would be this process's own
	}
	return patch.Options{Path: search, Jobs: s.run.Jobs, Skip: s.rules.SkipsPath, Every: s.rules.AboutPath}
}

func (s *scan) lose(lost []patch.Missed) {
	for _, m := range lost {
		what := m.Path
		if m.Commit != "" {
			what = "commit " + m.Commit
			if m.Path != "" {
				what += ": " + m.Path
			}
		}
		s.miss(missed{what: what, why: m.Why, remedy: "fetch what is missing (git fetch --refetch), or see git fsck"})
	}
}

// adder scans additions. Equal texts of equal paths are scanned once: files move about in histories as they are.
type adder struct {
	*scan
	mode        string
	usesCommits bool      // a finding may depend on the commit
	rooms       sync.Pool // of *[]byte, for keys

	mu    sync.Mutex
	seen  map[[sha256.Size]byte][]Leak
	dirty map[string]bool // commits in which something was found or missed
}

func (s *scan) newAdder(mode string) *adder {
	a := &adder{scan: s, mode: mode, usesCommits: s.rules.UsesCommits(), seen: map[[sha256.Size]byte][]Leak{}, dirty: map[string]bool{}}
	a.rooms.New = func() any { return new([]byte) }
	return a
}

func (a *adder) add(ctx context.Context, add patch.Addition) error {
	if !a.run.Scope(add.Path) || a.rules.SkipsPath(add.Path) {
		return nil
	}
	if add.Binary {
		return a.binary(ctx, add)
	}
	key := a.key(add)
	a.mu.Lock()
	known, ok := a.seen[key]
	a.mu.Unlock()
	if !ok {
		found, err := a.scanner.Scan(ctx, secrets.Fragment{Path: add.Path, Commit: add.Commit, FirstLine: 1, Text: add.Text, FileItself: true})
		if err != nil {
			return err
		}
		for _, f := range found {
			l := Leak{Finding: f, Mode: a.mode, Path: add.Path}
			l.see(add.Text, 1)
			known = append(known, l)
		}
		a.mu.Lock()
		a.seen[key] = known
		a.mu.Unlock()
	}
	if len(known) == 0 {
		return nil
	}
	leaks := make([]Leak, len(known))
	for i, l := range known {
		l.Commit, l.Merge = add.Commit, add.Merge
		if l.StartLine > 0 { // lines of the text become those of the file
			l.StartLine += add.FirstLine - 1
			l.EndLine += add.FirstLine - 1
		}
		leaks[i] = l
	}
	a.mark(add.Commit)
	a.found(leaks)
	return nil
}

func (a *adder) mark(commit string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.dirty[commit] = true
}

// key tells additions apart that may lead to different findings.
func (a *adder) key(add patch.Addition) [sha256.Size]byte {
	room := a.rooms.Get().(*[]byte)
	defer a.rooms.Put(room)
	b := append((*room)[:0], add.Path...)
	b = append(b, 0)
	if a.usesCommits {
		b = append(b, add.Commit...)
	}
	b = append(b, 0)
	b = append(b, add.Text...)
	if *room = b; cap(b) > maxRoom {
		*room = nil
	}
	return sha256.Sum256(b)
}

// maxRoom is how much memory is kept for the next key, in bytes.
const maxRoom = 1 << 20

// binary looks into what git does not show as text: archives, text in UTF-16, and text that a zero byte makes look like none.
func (a *adder) binary(ctx context.Context, add patch.Addition) error {
	if add.Blob == "" {
		return nil
	}
	text, err := a.run.Repository.ReadBlob(ctx, add.Blob, add.Path)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		a.mark(add.Commit)
		a.lose([]patch.Missed{{Commit: add.Commit, Path: add.Path, Why: reason(err)}})
		return nil
	}
	order, _ := utf16Order(text)
	if order == nil && archive.Kind(add.Path, text[:min(len(text), 512)]) == "" && !mostlyText(text) {
		return nil
	}
	whole, err := a.content(ctx, add.Path, text, a.mode, func(l *Leak) {
		l.Commit, l.Merge = add.Commit, add.Merge
		a.mark(add.Commit)
	})
	if !whole {
		a.mark(add.Commit)
	}
	return err
}

// date finds out when the commits with leaks were made.
func (s *scan) date(ctx context.Context) error {
	known := map[string]time.Time{}
	for i := range s.leaks {
		l := &s.leaks[i]
		if l.Commit == "" {
			continue
		}
		when, ok := known[l.Commit]
		if !ok {
			c, err := s.run.Repository.ReadCommit(ctx, l.Commit)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err == nil { // a commit whose lines git could show can be read; if not, its date is not known
				when = c.Author.When
			}
			known[l.Commit] = when
		}
		l.Date = when
	}
	return nil
}
