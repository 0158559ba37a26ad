package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// summary prints what the run came to. Quiet keeps of it only what must never go unsaid: gates that could not judge, and
// then the verdict.
func (p *printer) summary(r *finding.Report) {
	outcome := Verdict(r, p.opt.FailOn)
	if p.opt.Quiet {
		gaps := false
		for _, g := range r.Gates {
			if gateIncomplete(g) {
				p.gap(g)
				gaps = true
			}
		}
		if gaps || outcome == Incomplete {
			p.verdict(r, outcome)
		}
		return
	}
	p.plans(r)
	p.rules(r)
	p.gates(r)
	p.reconcilers(r)
	for _, line := range scope(r, p.opt.Verbose) {
		p.styled(dim, pad(line.label, 9))
		p.str(visibleText(line.text))
		p.newline()
	}
	p.newline()
	p.verdict(r, outcome)
}

func (p *printer) gap(g finding.GateResult) {
	p.str(shownName(orUnnamed(g.Name)))
	p.str(": ")
	p.styled(red, "incomplete")
	p.str(": ")
	p.str(visibleText(reasonOf(g)))
	p.newline()
}

func (p *printer) verdict(r *finding.Report, outcome Outcome) {
	style := green
	if outcome != Passed {
		style = red
	}
	p.styled(style, headline(r, p.opt.FailOn))
	p.newline()
}

// ruleCount is one line of the table of rules that found something.
type ruleCount struct {
	id, title, remedy string
	severity          finding.Severity
	findings, files   int
}

// countRules lists the rules with findings, most severe first, then by how often they struck, then by ID.
func countRules(r *finding.Report) []*ruleCount {
	byID := map[string]*ruleCount{}
	lastPath := map[string]string{}
	var rules []*ruleCount
	for i := range r.Findings {
		f := &r.Findings[i]
		c := byID[f.Rule]
		if c == nil {
			c = &ruleCount{id: f.Rule, title: f.Title, remedy: f.Remediation, severity: severityOf(f)}
			byID[f.Rule] = c
			rules = append(rules, c)
		}
		c.findings++
		if path := pathOf(f); c.files == 0 || path != lastPath[f.Rule] {
			c.files++
			lastPath[f.Rule] = path
		}
		if sev := severityOf(f); !c.severity.AtLeast(sev) {
			c.severity = sev
		}
	}
	slices.SortFunc(rules, func(a, b *ruleCount) int {
		return cmp.Or(
			cmp.Compare(slices.Index(severities, a.severity), slices.Index(severities, b.severity)),
			cmp.Compare(b.findings, a.findings),
			strings.Compare(a.id, b.id),
		)
	})
	return rules
}

func (p *printer) rules(r *finding.Report) {
	rules := countRules(r)
	if len(rules) == 0 {
		return
	}
	p.styled(bold, "Rules")
	p.newline()
	for _, c := range rules {
		p.str("  ")
		p.styled(severityStyle(c.severity), pad(shownName(c.id), 7))
		p.str(fmt.Sprintf("%6d  ", c.findings))
		p.str(visibleText(c.title))
		p.newline()
		if c.files > 1 && c.remedy != "" {
			p.wrapped(17, "fix", c.remedy)
		}
	}
	p.newline()
}

// maxGateColumn is how wide a gate's name may make the table.
const maxGateColumn = 32

func (p *printer) gates(r *finding.Report) {
	if len(r.Gates) == 0 {
		return
	}
	width := 0
	for _, g := range r.Gates {
		width = max(width, min(len(g.Name), maxGateColumn))
	}
	found := countGates(r)
	p.styled(bold, "Gates")
	p.newline()
	for _, g := range r.Gates {
		p.str("  ")
		p.str(pad(shownName(orUnnamed(g.Name)), width+2))
		p.styled(statusStyle(g), pad(string(statusOf(g)), 12))
		p.str(visibleText(gateLine(g, found[g.Name])))
		if p.opt.Verbose {
			p.str(fmt.Sprintf(" in %d ms", g.DurationMS))
		}
		p.newline()
	}
	p.newline()
}

// gateLine words what a gate did: how much it judged and found, or why it did not.
func gateLine(g finding.GateResult, found *tally) string {
	if g.Status == finding.Skipped {
		return reasonOf(g)
	}
	line := plural(g.Documents, "document")
	if found != nil {
		line += ", " + found.findings()
	}
	if g.Reason != "" || gateIncomplete(g) {
		line += ": " + reasonOf(g)
	}
	return line
}

// maxReconcilers is how many reconcilers a screen shows; machine formats carry all.
const maxReconcilers = 50

// reconcilers prints what is configured to reconcile, each with its two bounds.
func (p *printer) reconcilers(r *finding.Report) {
	if len(r.Reconcilers) == 0 {
		return
	}
	p.styled(bold, "Reconcilers and sources, as configured")
	p.newline()
	for i, rec := range r.Reconcilers {
		if i == maxReconcilers {
			p.str(fmt.Sprintf("  and %d more", len(r.Reconcilers)-i))
			p.newline()
			break
		}
		p.str("  ")
		p.str(visibleText(clip(rec.Resource, maxMessage)))
		if rec.Path != "" {
			p.styled(dim, " ("+shownName(rec.Path)+fmt.Sprintf(":%d)", rec.Line))
		}
		p.newline()
		if rec.DriftToRepair == "" {
			p.str("    commit noticed after: " + visibleText(rec.CommitToCluster))
		} else {
			p.str("    commit to cluster: " + visibleText(rec.CommitToCluster) + "; drift to repair: " + visibleText(rec.DriftToRepair))
		}
		p.newline()
	}
	p.newline()
}

func countGates(r *finding.Report) map[string]*tally {
	found := map[string]*tally{}
	for i := range r.Findings {
		f := &r.Findings[i]
		t := found[f.Gate]
		if t == nil {
			t = &tally{bySeverity: map[finding.Severity]int{}}
			found[f.Gate] = t
		}
		t.add(f)
	}
	return found
}

func reasonOf(g finding.GateResult) string {
	if g.Reason == "" {
		return "no reason given"
	}
	return clip(g.Reason, maxMessage)
}

// statusOf returns a gate's status; one that nobody defined is not shown as if it meant something.
func statusOf(g finding.GateResult) finding.Status {
	if gateIncomplete(g) {
		return finding.Incomplete
	}
	return g.Status
}

func statusStyle(g finding.GateResult) string {
	switch statusOf(g) {
	case finding.Pass:
		return green
	case finding.Skipped:
		return dim
	}
	return red
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(width-len(s), 1))
}
