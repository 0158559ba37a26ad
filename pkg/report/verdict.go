package report

import (
	"fmt"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// Exit statuses of a run. They depend on the report and the threshold, never on the format.
const (
	ExitPassed     = 0 // nothing at or above the threshold
	ExitFailed     = 1 // violations at or above the threshold
	ExitUnusable   = 2 // the run could not start: flags, config, policy, not a repository
	ExitIncomplete = 3 // no violations, but something could not be evaluated
)

// Outcome is what a run came to.
type Outcome string

// The outcomes.
const (
	Passed     Outcome = "passed"
	Failed     Outcome = "failed"
	Incomplete Outcome = "incomplete"
)

// ExitCode returns the process's exit status. An outcome nobody defined is not a pass.
func (o Outcome) ExitCode() int {
	switch o {
	case Passed:
		return ExitPassed
	case Failed:
		return ExitFailed
	}
	return ExitIncomplete
}

// Verdict judges a whole report: failed when there is a violation at or above failOn ("" means finding.Error), else
// incomplete when a gate or a document could not be evaluated, else passed.
//
// It errs towards failing: a severity or a gate status it does not know counts against the run.
func Verdict(r *finding.Report, failOn finding.Severity) Outcome {
	incomplete := false
	for i := range r.Findings {
		f := &r.Findings[i]
		switch {
		case Unevaluated(f):
			incomplete = true
		case fails(f, failOn):
			return Failed
		}
	}
	for _, g := range r.Gates {
		if gateIncomplete(g) {
			incomplete = true
		}
	}
	if incomplete {
		return Incomplete
	}
	return Passed
}

// Unevaluated reports whether a finding says "this could not be evaluated" (K8S000, IAC000, …, a rule marked so) rather
// than naming a violation. Such findings make a run incomplete, not failed.
func Unevaluated(f *finding.Finding) bool {
	if f.Incomplete {
		return true
	}
	prefix, ok := strings.CutSuffix(f.Rule, "000")
	return ok && prefix != "" && (prefix[len(prefix)-1] < '0' || prefix[len(prefix)-1] > '9')
}

func fails(f *finding.Finding, failOn finding.Severity) bool {
	if failOn == "" {
		failOn = finding.Error
	}
	return severityOf(f).AtLeast(failOn)
}

// severityOf returns a finding's severity, taking one that nobody defined for the worst.
func severityOf(f *finding.Finding) finding.Severity {
	switch f.Severity {
	case finding.Error, finding.Warning, finding.Note:
		return f.Severity
	}
	return finding.Error
}

func gateIncomplete(g finding.GateResult) bool {
	switch g.Status {
	case finding.Pass, finding.Fail, finding.Skipped:
		return false
	}
	return true
}

// tally is what a report's findings come to, counted from the findings themselves so that no format can disagree with
// the list it prints.
type tally struct {
	bySeverity  map[finding.Severity]int
	unevaluated int // findings that say "could not be evaluated", counted here and not by severity
	incomplete  int // gates
	skipped     int
	judged      int // gates that judged something
}

func count(r *finding.Report) tally {
	t := tally{bySeverity: map[finding.Severity]int{}}
	for i := range r.Findings {
		t.add(&r.Findings[i])
	}
	for _, g := range r.Gates {
		switch {
		case gateIncomplete(g):
			t.incomplete++
		case g.Status == finding.Skipped:
			t.skipped++
		default:
			t.judged++
		}
	}
	return t
}

func (t *tally) add(f *finding.Finding) {
	if Unevaluated(f) {
		t.unevaluated++
	} else {
		t.bySeverity[severityOf(f)]++
	}
}

// findings words the counts, worst first: "2 errors, 1 note"; "" when there are none.
func (t *tally) findings() string {
	var parts []string
	for _, sev := range severities {
		if n := t.bySeverity[sev]; n > 0 {
			parts = append(parts, plural(n, string(sev)))
		}
	}
	if t.unevaluated > 0 {
		parts = append(parts, fmt.Sprintf("%d not evaluated", t.unevaluated))
	}
	return strings.Join(parts, ", ")
}

// headline is the run in one line. It never says "passed" without saying what was left out.
func headline(r *finding.Report, failOn finding.Severity) string {
	t := count(r)
	outcome := Verdict(r, failOn)
	var b strings.Builder
	b.WriteString(string(outcome))
	if outcome == Incomplete {
		b.WriteString(" (something could not be evaluated)")
	}
	b.WriteString(": ")
	switch found := t.findings(); {
	case found != "":
		b.WriteString(found)
	case t.judged == 0 && t.incomplete == 0:
		b.WriteString("no gate had anything to look at")
	default:
		b.WriteString("no findings")
	}
	if t.incomplete > 0 {
		b.WriteString("; " + plural(t.incomplete, "gate") + " incomplete")
	}
	if t.skipped > 0 && t.judged+t.incomplete > 0 {
		b.WriteString("; " + plural(t.skipped, "gate") + " skipped")
	}
	return b.String()
}

// severities in the order people should read them.
var severities = []finding.Severity{finding.Error, finding.Warning, finding.Note}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
