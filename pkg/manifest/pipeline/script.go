package pipeline

import (
	"slices"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/shell"
)

// Script is what a workflow gives a shell to run at once: a block, or the lines of a list.
type Script struct {
	Text  string
	Shell string   // the interpreter as written, "" for the system's own
	Where string   // in words: "job deploy, step 3"
	Holes [][2]int // byte ranges of Text that the system fills in before a shell reads it
	Parts []Part   // where Text was written, in order; never empty
}

// Part is a scalar of which a script, or some lines of one, was made.
type Part struct {
	First int            // the line of the script it begins with, from 1
	Range document.Range // of the scalar

	// Exact is set when the text stands in the file as it is: in a literal block, or in one line. Then line n of the part
	// is line Line+n-1 of the file; its columns are further right by Column-1 in the first line, by Indent in all others.
	Exact  bool
	Line   int
	Column int
	Indent int
}

// Place returns where a stretch of the script is in the file, lines and columns counted from 1. When exact is false it is
// the range of the scalars it was made of.
func (s *Script) Place(line, column, endLine, endColumn int) (r document.Range, exact bool) {
	first, last := s.part(line), s.part(endLine)
	r = document.Range{Start: first.Range.Start, End: last.Range.End}
	if first.Exact {
		r.Start = first.place(line, column)
	}
	if last.Exact {
		r.End = last.place(endLine, endColumn)
	}
	return r, first.Exact && last.Exact
}

func (s *Script) part(line int) Part {
	for i := len(s.Parts) - 1; i > 0; i-- {
		if s.Parts[i].First <= line {
			return s.Parts[i]
		}
	}
	return s.Parts[0]
}

func (p Part) place(line, column int) document.Position {
	n := line - p.First
	if n == 0 {
		return document.Position{Line: p.Line, Column: p.Column + column - 1}
	}
	return document.Position{Line: p.Line + n, Column: p.Indent + column}
}

// IsShell reports whether the interpreter reads what package shell does.
func (s *Script) IsShell() bool { return posix(s.Shell) }

// hole is how a CI system writes what it fills in before a shell reads the script: from open to the next end.
type hole struct {
	open, end string
	begins    []string // what follows open, one of these; nil for anything
}

// fits reports whether the text between open and end is what the system fills in.
func (h hole) fits(inner string) bool {
	inner = strings.TrimLeft(inner, " ")
	return h.begins == nil || slices.ContainsFunc(h.begins, func(begin string) bool { return strings.HasPrefix(inner, begin) })
}

// in returns where a script has holes.
func (h hole) in(text string) (holes [][2]int) {
	if h.open == "" {
		return nil
	}
	end := -1 // the next, which is looked for once for all that open before it
	for i := 0; ; {
		n := strings.Index(text[i:], h.open)
		if n < 0 {
			return holes
		}
		from := i + n
		i = from + len(h.open)
		if end < i {
			if n = strings.Index(text[i:], h.end); n < 0 {
				return holes
			}
			end = i + n
		}
		if h.fits(text[i:end]) {
			i = end + len(h.end)
			holes = append(holes, [2]int{from, i})
		}
	}
}

// Holes returns where a script has what some program fills in before a shell reads it, from open to the next end: {{ … }}.
func Holes(text, open, end string) [][2]int { return hole{open: open, end: end}.in(text) }

// script reads a script: a string, or a list of lines that may hold further lists. shell is the interpreter as written,
// "" for the system's own.
func (c *collector) script(n *document.Node, shell string) {
	s := Script{Shell: strings.Clone(shell), Where: c.where}
	var b strings.Builder
	lines := 1
	var gather func(n *document.Node)
	gather = func(n *document.Node) {
		if !c.first(n) || reference(n) {
			return
		}
		switch n.Kind {
		case document.Sequence:
			for _, item := range n.Items {
				gather(item)
			}
		case document.Mapping, document.Null:
		default:
			if len(s.Parts) > 0 {
				b.WriteByte('\n')
				lines++
			}
			s.Parts = append(s.Parts, c.Part(n, lines))
			b.WriteString(n.Text)
			lines += strings.Count(n.Text, "\n")
		}
	}
	gather(n)
	if len(s.Parts) > 0 {
		s.Text = b.String()
		s.Holes = c.hole.in(s.Text)
		c.add(s)
	}
}

// reference reports whether a node is what GitLab's !reference [.job, script] leaves once its tag is gone.
func reference(n *document.Node) bool {
	return n.Kind == document.Sequence && len(n.Items) >= 2 && len(n.Items) <= 3 &&
		strings.HasPrefix(n.Items[0].Str(), ".") && !strings.ContainsAny(n.Items[0].Str(), " /")
}

// add notes a script and its commands.
func (c *collector) add(s Script) {
	p := c.pipeline
	p.Scripts = append(p.Scripts, s)
	dialect, ok := shell.Interpreter(s.Shell)
	if s.Shell != "" && !ok {
		p.Unparsed = true
		p.Commands = append(p.Commands, rawWords(s.Text)...)
		return
	}
	commands, err := shell.Commands(s.Text, shell.Options{Dialect: dialect, Holes: s.Holes})
	p.Unparsed = p.Unparsed || err != nil
	for _, command := range commands {
		if !command.Wrapped { // its words are the end of those of the command before it
			p.Commands = append(p.Commands, clone(command.Words))
		}
	}
}

// clone copies words, so that they do not keep the whole file in memory.
func clone(words []string) []string {
	for i := range words {
		words[i] = strings.Clone(words[i])
	}
	return words
}

// posix reports whether an interpreter reads what package shell reads: bash, sh and their kin.
func posix(interpreter string) bool {
	_, ok := shell.Interpreter(interpreter)
	return ok || strings.TrimSpace(interpreter) == ""
}

func rawWords(text string) [][]string {
	var out [][]string
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 {
			out = append(out, clone(words))
		}
	}
	return out
}
