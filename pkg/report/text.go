package report

import (
	"io"
	"strconv"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// textWriter writes for people, in the manner of a compiler: every finding starts a line with path:line:column, which
// editors jump to and grep finds; what belongs to it is indented below.
type textWriter struct{ opt Options }

// defaultWidth is assumed where nobody knows how wide the output is.
const defaultWidth = 100

// maxMessage bounds one finding's message on a screen; machine formats carry all of it.
const maxMessage = 4 << 10

func (t textWriter) Write(w io.Writer, r *finding.Report) error {
	p := &printer{w: w, opt: t.opt}
	if p.opt.Width <= 0 {
		p.opt.Width = defaultWidth
	}
	p.findings(r)
	p.summary(r)
	p.flush()
	return p.err
}

// printer collects output and writes it in large pieces. The first error sticks.
type printer struct {
	w   io.Writer
	opt Options
	buf []byte
	err error
}

// flushAt is how much output is gathered before it is written.
const flushAt = 64 << 10

func (p *printer) flush() {
	if p.err == nil && len(p.buf) > 0 {
		_, p.err = p.w.Write(p.buf)
	}
	p.buf = p.buf[:0]
}

// Terminal styles, as SGR parameters.
const (
	bold   = "1"
	dim    = "2"
	red    = "1;31"
	yellow = "1;33"
	cyan   = "1;36"
	green  = "1;32"
)

func severityStyle(sev finding.Severity) string {
	switch sev {
	case finding.Error:
		return red
	case finding.Warning:
		return yellow
	}
	return cyan
}

func (p *printer) str(s string) { p.buf = append(p.buf, s...) }

// styled appends s, in a style when colours are wanted.
func (p *printer) styled(style, s string) {
	if !p.opt.Color {
		p.buf = append(p.buf, s...)
		return
	}
	p.buf = append(p.buf, "\x1b["...)
	p.buf = append(p.buf, style...)
	p.buf = append(p.buf, 'm')
	p.buf = append(p.buf, s...)
	p.buf = append(p.buf, "\x1b[0m"...)
}

func (p *printer) newline() {
	p.buf = append(p.buf, '\n')
	if len(p.buf) >= flushAt {
		p.flush()
	}
}

// findings prints every finding in the report's order, under one header a file. A rule's remedy stands at its first
// finding only; the table of rules repeats it where a rule struck in more than one file.
func (p *printer) findings(r *finding.Report) {
	var frames *framer
	if p.opt.Source != nil && (p.opt.Color || p.opt.Frames) {
		frames = newFramer(r, p.opt)
	}
	explained := map[string]bool{}
	for i := 0; i < len(r.Findings); {
		end := i + 1
		for end < len(r.Findings) && sameGroup(&r.Findings[i], &r.Findings[end]) {
			end++
		}
		group := r.Findings[i:end]
		p.header(group)
		for j := range group {
			f := &group[j]
			p.finding(f)
			p.newline()
			if frames != nil {
				frames.print(p, f)
			}
			if f.Resource != "" {
				p.labelled("in", clip(f.Resource, maxMessage))
			}
			if f.Remediation != "" && !explained[f.Rule] {
				p.wrapped(2, "fix", f.Remediation)
			}
			explained[f.Rule] = true
		}
		if !p.opt.Quiet {
			p.newline()
		}
		i = end
	}
}

// pathOf returns the file a finding points at, "" when it points at none.
func pathOf(f *finding.Finding) string {
	if f.Location == nil {
		return ""
	}
	return f.Location.Path
}

// sameGroup: findings belong together by file, those without one by gate.
func sameGroup(a, b *finding.Finding) bool {
	return pathOf(a) == pathOf(b) && (pathOf(a) != "" || a.Gate == b.Gate)
}

func (p *printer) header(group []finding.Finding) {
	if p.opt.Quiet {
		return
	}
	var t tally
	t.bySeverity = map[finding.Severity]int{}
	for i := range group {
		t.add(&group[i])
	}
	subject := pathOf(&group[0])
	if subject == "" {
		subject = orUnnamed(group[0].Gate)
	}
	p.styled(bold, shownName(subject))
	p.str(" (")
	p.str(t.findings())
	p.str(")")
	p.newline()
}

// orUnnamed: a line must never start with nothing where its subject belongs.
func orUnnamed(gate string) string {
	if gate == "" {
		return "cdbgate"
	}
	return gate
}

// finding prints "path:line:column: severity: message [rule] (clauses)". Unknown parts of the position are left out, and
// a finding without a file is the gate's. The line is left open.
func (p *printer) finding(f *finding.Finding) {
	if path := pathOf(f); path != "" {
		p.str(shownName(path))
		if at := spanOf(f.Location); at.startLine > 0 {
			p.buf = append(p.buf, ':')
			p.buf = strconv.AppendInt(p.buf, int64(at.startLine), 10)
			if at.startColumn > 0 {
				p.buf = append(p.buf, ':')
				p.buf = strconv.AppendInt(p.buf, int64(at.startColumn), 10)
			}
		}
	} else {
		p.str(shownName(orUnnamed(f.Gate)))
	}
	p.str(": ")
	sev := severityOf(f)
	p.styled(severityStyle(sev), string(sev))
	p.str(": ")
	p.buf = appendVisible(p.buf, clip(messageOf(f), maxMessage))
	p.str(" [")
	p.buf = appendVisible(p.buf, f.Rule)
	p.str("]")
	if len(f.Clauses) > 0 {
		p.str(" (")
		for i, clause := range f.Clauses {
			if i > 0 {
				p.str(", ")
			}
			p.buf = appendVisible(p.buf, clause)
		}
		p.str(")")
	}
}

// messageOf: a rule may leave the message to its title.
func messageOf(f *finding.Finding) string {
	if f.Message == "" {
		return f.Title
	}
	return f.Message
}

// labelled prints "  label: text" on one line.
func (p *printer) labelled(label, text string) {
	p.str("  ")
	p.styled(dim, label+":")
	p.str(" ")
	p.buf = appendVisible(p.buf, text)
	p.newline()
}

// wrapped prints "label: text" behind a margin, breaking the text at the width and indenting what follows. Text of several
// lines is something to paste: its lines stay as they are.
func (p *printer) wrapped(margin int, label, text string) {
	p.str(strings.Repeat(" ", margin))
	p.styled(dim, label+":")
	if lines := strings.Split(strings.TrimSpace(text), "\n"); len(lines) > 1 {
		for _, line := range lines {
			p.newline()
			p.str(strings.Repeat(" ", margin+4))
			p.str(notLeading(visible(strings.TrimRight(line, " \t\r"))))
		}
		p.newline()
		return
	}
	indent := margin + len(label) + 1
	used := indent
	for i, word := range strings.Fields(text) {
		word = visible(word)
		if i > 0 && used+1+len(word) > p.opt.Width {
			p.newline()
			p.str(strings.Repeat(" ", indent))
			used = indent
			word = notLeading(word)
		}
		p.str(" ")
		p.str(word)
		used += 1 + len(word)
	}
	p.newline()
}
