package secretscan

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/gate/secretscan/ignorelist"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
	"github.com/claire-de-binare/cdbgate/pkg/secrets"
)

// The modes in which a secret is found.
const (
	modeTree    = "worktree" // in what is judged: the working tree or a commit
	modeStaged  = "staged"
	modeRange   = "range"   // in the commits of the change
	modeHistory = "history" // in any commit
)

// Leak is a secret that was found somewhere.
type Leak struct {
	secrets.Finding
	Mode   string
	Path   string // of the file, or of the archive that holds it
	Inner  string // inside the archive, "" when it is none
	Commit string // "" in the tree and in what is staged
	Date   time.Time
	Merge  bool

	excerpt  string // the line, masked
	start    int    // column in code points, when the line is known; else 0
	end      int
	inTree   bool
	accepted *acceptance
}

// acceptance is an entry of the ignore list that is about a leak.
type acceptance struct {
	*ignorelist.Entry
	same     bool // the entry is about this very secret
	unproven bool // which secret it is about, nothing says
}

// path is how gitleaks names the place.
func (l *Leak) path() string {
	if l.Inner == "" {
		return l.Path
	}
	return l.Path + "!" + l.Inner
}

// Fingerprint is gitleaks' name for the finding: [commit:]path:rule:line.
func (l *Leak) Fingerprint() string { return l.Finding.Fingerprint(l.path(), l.Commit) }

// excerptOf is how much of a line is shown, in code points.
const excerptOf = 160

// see takes from the text what may be shown of the place: the masked line, and the columns. The text begins at a line of the file.
func (l *Leak) see(text string, firstLine int) {
	if l.StartLine == 0 {
		return
	}
	line := lineAt(text, l.StartLine-firstLine)
	masked := strings.TrimRight(l.Mask(line), "\r\n")
	if n := utf8.RuneCountInString(masked); n > excerptOf {
		runes := []rune(masked)
		from := max(0, min(l.StartColumn-1-excerptOf/4, n-excerptOf))
		masked = "…" + string(runes[from:from+excerptOf]) + "…"
		if from == 0 {
			masked = masked[len("…"):]
		}
	}
	l.excerpt = strings.ToValidUTF8(masked, "�")
	l.start = utf8.RuneCountInString(line[:min(max(l.StartColumn-1, 0), len(line))]) + 1
	last := lineAt(text, l.EndLine-firstLine)
	l.end = utf8.RuneCountInString(last[:min(max(l.EndColumn-1, 0), len(last))]) + 1
}

// lineAt is the line with a number that counts from 0.
func lineAt(text string, n int) string {
	for ; n > 0; n-- {
		i := strings.IndexByte(text, '\n')
		if i < 0 {
			return ""
		}
		text = text[i+1:]
	}
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	return text
}

// sortLeaks puts what is in the tree first, then by commit, path, line, column and rule. The commits are in the order in which
// they were found to be newest.
func sortLeaks(leaks []Leak) {
	slices.SortStableFunc(leaks, func(a, b Leak) int {
		return cmp.Or(
			b.Date.Compare(a.Date), cmp.Compare(a.Commit, b.Commit), cmp.Compare(a.path(), b.path()), cmp.Compare(a.StartLine, b.StartLine),
			cmp.Compare(a.StartColumn, b.StartColumn), cmp.Compare(a.Rule, b.Rule),
		)
	})
}

// place is where the leak can be seen in what is judged. One that only history has is placed at its file, when that is still
// there.
func (l *Leak) place(run *gate.Run) render.Place {
	if _, there := run.Snapshot.Lookup(l.Path); !there {
		return render.Place{}
	}
	if l.Inner != "" || l.Commit != "" && !l.inTree || l.StartLine == 0 {
		return render.Place{Path: l.Path}
	}
	return render.Place{Path: l.Path, Range: document.Range{
		Start: document.Position{Line: l.StartLine, Column: max(l.start, 1)}, End: document.Position{Line: l.EndLine, Column: max(l.end, 1)},
	}}
}

// report is what reports list of the leak.
func (l *Leak) report() finding.Leak {
	return finding.Leak{
		Rule: l.Rule, Description: l.Description, Path: l.path(), Line: l.StartLine, Commit: l.Commit, AuthorDate: stamp(l.Date), Merge: l.Merge,
		Decoded: l.Decoded, Entropy: float64(l.Entropy), Tags: l.Tags, Fingerprint: l.Fingerprint(),
		Accepted: l.accepted != nil && l.accepted.same,
	}
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return gate.Stamp(t)
}

// leakSubjects makes a subject of every leak.
func (s *scan) leakSubjects() []gate.Subject {
	out := make([]gate.Subject, 0, len(s.leaks))
	for i := range s.leaks {
		l := &s.leaks[i]
		out = append(out, gate.Subject{
			Input: func() ast.Value {
				context := policy.Fact(map[string]any{"subject": "leak", "mode": l.Mode, "leak": l.facts(), "ignored": l.acceptanceFacts(s.run)})
				return gate.Input(policy.Fact(nil), context, render.Source{Path: l.Path}, s.run.Now)
			},
			Locate:   func([]any) render.Place { return l.place(s.run) },
			Resource: func([]any) string { return "" },
			Name:     l.Fingerprint(), // it has the line, which edits elsewhere move
			Identity: func([]any) string { return l.Rule + " " + l.Commit + " " + l.Inner },
			Excerpt:  l.excerpt,
		})
	}
	return out
}

func (l *Leak) facts() map[string]any {
	return map[string]any{
		"rule": l.Rule, "description": l.Description, "tags": l.Tags, "entropy": number(l.Entropy), "path": l.Path, "inner": l.Inner,
		"line": l.StartLine, "commit": l.Commit, "author_date": stamp(l.Date), "merge": l.Merge, "decoded": l.Decoded,
		"fingerprint": l.Fingerprint(), "in_tree": l.Commit == "" || l.inTree,
	}
}

func (l *Leak) acceptanceFacts(run *gate.Run) any {
	a := l.accepted
	if a == nil {
		return nil
	}
	return map[string]any{
		"line": a.Line, "bound": a.Hash != "", "same": a.same, "unproven": a.unproven, "owner": a.Owner, "reason": a.Reason,
		"expires": day(a.Expires), "expired": a.Expired(run.Now),
	}
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// number is an entropy as rules compare it.
func number(entropy float32) *ast.Term {
	return ast.NumberTerm(json.Number(strconv.FormatFloat(float64(entropy), 'f', 4, 32)))
}
