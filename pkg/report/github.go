package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// githubWriter writes workflow commands, which the GitHub runner turns into annotations on a pull request's lines.
//
// The runner reads every line a step prints, so a line break in a resource's name would let the repository issue commands
// of its own. Everything from the repository is therefore made visible first and then escaped as the runner decodes it.
type githubWriter struct{ opt Options }

const (
	// githubShown is how many annotations of one level GitHub keeps a step.
	githubShown = 10

	// githubMessage bounds one annotation's message (GitHub takes 64 KB), githubTitle its title (255 characters).
	githubMessage = 16 << 10
	githubTitle   = 200
)

func (g githubWriter) Write(w io.Writer, r *finding.Report) error {
	p := &printer{w: w}
	for _, gate := range r.Gates {
		if gateIncomplete(gate) {
			p.command("error", "", "cdbgate "+orUnnamed(gate.Name)+" is incomplete", visible(reasonOf(gate)))
		}
	}
	for _, sev := range severities {
		var level []*finding.Finding
		for i := range r.Findings {
			if f := &r.Findings[i]; severityOf(f) == sev {
				level = append(level, f)
			}
		}
		p.annotations(sev, level)
	}
	// Not "::", and nothing from the repository: this line is read as plain text.
	p.str("cdbgate: " + headline(r, g.opt.FailOn))
	if r.Mode != "" {
		p.str("; mode: " + visible(string(r.Mode)))
	}
	p.newline()
	p.flush()
	return p.err
}

// annotations writes one level. When GitHub will drop some, the first of every rule go first, so that the ones it keeps
// say the most, and the log gets them folded.
func (p *printer) annotations(sev finding.Severity, level []*finding.Finding) {
	folded := len(level) > githubShown
	if folded {
		level = firstOfEachRule(level)
		p.str(fmt.Sprintf("::group::cdbgate: %s (annotations show %d of them)", plural(len(level), string(sev)), githubShown))
		p.newline()
	}
	for _, f := range level {
		p.command(githubLevel(sev), githubPlace(f.Location), f.Rule+" "+f.Title, githubText(f))
	}
	if folded {
		p.str("::endgroup::")
		p.newline()
	}
}

func firstOfEachRule(level []*finding.Finding) []*finding.Finding {
	seen := map[string]bool{}
	first := make([]*finding.Finding, 0, len(level))
	var rest []*finding.Finding
	for _, f := range level {
		if seen[f.Rule] {
			rest = append(rest, f)
		} else {
			first = append(first, f)
		}
		seen[f.Rule] = true
	}
	return append(first, rest...)
}

func githubLevel(sev finding.Severity) string {
	if sev == finding.Note {
		return "notice"
	}
	return string(sev)
}

// command writes "::level place,title=…::message". The place is escaped already, the message made visible: its line breaks
// are wanted.
func (p *printer) command(level, place, title, message string) {
	p.str("::" + level + " " + place)
	if place != "" {
		p.str(",")
	}
	p.str("title=" + githubProperty.Replace(visible(clip(title, githubTitle))) + "::")
	p.str(githubData.Replace(message))
	p.newline()
}

// githubText is the annotation's body; its line breaks are ours.
func githubText(f *finding.Finding) string {
	var b strings.Builder
	b.WriteString(visible(clip(messageOf(f), githubMessage)))
	if len(f.Clauses) > 0 {
		b.WriteString(" (" + visible(strings.Join(f.Clauses, ", ")) + ")")
	}
	if f.Resource != "" {
		b.WriteString("\nin: " + visible(clip(f.Resource, maxMessage)))
	}
	if f.Remediation != "" {
		b.WriteString("\nfix: " + visibleLines(clip(f.Remediation, maxMessage)))
	}
	return b.String()
}

// githubPlace words a location as properties. GitHub takes columns only for a range on one line.
func githubPlace(l *finding.Location) string {
	if l == nil || l.Path == "" {
		return ""
	}
	place := "file=" + githubProperty.Replace(visible(l.Path))
	at := spanOf(l)
	if at.startLine == 0 {
		return place
	}
	place += ",line=" + strconv.Itoa(at.startLine)
	oneLine := at.endLine == 0 || at.endLine == at.startLine
	if at.startColumn > 0 && oneLine {
		place += ",col=" + strconv.Itoa(at.startColumn)
	}
	if at.endLine > 0 {
		place += ",endLine=" + strconv.Itoa(at.lastLine())
	}
	if at.endColumn > 0 && oneLine {
		place += ",endColumn=" + strconv.Itoa(at.endColumn)
	}
	return place
}

// The escapes the runner decodes, in a message and in a property's value.
var (
	githubData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)
