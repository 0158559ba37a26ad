package pipeline

import (
	"strings"
	"unicode/utf8"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// Source is where the nodes of a file come from.
type Source struct {
	docs  []*document.Document
	lines []string // of the file; nil when its text is not known
}

// SourceOf returns the source of a file's documents. The text may be nil.
func SourceOf(text []byte, docs []*document.Document) Source {
	s := Source{docs: docs}
	if text != nil {
		s.lines = linesOf(text)
	}
	return s
}

// Part tells where a scalar stands of which a script is made from a line on. Without the file's text that is the scalar's
// range, no more.
func (s Source) Part(n *document.Node, first int) Part {
	p := Part{First: first}
	if len(s.docs) > 0 { // the documents of a file share its text, so any of them knows
		p.Range = s.docs[0].Range(n)
	}
	if start := p.Range.Start; start.Line > 0 && start.Line <= len(s.lines) {
		s.exact(&p, n.Text)
	}
	return p
}

// exact finds the text of a scalar in the lines of the file.
func (s Source) exact(p *Part, text string) {
	at := p.Range.Start
	line := behind(s.lines[at.Line-1], at.Column)
	header := withoutProperties(line)
	if strings.HasPrefix(header, "|") {
		if indent, ok := s.literal(at.Line, text); ok {
			p.Exact, p.Line, p.Column, p.Indent = true, at.Line+1, indent+1, indent
		}
		return
	}
	column := at.Column + utf8.RuneCountInString(line) - utf8.RuneCountInString(header)
	if strings.HasPrefix(header, `"`) || strings.HasPrefix(header, "'") {
		column, header = column+1, header[1:]
	}
	if text != "" && strings.HasPrefix(header, strings.TrimSuffix(text, "\n")) {
		p.Exact, p.Line, p.Column = true, at.Line, column
	}
}

// literal compares a text with the lines below its header, and returns how far they are indented.
func (s Source) literal(header int, text string) (indent int, ok bool) {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if header+len(lines) > len(s.lines) {
		return 0, false
	}
	indent = -1
	for i, line := range lines {
		written := s.lines[header+i]
		if strings.TrimSpace(line) == "" && indent < 0 {
			continue
		}
		if indent < 0 {
			indent = len(written) - len(line)
		}
		if len(written) < indent {
			if line != "" || strings.TrimSpace(written) != "" {
				return 0, false
			}
			continue
		}
		if indent < 0 || written[indent:] != line {
			return 0, false
		}
	}
	return indent, indent >= 0
}

// withoutProperties returns what follows the tag and the anchor of a scalar.
func withoutProperties(line string) string {
	for strings.HasPrefix(line, "!") || strings.HasPrefix(line, "&") {
		at := strings.IndexAny(line, " \t")
		if at < 0 {
			return ""
		}
		line = strings.TrimLeft(line[at:], " \t")
	}
	return line
}

// behind returns a line from a column on.
func behind(line string, column int) string {
	for ; column > 1 && line != ""; column-- {
		_, n := utf8.DecodeRuneInString(line)
		line = line[n:]
	}
	return line
}

// linesOf parts a text as package document counts lines. A text that is no UTF-8 has none.
func linesOf(text []byte) []string {
	s := strings.TrimPrefix(string(text), "\uFEFF")
	if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
		return nil
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Split(strings.ReplaceAll(s, "\r", "\n"), "\n")
}
