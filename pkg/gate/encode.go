package gate

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// A cache entry is written as lengths and bytes: ten thousand findings are read back in milliseconds, where JSON would
// cost more than it saves. What findings share with their rule is written once, with the rule.

func encode(c *cached) []byte {
	w := &writer{}
	g := c.Result.Gate
	w.text(g.Name)
	w.text(string(g.Status))
	w.text(g.Reason)
	w.number(g.Documents)
	w.number(c.All)
	w.number(len(c.Rules))
	for _, r := range c.Rules {
		w.text(r.ID)
		w.text(r.Gate)
		w.text(r.Title)
		w.text(r.Description)
		w.text(string(r.Severity))
		w.texts(r.Clauses)
		w.text(r.Remediation)
		w.texts(r.Params)
		w.flag(r.Incomplete)
	}
	w.number(len(c.Result.Reconcilers))
	for _, r := range c.Result.Reconcilers {
		w.text(r.Resource)
		w.text(r.CommitToCluster)
		w.text(r.DriftToRepair)
		w.text(r.Path)
		w.number(r.Line)
	}
	w.number(len(c.Result.Leaks))
	for _, l := range c.Result.Leaks {
		for _, text := range []string{l.Rule, l.Description, l.Path, l.Commit, l.AuthorDate, l.Fingerprint} {
			w.text(text)
		}
		w.number(l.Line)
		w.number(int(math.Float32bits(float32(l.Entropy))))
		w.texts(l.Tags)
		for _, flag := range []bool{l.Merge, l.Decoded, l.Accepted} {
			w.flag(flag)
		}
	}
	w.number(len(c.Result.Hidden))
	for i := range c.Result.Hidden {
		w.location(&c.Result.Hidden[i])
	}
	w.number(len(c.Result.Findings))
	for i := range c.Result.Findings {
		f := &c.Result.Findings[i]
		w.text(f.Rule)
		w.text(string(f.Severity))
		w.text(f.Message)
		w.text(f.Resource)
		w.text(f.Fingerprint)
		w.text(f.Excerpt)
		if f.Location == nil {
			w.number(0)
			continue
		}
		w.number(1)
		w.location(f.Location)
	}
	return w.b
}

var errCut = errors.New("cache entry is cut short")

func decode(b []byte) (*cached, error) {
	r := &reader{text: string(b)}
	c := &cached{}
	c.Result.Gate = finding.GateResult{
		Name: r.next(), Status: finding.Status(r.next()), Reason: r.next(), Documents: r.number(),
	}
	c.All = r.number()
	rules := map[string]*finding.Rule{}
	c.Rules = make([]finding.Rule, r.count())
	for i := range c.Rules {
		rule := &c.Rules[i]
		*rule = finding.Rule{
			ID: r.next(), Gate: r.next(), Title: r.next(), Description: r.next(), Severity: finding.Severity(r.next()),
			Clauses: r.texts(), Remediation: r.next(), Params: r.texts(), Incomplete: r.number() == 1,
		}
		rules[rule.ID] = rule
	}
	if n := r.count(); n > 0 {
		c.Result.Reconcilers = make([]finding.Reconciler, n)
	}
	for i := range c.Result.Reconcilers {
		c.Result.Reconcilers[i] = finding.Reconciler{
			Resource: r.next(), CommitToCluster: r.next(), DriftToRepair: r.next(), Path: r.next(), Line: r.number(),
		}
	}
	if n := r.count(); n > 0 {
		c.Result.Leaks = make([]finding.Leak, n)
	}
	for i := range c.Result.Leaks {
		c.Result.Leaks[i] = finding.Leak{
			Rule: r.next(), Description: r.next(), Path: r.next(), Commit: r.next(), AuthorDate: r.next(), Fingerprint: r.next(),
			Line: r.number(), Entropy: float64(math.Float32frombits(uint32(r.number()))), Tags: r.texts(),
			Merge: r.number() == 1, Decoded: r.number() == 1, Accepted: r.number() == 1,
		}
	}
	if n := r.count(); n > 0 {
		c.Result.Hidden = make([]finding.Location, n)
	}
	for i := range c.Result.Hidden {
		c.Result.Hidden[i] = r.location()
	}
	n := r.count()
	c.Result.Findings = make([]finding.Finding, n)
	locations := make([]finding.Location, n)
	for i := range c.Result.Findings {
		rule, known := rules[r.next()]
		if !known {
			return nil, errCut
		}
		c.Result.Findings[i] = finding.Finding{
			Rule: rule.ID, Title: rule.Title, Severity: finding.Severity(r.next()), Gate: c.Result.Gate.Name, Message: r.next(),
			Remediation: rule.Remediation, Clauses: rule.Clauses, Incomplete: rule.Incomplete, Resource: r.next(), Fingerprint: r.next(),
			Excerpt: r.next(),
		}
		if r.number() == 0 {
			continue
		}
		locations[i] = r.location()
		c.Result.Findings[i].Location = &locations[i]
	}
	if r.bad || r.at != len(r.text) {
		return nil, errCut
	}
	return c, nil
}

type writer struct{ b []byte }

func (w *writer) number(n int) { w.b = binary.AppendUvarint(w.b, uint64(n)) }

func (w *writer) flag(b bool) {
	if b {
		w.number(1)
	} else {
		w.number(0)
	}
}

func (w *writer) text(s string) {
	w.number(len(s))
	w.b = append(w.b, s...)
}

func (w *writer) texts(list []string) {
	w.number(len(list))
	for _, s := range list {
		w.text(s)
	}
}

func (w *writer) location(l *finding.Location) {
	w.text(l.Path)
	for _, n := range []int{l.StartLine, l.StartColumn, l.EndLine, l.EndColumn} {
		w.number(n)
	}
}

// reader hands out parts of one string, without copying.
type reader struct {
	text string
	at   int
	bad  bool
}

func (r *reader) number() int {
	n, shift := uint64(0), 0
	for r.at < len(r.text) && shift < 56 {
		c := r.text[r.at]
		r.at++
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return int(n)
		}
		shift += 7
	}
	r.bad = true
	return 0
}

// count is a number of things of at least one byte each.
func (r *reader) count() int {
	n := r.number()
	if n > len(r.text)-r.at {
		r.bad = true
		return 0
	}
	return n
}

func (r *reader) next() string {
	n := r.count()
	s := r.text[r.at : r.at+n]
	r.at += n
	return s
}

func (r *reader) location() finding.Location {
	return finding.Location{Path: r.next(), StartLine: r.number(), StartColumn: r.number(), EndLine: r.number(), EndColumn: r.number()}
}

func (r *reader) texts() []string {
	n := r.count()
	var out []string
	for range n {
		out = append(out, r.next())
	}
	return out
}
