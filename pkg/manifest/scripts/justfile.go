package scripts

import (
	"regexp"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/shell"
)

// just reads a justfile.
type just struct {
	*file
	lines []line
	vars  map[string]string // with literal values
}

var (
	justVariable = regexp.MustCompile(`^(?:export\s+)?([A-Za-z_][\w-]*)\s*:=\s*(.*)$`)
	justRecipe   = regexp.MustCompile(`^@?([A-Za-z_][\w-]*)(?:\s[^:]*)?:(?:[^=]|$)`)
	justLiteral  = regexp.MustCompile(`^(?:'([^']*)'|"([^"\\]*)")\s*(?:#.*)?$`)
)

func justfile(f *file) {
	f.kind = Justfile
	j := &just{file: f, lines: f.split(), vars: map[string]string{}}
	for _, l := range j.lines {
		if m := justVariable.FindStringSubmatch(j.of(l)); m != nil {
			if value := justLiteral.FindStringSubmatch(m[2]); value != nil {
				j.vars[m[1]] = value[1] + value[2]
			}
		}
	}
	for i := 0; i < len(j.lines); {
		text := j.of(j.lines[i])
		if m := justVariable.FindStringSubmatchIndex(text); m != nil {
			j.backticks(j.lines[i].from+m[4], j.lines[i].to, "variable "+text[m[2]:m[3]])
		}
		m := justRecipe.FindStringSubmatch(text)
		i++
		if m != nil {
			i = j.recipe(i, "recipe "+m[1])
		}
	}
}

// backticks reads the command of name := `command`.
func (j *just) backticks(from, to int, where string) {
	text := j.text[from:to]
	begin := strings.IndexByte(text, '`')
	if begin < 0 {
		return
	}
	n := strings.IndexByte(text[begin+1:], '`')
	if n < 0 {
		return
	}
	s := &script{where: where}
	j.fill(s, from+begin+1, from+begin+1+n)
	j.run(s)
}

// recipe reads the lines of a recipe from line i on, and returns the line behind it.
func (j *just) recipe(i int, where string) int {
	end := i
	for end < len(j.lines) {
		text := j.of(j.lines[end])
		if strings.TrimSpace(text) != "" && indent(text) == 0 {
			break
		}
		end++
	}
	if i == end {
		return end
	}
	width := indent(j.of(j.lines[i]))
	if strings.HasPrefix(j.of(j.lines[i])[width:], "#!") {
		j.whole(j.lines[i:end], width, where)
		return end
	}
	for i < end {
		s := &script{where: where}
		for first := true; i < end; first = false {
			l := j.lines[i]
			i++
			from := l.from + indent(j.of(l))
			if first {
				from += len(j.text[from:l.to]) - len(strings.TrimLeft(j.text[from:l.to], "@-"))
			}
			j.fill(s, from, l.to)
			if !continued(j.of(l)) {
				break
			}
			s.write("\n", l.to, l.to)
		}
		j.run(s)
	}
	return end
}

// whole reads a recipe that begins with "#!": all of it is one script.
func (j *just) whole(lines []line, width int, where string) {
	dialect, ok := shell.Interpreter(strings.TrimSpace(j.of(lines[0])))
	if !ok {
		return
	}
	s := &script{where: where, dialect: dialect}
	for _, l := range lines {
		from := l.from + min(width, indent(j.of(l)))
		j.fill(s, from, l.to)
		s.copy(j.file, l.to, min(l.to+1, len(j.text)))
	}
	j.run(s)
}

// fill copies a line with its {{ expressions }}: a variable's literal value, else something unknown.
func (j *just) fill(s *script, from, to int) {
	for from < to {
		open := strings.Index(j.text[from:to], "{{")
		if open < 0 {
			break
		}
		s.copy(j.file, from, from+open)
		from += open
		if strings.HasPrefix(j.text[from:to], "{{{{") {
			s.copy(j.file, from, from+2)
			from += 4
			continue
		}
		n := strings.Index(j.text[from:to], "}}")
		if n < 0 {
			break
		}
		end := from + n + 2
		if value, ok := j.vars[strings.TrimSpace(j.text[from+2:end-2])]; ok {
			s.write(value, from, end)
		} else {
			s.unknown(from, end)
		}
		from = end
	}
	s.copy(j.file, from, to)
}
