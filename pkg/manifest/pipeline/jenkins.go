package pipeline

import (
	"path"
	"strings"
	"unicode/utf8"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// ReadJenkins reads a Jenkinsfile, which is a program in Groovy: the literal scripts of its sh steps, the libraries it
// loads and the images it runs in. A script that the program puts together is an unknown command.
func ReadJenkins(text string) *Pipeline {
	g := &groovy{text: text, c: collect(Jenkins, hole{}, Source{})}
	for g.i < len(g.text) {
		g.step()
	}
	return g.c.pipeline
}

// groovy walks over a program, past its comments and strings.
type groovy struct {
	text string
	i    int
	c    *collector

	line, lineStart int // where position was asked for last
}

func (g *groovy) has(prefix string) bool { return strings.HasPrefix(g.text[g.i:], prefix) }

// step goes one token on.
func (g *groovy) step() {
	switch c := g.text[g.i]; {
	case g.comment():
	case c == '\'' || c == '"':
		g.literal("")
	case c == '_' || c == '@' || letter(c):
		start := g.i
		for g.i++; g.i < len(g.text) && (g.text[g.i] == '_' || letter(g.text[g.i]) || digit(g.text[g.i])); g.i++ {
		}
		g.call(g.text[start:g.i])
	default:
		g.i++
	}
}

func (g *groovy) comment() bool {
	end := ""
	switch {
	case g.has("//"):
		end = "\n"
	case g.has("/*"):
		end = "*/"
	default:
		return false
	}
	if n := strings.Index(g.text[g.i+2:], end); n >= 0 {
		g.i += 2 + n + len(end)
	} else {
		g.i = len(g.text)
	}
	return true
}

// call looks at what a step is given.
func (g *groovy) call(name string) {
	switch name {
	case "sh":
		g.script("")
	case "bat", "powershell", "pwsh":
		g.script(name)
	case "image", "library", "@Library":
		g.blanks("( \t[")
		for _, argument := range g.arguments() {
			g.c.use(argument.text)
		}
	}
}

// script reads the arguments of a step that runs a script.
func (g *groovy) script(shell string) {
	if g.blanks("( \t\r\n"); g.i >= len(g.text) {
		return
	}
	if c := g.text[g.i]; c != '\'' && c != '"' && c != '_' && !letter(c) { // a variable of that name, or the like
		return
	}
	for _, a := range g.arguments() {
		if a.name != "" && a.name != "script" {
			continue
		}
		if line, _, _ := strings.Cut(a.text, "\n"); strings.HasPrefix(line, "#!") && !posix(line) {
			shell = path.Base(line)
		}
		g.c.add(Script{Text: a.text, Shell: shell, Where: "step sh", Holes: a.holes, Parts: []Part{g.part(a)}})
	}
}

type argument struct {
	name     string // "" when it has none
	text     string
	holes    [][2]int // in text
	literal  bool
	from, to int // of the literal in the program, or of the whole value
	exact    bool
}

// part tells where the text of an argument stands.
func (g *groovy) part(a argument) Part {
	p := Part{First: 1, Range: document.Range{Start: g.position(a.from), End: g.position(a.to)}, Exact: a.exact}
	p.Line, p.Column = p.Range.Start.Line, p.Range.Start.Column
	return p
}

// position turns an offset into a line and a column. Offsets come in order, so the lines above are counted once.
func (g *groovy) position(off int) document.Position {
	off = min(off, len(g.text))
	if off < g.lineStart {
		g.line, g.lineStart = 0, 0
	}
	for {
		n := strings.IndexByte(g.text[g.lineStart:off], '\n')
		if n < 0 {
			break
		}
		g.line++
		g.lineStart += n + 1
	}
	return document.Position{Line: g.line + 1, Column: utf8.RuneCountInString(g.text[g.lineStart:off]) + 1}
}

// arguments reads name: 'value' pairs and lone values up to the end of the call or of the line.
func (g *groovy) arguments() []argument {
	var out []argument
	for g.i < len(g.text) {
		g.blanks(" \t")
		a := argument{name: g.name()}
		g.blanks(" \t\r\n")
		a.from = g.i
		if g.i < len(g.text) && (g.text[g.i] == '\'' || g.text[g.i] == '"') {
			a = g.literal(a.name)
		}
		rest := g.value()
		if !a.literal {
			a.to = g.i
		}
		if rest { // the literal is only the beginning, or there is none
			a.holes = append(a.holes, [2]int{len(a.text), len(a.text) + 1})
			a.text += "?"
		}
		if a.literal || rest {
			out = append(out, a)
		}
		if g.blanks(" \t"); g.i >= len(g.text) || g.text[g.i] != ',' {
			return out
		}
		g.i++
		g.blanks(" \t\r\n")
	}
	return out
}

// name reads "script:" at hand.
func (g *groovy) name() string {
	i := g.i
	for i < len(g.text) && letter(g.text[i]) {
		i++
	}
	name := g.text[g.i:i]
	for i < len(g.text) && g.text[i] == ' ' {
		i++
	}
	if name == "" || i >= len(g.text) || g.text[i] != ':' {
		return ""
	}
	g.i = i + 1
	return name
}

// value skips what is left of a value. It returns whether there was more than blanks and methods called on it, which trim
// and indent.
func (g *groovy) value() bool {
	more := false
	for g.i < len(g.text) && g.text[g.i] == '.' {
		n := strings.IndexAny(g.text[g.i:], ")\n")
		if n < 0 || g.text[g.i+n] == '\n' {
			break
		}
		g.i += n + 1
	}
	for depth := 0; g.i < len(g.text); {
		switch c := g.text[g.i]; {
		case c == '\n' || c == ';', depth == 0 && (c == ',' || c == ')' || c == ']' || c == '}'):
			return more
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			depth--
		case c == '\'' || c == '"':
			more = true
			g.literal("")
			continue
		}
		if g.comment() {
			continue
		}
		more = more || strings.IndexByte(" \t\r", g.text[g.i]) < 0
		g.i++
	}
	return more
}

func (g *groovy) blanks(set string) {
	for g.i < len(g.text) && strings.IndexByte(set, g.text[g.i]) >= 0 {
		g.i++
	}
}
