package audit

import (
	"crypto/rand"
	"strings"
	"unicode/utf8"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// Outcome is what a run came to, which a report does not say of itself.
type Outcome struct {
	Verdict string // passed, failed, incomplete or unusable
	Exit    int
	FailOn  finding.Severity
	CI      *CI // nil when no CI system ran it
}

// driftRule is the rule whose findings are drift.
const driftRule = "IAC003"

// Most of what a report may bring into one event, so that a line stays far below MaxLine whatever the repository holds.
const (
	longestText    = 4 << 10 // bytes of a name, path or resource
	mostAttributes = 100
)

// Events lists what a report holds for the log: the run first, then its findings in their order.
func Events(r *finding.Report, o Outcome) []Event {
	run := Run{
		Run: rand.Text(), Tool: r.Tool.Version, Gates: []Gate{},
		Head: r.Repository.Head, HeadCommit: r.Repository.HeadCommit, Base: r.Repository.Base, Trusted: r.Repository.Trusted,
		Policy: r.Policy.Digest, Config: r.Config.Digest, Mode: r.Mode, FailOn: string(o.FailOn), Verdict: o.Verdict, Exit: o.Exit,
		Found:  map[string]int{string(finding.Error): r.Summary.Error, string(finding.Warning): r.Summary.Warning, string(finding.Note): r.Summary.Note},
		Events: len(r.Findings), CI: o.CI,
	}
	for _, g := range r.Gates {
		run.Gates = append(run.Gates, Gate{g.Name, g.Status})
	}
	for _, w := range r.Weakened {
		// Its first word is the flag; the rest is what somebody typed.
		flag, _, _ := strings.Cut(w, " ")
		run.Weakened = append(run.Weakened, clip(flag))
	}
	out := []Event{{RunType, run}}
	told := map[*finding.ResourceChange]bool{}
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Rule == driftRule {
			out = append(out, Event{DriftType, drift(r, f, run.Run, told)})
		} else {
			out = append(out, Event{ViolationType, violation(f, run.Run)})
		}
	}
	return out
}

func violation(f *finding.Finding, run string) Violation {
	v := Violation{
		Run: run, Gate: f.Gate, Rule: f.Rule, Clauses: list(f.Clauses), Severity: f.Severity, Incomplete: f.Incomplete,
		Resource: clip(f.Resource), Fingerprint: f.Fingerprint,
	}
	if l := f.Location; l != nil {
		v.Path, v.Line = clip(l.Path), l.StartLine
	}
	return v
}

func drift(r *finding.Report, f *finding.Finding, run string, told map[*finding.ResourceChange]bool) Drift {
	d := Drift{
		Run: run, Gate: f.Gate, Rule: f.Rule, Clauses: list(f.Clauses), Severity: f.Severity,
		Head: r.Repository.Head, Resource: clip(f.Resource), Fingerprint: f.Fingerprint,
	}
	if l := f.Location; l != nil {
		d.Path, d.Line = clip(l.Path), l.StartLine
	}
	p, c := planned(r, f.Resource, told)
	if c == nil {
		return d
	}
	told[c] = true
	d.Root, d.Plan, d.Action, d.More = clip(p.Root), p.Digest, c.Action, c.More
	for _, a := range c.Attributes {
		if len(d.Attributes) == mostAttributes {
			d.More += len(c.Attributes) - mostAttributes
			break
		}
		d.Attributes = append(d.Attributes, clip(a.Path))
	}
	return d
}

// planned finds the entry of a plan that a finding tells of. Several roots may use one address.
func planned(r *finding.Report, address string, told map[*finding.ResourceChange]bool) (*finding.Plan, *finding.ResourceChange) {
	for i := range r.Plans {
		for j := range r.Plans[i].Drift {
			if c := &r.Plans[i].Drift[j]; c.Address == address && !told[c] {
				return &r.Plans[i], c
			}
		}
	}
	return nil, nil
}

// list is a copy that is never null in JSON.
func list(s []string) []string { return append([]string{}, s...) }

// clip shortens a text that nobody writes by hand.
func clip(s string) string {
	if len(s) <= longestText {
		return s
	}
	cut := longestText
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
