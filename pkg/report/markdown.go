package report

import (
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// markdownWriter writes GitHub-flavoured Markdown for a job summary or a comment.
//
// GitHub drops a step's summary above 1 MiB without a word, so the output stays below markdownLimit by leaving out the
// least severe findings and saying how many.
type markdownWriter struct{ opt Options }

const (
	markdownLimit = 900_000
	markdownTail  = 150_000 // what of it the table of rules may use
	markdownOpen  = 25      // longer lists of findings are folded
	markdownNotes = 20
	markdownClip  = 1_000 // of one text from the report, before escaping
)

func (m markdownWriter) Write(w io.Writer, r *finding.Report) error {
	head := m.head(r)
	tail := markdownRules(r)
	d := &markdownDoc{room: markdownLimit - len(head) - len(tail)}
	for _, sev := range severities {
		d.section(r, sev)
	}
	_, err := io.WriteString(w, head+d.b.String()+tail)
	return err
}

func (m markdownWriter) head(r *finding.Report) string {
	outcome := Verdict(r, m.opt.FailOn)
	mark := map[Outcome]string{Passed: "✅", Failed: "❌", Incomplete: "⚠️"}[outcome]
	var b strings.Builder
	fmt.Fprintf(&b, "## %s cdbgate %s\n\n", mark, headline(r, m.opt.FailOn))
	if len(r.Gates) > 0 {
		b.WriteString("| Gate | Status | Documents | |\n|---|---|--:|---|\n")
		found := countGates(r)
		for _, g := range r.Gates {
			fmt.Fprintf(&b, "| %s | %s | %d | %s |\n", markdown(orUnnamed(g.Name)), statusOf(g), g.Documents,
				markdown(gateRemark(g, found[g.Name])))
		}
		b.WriteString("\n")
	}
	b.WriteString(markdownPlans(r))
	b.WriteString(markdownReconcilers(r))
	notes := 0
	for _, line := range scope(r, false) {
		if line.label == "note" {
			if notes++; notes > markdownNotes {
				continue
			}
		}
		fmt.Fprintf(&b, "- **%s:** %s\n", line.label, markdown(line.text))
	}
	if notes > markdownNotes {
		fmt.Fprintf(&b, "- %d more notes are in the other formats\n", notes-markdownNotes)
	}
	return b.String()
}

// markdownReconcilers folds the reconcilers and their bounds into a table.
func markdownReconcilers(r *finding.Report) string {
	if len(r.Reconcilers) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<details><summary>%s and sources, as configured</summary>\n\n| Reconciler | Where | Commit to cluster | Drift to repair |\n|---|---|---|---|\n", plural(len(r.Reconcilers), "reconciler"))
	for i, rec := range r.Reconcilers {
		if i == maxReconcilers {
			fmt.Fprintf(&b, "| and %d more | | | |\n", len(r.Reconcilers)-i)
			break
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", markdown(rec.Resource), markdownCode(fmt.Sprintf("%s:%d", rec.Path, rec.Line)), markdown(rec.CommitToCluster), markdown(rec.DriftToRepair))
	}
	b.WriteString("\n</details>\n\n")
	return b.String()
}

// gateRemark is what the other columns do not say: what was found, or why nothing could be.
func gateRemark(g finding.GateResult, found *tally) string {
	var parts []string
	if found != nil {
		parts = append(parts, found.findings())
	}
	if g.Reason != "" || g.Status == finding.Skipped || gateIncomplete(g) {
		parts = append(parts, reasonOf(g))
	}
	return strings.Join(parts, ": ")
}

// markdownDoc grows until its room is used up. Nothing is ever cut in the middle.
type markdownDoc struct {
	b    strings.Builder
	room int
}

// reserve is kept for closing a section that ran out of room.
const reserve = 400

// section writes one severity's findings as a table, folded when it is long.
func (d *markdownDoc) section(r *finding.Report, sev finding.Severity) {
	var level []*finding.Finding
	for i := range r.Findings {
		if f := &r.Findings[i]; severityOf(f) == sev {
			level = append(level, f)
		}
	}
	if len(level) == 0 {
		return
	}
	title := strings.ToUpper(string(sev[:1])) + string(sev[1:]) + "s"
	fmt.Fprintf(&d.b, "\n### %s (%d)\n\n", title, len(level))
	folded := len(level) > markdownOpen
	if folded {
		d.b.WriteString("<details><summary>Show them</summary>\n\n")
	}
	d.b.WriteString("| Where | Rule | What |\n|---|---|---|\n")
	left := 0
	for _, f := range level {
		row := markdownRow(f)
		if left > 0 || d.b.Len()+len(row) > d.room-len(severities)*reserve {
			left++
			continue
		}
		d.b.WriteString(row)
	}
	if folded {
		d.b.WriteString("\n</details>\n")
	}
	if left > 0 {
		fmt.Fprintf(&d.b, "\n%s left out, since GitHub shows no summary above 1 MiB. The JSON report has all of them.\n",
			plural(left, string(sev)))
	}
}

func markdownRow(f *finding.Finding) string {
	where := pathOf(f)
	if where == "" {
		where = orUnnamed(f.Gate)
	} else if at := spanOf(f.Location); at.startLine > 0 {
		where = clip(where, markdownClip) + ":" + strconv.Itoa(at.startLine)
		if at.startColumn > 0 {
			where += ":" + strconv.Itoa(at.startColumn)
		}
	}
	what := markdown(messageOf(f))
	if f.Resource != "" {
		what += "<br>in " + markdownCode(f.Resource)
	}
	rule := ruleLink(f.Rule)
	if len(f.Clauses) > 0 {
		rule += "<br>" + markdown(strings.Join(f.Clauses, ", "))
	}
	return "| " + markdownCode(where) + " | " + rule + " | " + what + " |\n"
}

// markdownRules lists the rules that found something with their remedies, once each.
func markdownRules(r *finding.Report) string {
	rules := countRules(r)
	if len(rules) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n### How to fix them\n\n| Rule | Findings | Title | Remedy |\n|---|--:|---|---|\n")
	for i, c := range rules {
		row := fmt.Sprintf("| %s | %d | %s | %s |\n", ruleLink(c.id), c.findings,
			markdown(strings.Join(strings.Fields(c.title), " ")), markdown(strings.Join(strings.Fields(c.remedy), " ")))
		if b.Len()+len(row) > markdownTail {
			fmt.Fprintf(&b, "\n%d more rules are in the JSON report.\n", len(rules)-i)
			break
		}
		b.WriteString(row)
	}
	return b.String()
}

// ruleLink links a rule's page. An ID that is not made of letters and digits is only shown.
func ruleLink(id string) string {
	for _, c := range []byte(id) {
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') {
			return markdown(id)
		}
	}
	if id == "" || len(id) > 32 {
		return markdown(id)
	}
	return "[" + id + "](" + rulePages + url.PathEscape(id) + ".md)"
}

// markdown makes text inert in a table cell or a line: everything that could be markup becomes a character reference,
// which Markdown shows but never interprets, and @ and # are kept from notifying people and linking issues by a
// zero-width space behind them.
func markdown(s string) string { return markdownEscape(s, "&#8203;") }

// markdownCode shows text in a fixed-width font. Mentions and references are inert inside code.
func markdownCode(s string) string { return "<code>" + markdownEscape(s, "") + "</code>" }

func markdownEscape(s, guard string) string {
	s = visible(clip(s, markdownClip))
	var b strings.Builder
	b.Grow(len(s) + 16)
	for i := range len(s) {
		c := s[i]
		if !markdownSpecial(s, i) {
			b.WriteByte(c)
			continue
		}
		b.WriteString("&#" + strconv.Itoa(int(c)) + ";")
		if c == '@' || c == '#' {
			b.WriteString(guard)
		}
	}
	return b.String()
}

// markdownSpecial reports whether the byte at i may mean something to Markdown, HTML or GitHub. A colon matters in ://, where
// GitHub makes a link of it, and around emoji names; a dot in www. Nothing escaped here ever starts a line.
func markdownSpecial(s string, i int) bool {
	switch s[i] {
	case '\\', '`', '*', '_', '[', ']', '<', '>', '#', '|', '~', '@', '&', '$':
		return true
	case ':':
		return i+1 < len(s) && s[i+1] != ' ' && (s[i+1] < '0' || s[i+1] > '9')
	case '.':
		return i >= 3 && strings.EqualFold(s[i-3:i], "www")
	}
	return false
}
