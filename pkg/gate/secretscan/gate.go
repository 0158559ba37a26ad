// Package secretscan gathers the facts of INF-8 and GOV-1: the secrets that gitleaks' rules find in the tree, in what is staged, in
// the commits of a change or in all of history; key material, state and plan files; Kubernetes Secrets in plain text; and named
// values that must never be literals. Whether any of it is allowed is decided by policies/secret_scan. No secret is a fact.
package secretscan

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"sync"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/gate/secretscan/ignorelist"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
	"github.com/claire-de-binare/cdbgate/pkg/secrets"
)

// Gate is the secret-scan gate.
type Gate struct {
	// Required says that this gate was asked for by name. Manifests that cannot be read are then told here; beside
	// k8s-readiness that gate tells them.
	Required bool
	// History looks through the commits of all refs, not only those of the change.
	History bool
	// Path is the value of PATH, where git is looked up; it is needed for commits and for what is staged.
	Path string
	// IndexFile is the index that what is staged is read from, "" for the repository's own.
	IndexFile string
	// Found is told every secret that was found, before it is judged. It may be nil.
	Found func([]Leak)
}

// The files that gitleaks reads, too. Both come from the trusted base.
const (
	ConfigFile = ".gitleaks.toml"
	IgnoreFile = ".gitleaksignore"
)

// decodeDepth is how many encodings within one another are looked into, as the gitleaks command does.
const decodeDepth = 5

// Name is "secret-scan".
func (Gate) Name() string { return "secret-scan" }

// Memo keeps what only the snapshot decides: neither history nor a base is part of it.
func (g Gate) Memo(run *gate.Run) (string, bool) {
	options := "beside others"
	if g.Required {
		options = "by name"
	}
	return options, !g.History && g.Found == nil && run.Base == nil && run.Snapshot.Kind() != repo.Index
}

// scan is one run of the gate.
type scan struct {
	Gate
	run     *gate.Run
	rules   *secrets.Rules
	scanner *secrets.Scanner
	ignores *ignorelist.List
	watched watched
	names   *regexp.Regexp // of values that are confidential; nil when the policy lists none

	stagedFiles map[string]bool // what the index changes; nil unless that is what is scanned
	unsteady    bool            // manifests may look different next time

	mu     sync.Mutex
	leaks  []Leak
	files  []fileFacts
	values []valueFacts
	missed []missed
	counts []count
}

// missed is something that was not scanned.
type missed struct {
	what, path  string // the path is set when it is a file of the snapshot
	why, remedy string
}

// count is how much a part of the scan should have looked at, and how much it did.
type count struct {
	mode, unit        string
	expected, scanned int
}

// Collect scans, and makes a subject of every secret, of every file with key material, of every Secret and named value, and of
// what was not scanned.
func (g Gate) Collect(ctx context.Context, run *gate.Run) (*gate.Collection, error) {
	s := &scan{Gate: g, run: run}
	out := &gate.Collection{}
	if err := s.prepare(); err != nil {
		return nil, err
	}
	if err := s.look(ctx); err != nil {
		return nil, err
	}
	if err := s.date(ctx); err != nil {
		return nil, err
	}
	sortLeaks(s.leaks)
	if err := s.accept(ctx); err != nil {
		return nil, err
	}
	if g.Found != nil {
		g.Found(s.leaks)
	}
	manifests, err := s.manifests(ctx)
	if err != nil {
		return nil, err
	}
	out.Subjects = slices.Concat(s.leakSubjects(), s.ignoreSubjects(), s.fileSubjects(), s.valueSubjects(), manifests, s.scanSubjects())
	for i := range s.leaks {
		l := &s.leaks[i]
		out.Leaks = append(out.Leaks, l.report())
		if place := l.place(run); place.Path != "" && place.Range.Start.Line > 0 {
			at := place.Range
			out.Hidden = append(out.Hidden, finding.Location{
				Path: place.Path, StartLine: at.Start.Line, StartColumn: at.Start.Column, EndLine: at.End.Line, EndColumn: at.End.Column,
			})
		}
	}
	out.Volatile = s.volatile()
	return out, nil
}

// volatile reports whether the same snapshot may look different next time: an acceptance may end, a file may be readable.
func (s *scan) volatile() bool {
	return s.unsteady || len(s.missed) > 0 || slices.ContainsFunc(s.ignores.Entries, func(e ignorelist.Entry) bool { return !e.Expires.IsZero() })
}

// prepare reads the rules and the accepted findings of the trusted base.
func (s *scan) prepare() error {
	text, err := readTrusted(s.run, ConfigFile)
	if err != nil {
		return err
	}
	if text == nil {
		s.rules, err = secrets.Default()
	} else {
		s.rules, err = secrets.Load(ConfigFile, text, s.run.Trusted.ReadFile)
	}
	if err != nil {
		return err
	}
	s.scanner = s.rules.NewScanner(decodeDepth)
	if text, err = readTrusted(s.run, IgnoreFile); err != nil {
		return err
	}
	s.ignores = ignorelist.Parse(text)
	if s.watched, err = watchedPaths(s.run); err != nil {
		return err
	}
	s.names, err = confidentialNames(s.run)
	return err
}

// readTrusted reads a file of the trusted base: nil when there is none.
func readTrusted(run *gate.Run, name string) ([]byte, error) {
	text, err := run.Trusted.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if text == nil {
		text = []byte{}
	}
	return text, nil
}

// look scans what the mode asks for.
func (s *scan) look(ctx context.Context) error {
	if s.run.Snapshot.Kind() == repo.Index {
		return s.staged(ctx)
	}
	commits := func(context.Context) error { return nil }
	switch {
	case s.History:
		commits = s.history
	case s.run.Base != nil:
		commits = s.commits
	}
	if err := atOnce(ctx, s.tree, commits); err != nil {
		return err
	}
	if s.History {
		return s.again(ctx)
	}
	return nil
}

// atOnce does parts of the work side by side: where one waits for git, another has something to do. It ends with the first error.
func atOnce(ctx context.Context, parts ...func(context.Context) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var wg sync.WaitGroup
	for _, part := range parts {
		wg.Go(func() {
			if err := part(ctx); err != nil {
				stop(err)
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// counted notes how much a part of the scan looked at.
func (s *scan) counted(c count) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts = append(s.counts, c)
}

// miss notes that something was not scanned.
func (s *scan) miss(m missed) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.missed = append(s.missed, m)
}

func (s *scan) found(leaks []Leak) {
	if len(leaks) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leaks = append(s.leaks, leaks...)
}
