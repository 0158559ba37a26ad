package secretscan

import (
	"context"
	"crypto/hmac"
	"errors"
	"io/fs"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/gate/secretscan/ignorelist"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
	"github.com/claire-de-binare/cdbgate/pkg/secrets"
)

// accept finds the entries of the ignore list that are about leaks, and whether they are about the very same secrets. It also
// tells which leaks of commits still stand in the tree.
func (s *scan) accept(ctx context.Context) error {
	salt := ignorelist.NewSalt()
	tree := map[string]bool{}
	for i := range s.leaks {
		if l := &s.leaks[i]; l.Commit == "" {
			tree[l.identity(salt)] = true
		}
	}
	baseline := map[string][]secrets.Finding{}
	for i := range s.leaks {
		l := &s.leaks[i]
		l.inTree = l.Commit != "" && tree[l.identity(salt)]
		e := s.ignores.Find(l.Commit, l.path(), l.Rule, l.StartLine)
		if e == nil {
			continue
		}
		a := &acceptance{Entry: e}
		switch {
		case e.Hash != "":
			a.same = hmac.Equal([]byte(l.Hash(e.Salt)), []byte(e.Hash))
		case e.Commit != "":
			a.same = true // what a commit holds cannot change
		case s.run.Base == nil:
			a.unproven = true
		default:
			var err error
			if a.same, err = s.onBase(ctx, l, salt, baseline); err != nil {
				return err
			}
		}
		l.accepted = a
	}
	return nil
}

// identity tells whether two leaks are the same secret at the same place.
func (l *Leak) identity(salt []byte) string {
	return l.Finding.Fingerprint(l.path(), "") + " " + l.Hash(salt)
}

// onBase reports whether the trusted base has the very secret at the leak's place: then that is what was accepted.
func (s *scan) onBase(ctx context.Context, l *Leak, salt []byte, known map[string][]secrets.Finding) (bool, error) {
	if l.Inner != "" {
		return false, nil
	}
	found, ok := known[l.Path]
	if !ok {
		text, err := s.run.Trusted.ReadFile(l.Path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, nil // what cannot be read proves nothing
		}
		if found, err = s.scanner.Scan(ctx, secrets.Fragment{Path: l.Path, FirstLine: 1, Text: string(text), FileItself: true}); err != nil {
			return false, err
		}
		known[l.Path] = found
	}
	for i := range found {
		if found[i].Rule == l.Rule && found[i].StartLine == l.StartLine && found[i].Hash(salt) == l.Hash(salt) {
			return true, nil
		}
	}
	return false, nil
}

// ignoreSubjects makes a subject of every line of the ignore list.
func (s *scan) ignoreSubjects() []gate.Subject {
	used := map[int]bool{}
	for i := range s.leaks {
		if a := s.leaks[i].accepted; a != nil {
			used[a.Line] = true
		}
	}
	var out []gate.Subject
	for i := range s.ignores.Entries {
		e := &s.ignores.Entries[i]
		out = append(out, s.ignoreSubject(e.Line, map[string]any{
			"line": e.Line, "fingerprint": e.Fingerprint, "junk": false, "why": "", "used": used[e.Line], "judged": s.judged(e),
			"owner": e.Owner, "reason": e.Reason, "expires": day(e.Expires), "expired": e.Expired(s.run.Now), "bound": e.Hash != "",
		}))
	}
	for _, j := range s.ignores.Junk {
		out = append(out, s.ignoreSubject(j.Line, map[string]any{
			"line": j.Line, "fingerprint": "", "junk": true, "why": j.Why, "used": false, "judged": true, "owner": "", "reason": "", "expires": "",
			"expired": false, "bound": false,
		}))
	}
	return out
}

// judged reports whether this run looked at all that an entry may be about.
func (s *scan) judged(e *ignorelist.Entry) bool {
	if len(s.missed) > 0 {
		return false
	}
	if e.Commit != "" {
		return s.History
	}
	for _, c := range s.counts {
		if c.mode == modeTree {
			return s.run.Repository.Subdirectory() == ""
		}
	}
	return false
}

func (s *scan) ignoreSubject(line int, entry map[string]any) gate.Subject {
	place := render.Place{}
	if head, err := s.run.Snapshot.ReadFile(IgnoreFile); err == nil {
		if trusted, err := s.run.Trusted.ReadFile(IgnoreFile); err == nil && string(head) == string(trusted) {
			at := document.Position{Line: line, Column: 1}
			place = render.Place{Path: IgnoreFile, Range: document.Range{Start: at, End: at}}
		}
	}
	fingerprint, _ := entry["fingerprint"].(string)
	return gate.Subject{
		Input: func() ast.Value {
			context := policy.Fact(map[string]any{"subject": "ignore", "entry": entry})
			return gate.Input(policy.Fact(nil), context, render.Source{Path: IgnoreFile}, s.run.Now)
		},
		Locate:   func([]any) render.Place { return place },
		Resource: func([]any) string { return "" },
		Name:     fingerprint,
		Identity: func([]any) string { return "entry " + fingerprint },
	}
}
