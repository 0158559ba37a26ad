package scripts

import (
	"regexp"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/shell"
)

// maker reads a Makefile: first its variables, whose last value is what a recipe sees, then its recipes.
type maker struct {
	*file
	lines    []line
	vars     map[string]string // as they are written
	exported map[string]string
	prefix   byte // what begins the lines of a recipe
	oneShell bool // a recipe is one script
	expanded int  // references seen so far
	depth    int  // of $(shell …) within one another

	recipes bool   // the second time
	target  string // whose recipe may follow; "" when none may
}

func makefile(f *file) {
	f.kind = Makefile
	m := &maker{file: f, lines: f.split(), vars: map[string]string{"MAKE": "make"}, exported: map[string]string{}, prefix: '\t'}
	m.read()
	m.recipes, m.target = true, ""
	if own, ok := m.vars[".RECIPEPREFIX"]; ok && own != "" {
		m.prefix = own[0]
	} else {
		m.prefix = '\t'
	}
	m.read()
}

func (m *maker) read() {
	for i := 0; i < len(m.lines); {
		text := m.of(m.lines[i])
		end := m.logical(i)
		switch {
		case m.target != "" && text != "" && text[0] == m.prefix:
			if m.oneShell {
				for end < len(m.lines) && m.isRecipe(end) {
					end = m.logical(end)
				}
			}
			if m.recipes {
				m.recipe(m.lines[i].from+1, m.lines[end-1].to)
			}
		case isDefine(text):
			end = m.define(i)
		default:
			m.statement(m.lines[i].from, m.lines[end-1].to)
		}
		i = end
	}
}

func isDefine(text string) bool {
	words := strings.Fields(text)
	return len(words) > 1 && words[0] == "define"
}

func (m *maker) isRecipe(i int) bool {
	text := m.of(m.lines[i])
	return text != "" && text[0] == m.prefix
}

// logical returns the index behind the lines that one line with continuations takes.
func (m *maker) logical(i int) int {
	for i < len(m.lines)-1 && continued(m.of(m.lines[i])) {
		i++
	}
	return i + 1
}

// define reads a variable of several lines. Its value is unknown, but its lines may be those of a recipe.
func (m *maker) define(i int) int {
	name := strings.Fields(m.of(m.lines[i]))[1]
	delete(m.vars, name)
	for i++; i < len(m.lines); {
		text := strings.TrimSpace(m.of(m.lines[i]))
		if word, _, _ := strings.Cut(text, " "); word == "endef" {
			return i + 1
		}
		end := m.logical(i)
		if m.recipes {
			from := m.lines[i].from
			m.perhaps(from+prefixes(m.text[from:m.lines[end-1].to]), m.lines[end-1].to, "define "+name)
		}
		i = end
	}
	return i
}

// perhaps reads lines that may be something else than a script: then they are left out.
func (m *maker) perhaps(from, to int, where string) {
	commands, faults := len(m.commands), len(m.faults)
	m.script(from, to, where)
	if len(m.faults) > faults {
		m.commands, m.faults = m.commands[:commands], m.faults[:faults]
	}
}

// assignment is NAME = value with the words that may stand before it, after section 6.5 of the manual of GNU make.
var assignment = regexp.MustCompile(`^\s*((?:(?:export|override|private)\s+)*)([^\s:#=+?!]+)\s*(:{0,3}=|\+=|\?=|!=)\s*`)

// statement reads a line that belongs to no recipe.
func (m *maker) statement(from, to int) {
	text := m.text[from:to]
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	switch word {
	case "":
		return
	case "ifeq", "ifneq", "ifdef", "ifndef", "else", "endif", "include", "-include", "sinclude", "vpath", "undefine", "unexport":
		m.shells(from, to, "a condition or an include")
		return
	}
	if word[0] == '#' {
		return
	}
	if at := assignment.FindStringSubmatchIndex(text); at != nil {
		m.assign(text, at, from)
		m.target = ""
		return
	}
	colon := colonOf(text)
	if colon < 0 {
		m.shells(from, to, "a line of its own")
		return
	}
	m.target = strings.TrimSpace(text[:colon])
	if m.target == ".ONESHELL" {
		m.oneShell = true
	}
	rest := text[colon+1:]
	if at := assignment.FindStringSubmatchIndex(rest); at != nil { // a variable of this target
		m.assign(rest, at, from+colon+1)
		return
	}
	if semicolon := strings.IndexByte(rest, ';'); semicolon >= 0 && m.recipes {
		m.recipe(from+colon+1+semicolon+1, to)
	}
}

// colonOf returns where the colon of a rule is: not in a reference. -1 when there is none.
func colonOf(text string) int {
	for i := 0; i < len(text); {
		switch text[i] {
		case ':':
			return i
		case '$':
			i = reference(text, i)
		default:
			i++
		}
	}
	return -1
}

// assign notes the variable that the match of an assignment at an offset sets.
func (m *maker) assign(text string, at []int, offset int) {
	name, operator := text[at[4]:at[5]], text[at[6]:at[7]]
	value := text[at[1]:]
	where := "variable " + name
	if operator == "!=" {
		if m.recipes {
			m.script(offset+at[1], offset+len(text), where)
		}
		delete(m.vars, name)
		return
	}
	m.shells(offset+at[1], offset+len(text), where)
	if m.recipes {
		return
	}
	value = strings.TrimSpace(unfold.ReplaceAllString(comment.ReplaceAllString(value, ""), " "))
	before, set := m.vars[name]
	switch operator {
	case "?=":
		if !set {
			m.vars[name] = value
		}
	case "+=":
		m.vars[name] = strings.TrimSpace(before + " " + value)
	default:
		m.vars[name] = value
	}
	if strings.Contains(text[at[2]:at[3]], "export") && !strings.Contains(value, "$") {
		m.exported[name] = value
	}
}

var (
	unfold  = regexp.MustCompile(`\s*\\\r?\n\s*`)
	comment = regexp.MustCompile(`(^|\s)#.*`)
)

// recipe reads the lines of a recipe that are one script.
func (m *maker) recipe(from, to int) {
	from += prefixes(m.text[from:to])
	m.script(from, to, "target "+m.target)
}

// prefixes returns the length of what tells make how to run a line: @ for quiet, - for errors, + for always.
func prefixes(s string) int { return len(s) - len(strings.TrimLeft(s, "@-+ \t")) }

// script reads a stretch of the file that make gives to a shell.
func (m *maker) script(from, to int, where string) {
	if m.depth == maxVariables {
		return
	}
	m.depth++
	defer func() { m.depth-- }()
	s := &script{where: where, known: m.exported}
	m.expand(s, from, to)
	if own := m.vars["SHELL"]; own != "" && !strings.Contains(own, "$") {
		dialect, ok := shell.Interpreter(own)
		if !ok {
			return
		}
		s.dialect = dialect
	}
	m.run(s)
}
