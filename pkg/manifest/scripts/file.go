package scripts

import (
	"bytes"
	"errors"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/pipeline"
	"github.com/claire-de-binare/cdbgate/pkg/shell"
)

// file is one file at hand and what was found in it.
type file struct {
	path  string
	kind  string
	src   []byte
	text  string // without a byte order mark
	lines []int  // offsets at which lines begin
	cursor

	commands []Command
	faults   []Fault
}

func (f *file) setText(src []byte) {
	f.src = bytes.TrimPrefix(src, []byte("\uFEFF"))
	f.text = string(f.src)
}

// seek finds the line an offset is in, and counts its columns from where it was asked last.
func (f *file) seek(off int) cursor {
	if f.lines == nil {
		f.lines = []int{0}
		for i, c := range f.src {
			if c == '\n' {
				f.lines = append(f.lines, i+1)
			}
		}
	}
	off = max(0, min(off, len(f.text)))
	line := sort.SearchInts(f.lines, off+1)
	at := f.cursor
	if at.line != line || at.off > off {
		at = cursor{f.lines[line-1], line, 1}
	}
	at.column += utf8.RuneCountInString(f.text[at.off:off])
	at.off = off
	return at
}

// cursor is a place in a file.
type cursor struct{ off, line, column int }

func (c cursor) position() document.Position {
	return document.Position{Line: c.line, Column: c.column}
}

func (f *file) rangeOf(from, to int) document.Range {
	f.cursor = f.seek(from)
	return document.Range{Start: f.cursor.position(), End: f.seek(max(from, to)).position()}
}

// script is a script put together from the file: most of it as it is written, some filled in.
type script struct {
	text    strings.Builder
	spans   []span
	holes   [][2]int
	where   string
	dialect shell.Dialect
	known   map[string]string
}

// span is a stretch of a script and where it comes from: text[at:at+n] is file[from:to], byte by byte when it was copied.
type span struct {
	at, n    int
	from, to int
	copied   bool
	loose    bool // file[from:to] is more than what the text comes from
}

// copy appends a stretch of the file.
func (s *script) copy(f *file, from, to int) {
	if from >= to {
		return
	}
	if k := len(s.spans) - 1; k >= 0 && s.spans[k].copied && s.spans[k].to == from {
		s.spans[k].n += to - from
		s.spans[k].to = to
	} else {
		s.spans = append(s.spans, span{s.text.Len(), to - from, from, to, true, false})
	}
	s.text.WriteString(f.text[from:to])
}

// write appends a text for what stands at from.
func (s *script) write(text string, from, to int) {
	s.spans = append(s.spans, span{s.text.Len(), len(text), from, to, false, false})
	s.text.WriteString(text)
}

// unknown appends something that only the program which reads the file can know.
func (s *script) unknown(from, to int) {
	s.holes = append(s.holes, [2]int{s.text.Len(), s.text.Len() + 1})
	s.write("?", from, to)
}

// place turns a stretch of the script into one of the file.
func (s *script) place(from, to int) (int, int, bool) {
	if len(s.spans) == 0 {
		return 0, 0, false
	}
	first, last := s.span(from), s.span(max(from, to-1))
	start, end := first.from, last.to
	if first.copied {
		start = first.from + min(from-first.at, first.n)
	}
	if last.copied {
		end = last.from + min(to-last.at, last.n)
	}
	return start, end, !first.loose && !last.loose
}

func (s *script) span(off int) span {
	i := sort.Search(len(s.spans), func(i int) bool { return s.spans[i].at > off }) - 1
	return s.spans[max(i, 0)]
}

// run lists the commands of a script.
func (f *file) run(s *script) {
	commands, err := shell.Commands(s.text.String(), shell.Options{Dialect: s.dialect, Known: s.known, Holes: s.holes})
	f.commands = slices.Grow(f.commands, len(commands))
	for _, c := range commands {
		from, to, exact := s.place(c.From, c.To)
		f.add(c, f.rangeOf(from, to), exact && !c.Raw, s.where)
	}
	var fault *shell.Error
	if errors.As(err, &fault) {
		from, to, _ := s.place(fault.Offset, fault.Offset)
		f.fault(f.rangeOf(from, to), s.where, fault.Message)
	}
}

// raw lists the words of each line of a script in another language.
func (f *file) raw(s *script) {
	for _, c := range shell.Raw(s.text.String()) {
		from, to, _ := s.place(c.From, c.To)
		f.add(c, f.rangeOf(from, to), false, s.where)
	}
}

func (f *file) add(c shell.Command, r document.Range, exact bool, where string) {
	f.commands = append(f.commands, Command{
		Path: f.path, Range: r, Exact: exact, Words: c.Words, Via: c.Via, Wrapped: c.Wrapped, Raw: c.Raw, Kind: f.kind, Where: where,
	})
}

func (f *file) fault(r document.Range, where, message string) {
	if where != "" {
		message = where + ": " + message
	}
	f.faults = append(f.faults, Fault{f.path, r, message})
}

// runYAML lists the commands of a script in a YAML or JSON file.
func (f *file) runYAML(s *pipeline.Script) {
	dialect, ok := shell.Interpreter(s.Shell)
	var commands []shell.Command
	var err error
	switch {
	case ok || s.Shell == "" || strings.Contains(s.Shell, "${{"):
		if own, is := interpreter(s.Text); is {
			dialect = own
		}
		commands, err = shell.Commands(s.Text, shell.Options{Dialect: dialect, Holes: s.Holes})
	case commandLines(s.Shell):
		commands = shell.Raw(s.Text)
	default:
		return
	}
	for _, c := range commands {
		r, exact := s.Place(c.Line, c.Column, c.EndLine, c.EndColumn)
		f.add(c, r, exact && !c.Raw, s.Where)
	}
	var fault *shell.Error
	if errors.As(err, &fault) {
		r, _ := s.Place(fault.Line, fault.Column, fault.Line, fault.Column)
		f.fault(r, s.Where, fault.Message)
	}
}

// commandLines reports whether an interpreter is a shell of Windows: its lines are mostly commands, too.
func commandLines(interpreter string) bool {
	fields := strings.Fields(strings.ToLower(interpreter))
	if len(fields) == 0 {
		return false
	}
	switch strings.TrimSuffix(fields[0], ".exe") {
	case "pwsh", "powershell", "cmd", "bat", "pscore":
		return true
	}
	return false
}
