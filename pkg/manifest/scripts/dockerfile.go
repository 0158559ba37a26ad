package scripts

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/shell"
)

// builder reads a Dockerfile.
type builder struct {
	*file
	lines  []line
	escape byte              // what continues a line
	known  map[string]string // by ARG and ENV
	shell  []string          // set by SHELL
	entry  *exec             // the stage's ENTRYPOINT and CMD, when they are lists of words
	cmd    *exec
}

// exec is an instruction with a list of words, and its place.
type exec struct {
	words    []string
	from, to int
	where    string
}

func dockerfile(f *file) {
	f.kind = Dockerfile
	b := &builder{file: f, lines: f.split(), escape: '\\', known: map[string]string{}}
	directives := true
	for i := 0; i < len(b.lines); {
		text := strings.TrimSpace(b.of(b.lines[i]))
		if directives = directives && strings.HasPrefix(text, "#"); directives {
			key, value, _ := strings.Cut(text[1:], "=")
			if strings.EqualFold(strings.TrimSpace(key), "escape") && strings.TrimSpace(value) == "`" {
				b.escape = '`'
			}
		}
		if text == "" || text[0] == '#' {
			i++
			continue
		}
		i = b.instruction(i)
	}
	b.stage()
}

// instruction reads the instruction that begins with line i, and returns the line behind it.
func (b *builder) instruction(i int) int {
	s := &script{known: b.known}
	first := b.lines[i].from + indent(b.of(b.lines[i]))
	end := i
	for {
		l := b.lines[end]
		from := l.from
		if end == i {
			from = first
		}
		end++
		text := strings.TrimRight(b.text[from:l.to], " \t")
		if trimmed := strings.TrimSpace(text); end > i+1 && (trimmed == "" || trimmed[0] == '#') { // belongs to no instruction
			if end == len(b.lines) {
				break
			}
			continue
		}
		if text == "" || text[len(text)-1] != b.escape {
			s.copy(b.file, from, from+len(text))
			break
		}
		s.copy(b.file, from, from+len(text)-1)
		s.write("\\\n", from+len(text)-1, from+len(text))
		if end == len(b.lines) {
			break
		}
	}
	name, _, _ := strings.Cut(s.text.String(), " ")
	name = strings.TrimRight(name, "\t\\\n")
	name, _, _ = strings.Cut(name, "\t")
	var body [2]int
	if upper := strings.ToUpper(name); upper == "RUN" || upper == "COPY" || upper == "ADD" || upper == "ONBUILD" {
		end, body = b.documents(s, end)
	}
	b.do(s, 0, "", body)
	return end
}

// heredoc is the beginning of a here document in an instruction.
var heredoc = regexp.MustCompile(`(?:^|[\s;|&(])\d?<<(-?)["']?([A-Za-z_][\w.]*)["']?`)

// documents appends the here documents that an instruction begins. body is the first in the script.
func (b *builder) documents(s *script, i int) (end int, body [2]int) {
	for n, found := range heredoc.FindAllStringSubmatch(s.text.String(), -1) {
		s.write("\n", b.lines[i-1].to, b.lines[i-1].to)
		start := s.text.Len()
		for i < len(b.lines) {
			l := b.lines[i]
			text := b.of(l)
			i++
			if found[1] == "-" {
				text = strings.TrimLeft(text, "\t")
			}
			if text == found[2] {
				if n == 0 {
					body = [2]int{start, s.text.Len()}
				}
				s.copy(b.file, l.from, l.to)
				break
			}
			s.copy(b.file, l.from, min(l.to+1, len(b.text)))
		}
	}
	return i, body
}

// word returns the first word of what is left of an instruction, and where the next begins.
func word(text string, at int) (string, int) {
	start := at + blankIn(text[at:])
	end := start
	for end < len(text) && blankIn(text[end:]) == 0 {
		end++
	}
	return text[start:end], end + blankIn(text[end:])
}

// blankIn returns the length of blanks and continued lines at the start of a text.
func blankIn(s string) int {
	n := 0
	for n < len(s) {
		switch {
		case s[n] == ' ' || s[n] == '\t':
			n++
		case strings.HasPrefix(s[n:], "\\\n"):
			n += 2
		default:
			return n
		}
	}
	return n
}

// do reads the instruction at an offset of s.
func (b *builder) do(s *script, at int, where string, body [2]int) {
	text := s.text.String()
	name, at := word(text, at)
	name = strings.ToUpper(name)
	where = strings.TrimSpace(where + " " + name)
	switch name {
	case "FROM":
		b.stage()
		b.shell = nil
	case "ARG", "ENV":
		b.assign(name, text[at:])
	case "SHELL":
		b.shell, _ = list(text[at:])
	case "ONBUILD":
		b.do(s, at, where, body)
	case "HEALTHCHECK":
		if at = flags(text, at); at < len(text) {
			b.do(s, at, where, body)
		}
	case "RUN", "CMD", "ENTRYPOINT":
		at = flags(text, at)
		if words, ok := list(text[at:]); ok {
			from, _, _ := s.place(at, at+1)
			_, to, _ := s.place(at, len(text))
			e := &exec{words, from, to, where}
			switch where {
			case "CMD":
				b.cmd = e
			case "ENTRYPOINT":
				b.entry = e
			default:
				b.exec(e)
			}
			return
		}
		b.script(s, at, where, body)
	}
}

// flags returns the offset behind the --flags of an instruction.
func flags(text string, at int) int {
	for {
		w, next := word(text, at)
		if !strings.HasPrefix(w, "--") {
			return at
		}
		at = next
	}
}

// list reads the words of ["a", "b"].
func list(text string) (words []string, ok bool) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\\\n", ""))
	if !strings.HasPrefix(text, "[") || json.Unmarshal([]byte(text), &words) != nil {
		return nil, false
	}
	return words, true
}

// script reads an instruction in the shell's form, which begins at an offset of s.
func (b *builder) script(s *script, at int, where string, body [2]int) {
	text := s.text.String()
	to := len(text)
	if strings.HasPrefix(text[at:], "<<") && body[1] > 0 { // RUN <<EOF
		if line, _, _ := strings.Cut(text[at:], "\n"); len(strings.Fields(line)) == 1 {
			at, to = body[0], body[1]
		}
	}
	part := s.cut(at, to)
	part.where = where
	interpreter := strings.Join(b.shell, " ")
	if line, _, _ := strings.Cut(text[at:to], "\n"); strings.HasPrefix(line, "#!") {
		interpreter = line
	}
	dialect, ok := shell.Interpreter(interpreter)
	switch {
	case ok || interpreter == "":
		part.dialect = dialect
		b.run(part)
	case commandLines(interpreter):
		b.raw(part)
	}
}
