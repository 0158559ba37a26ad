package keymaterial

import (
	"regexp"
	"strings"
)

// scanner runs over a text once: from one "=" or ":" to the next, with the name before and the value behind it.
type scanner struct {
	text   string
	want   *regexp.Regexp // which names; nil for all
	hint   *hint          // what tells quickly that a name does not fit
	inside bool           // look into values too
	found  []Assignment
	lineAt int // how far lines are counted
	line   int
}

// How far the end of a value in quotes, and of a line, is looked for, in bytes. A key of RSA with 16,384 bits has 13 KB in PEM; a line need
// only be long enough to tell what its value is. Without the second a text of one long line would be read again for each name in it.
const (
	maxValue = 16 << 10
	maxLine  = 256
)

func (s *scanner) scan() {
	for at := 0; at < len(s.text); {
		i := strings.IndexAny(s.text[at:], "=:")
		if i < 0 {
			return
		}
		at = s.assignment(at + i)
	}
}

// assignment reads what may be an assignment by the sign at a place, and tells where to go on.
func (s *scanner) assignment(at int) int {
	size := operator(s.text, at)
	if size == 0 {
		return at + len(sameSigns(s.text[at:]))
	}
	from, to, quoted := nameBefore(s.text, at)
	if from < 0 {
		return at + size
	}
	name, behind := s.fitting(s.text[from:to]), at+size
	if name == "" {
		return behind
	}
	if s.text[at] == ':' && size == 1 && !quoted && behind < len(s.text) && strings.IndexByte(" \t\r\n\"'`", s.text[behind]) < 0 {
		return behind // a time, a port, a path
	}
	v := valueAt(s.text, behind, s.text[at] == ':', nameQuote(s.text, from, to))
	if v.none || skipped(s, name, from, s.text[at] == ':' && size == 1, v) {
		return behind
	}
	if padding := v.text == "" && !quoted && from > 0 && strings.IndexByte("\"'`=", s.text[from-1]) >= 0; !padding {
		s.add(name, v.text, s.lineOf(from)) // the end of base64 is no assignment
	}
	if s.inside {
		return behind
	}
	return max(behind, v.end)
}

// skipped tells what looks like an assignment and is none.
func skipped(s *scanner, name string, from int, colon bool, v value) bool {
	before := lineUpTo(s.text, from)
	switch {
	case strings.EqualFold(name, "env") && strings.HasSuffix(before, "$"):
		return true // $env:NAME
	case colon && types.MatchString(v.text):
		return true // a declaration
	}
	if lead := strings.TrimLeft(before, " \t"); isComment(lead) {
		return !s.inside || strings.ContainsAny(v.text, " \t") && v.quote == 0 || strings.TrimLeft(lead, "#/;*- \t") != "" || colon
	}
	return false
}

func isComment(lead string) bool {
	return strings.HasPrefix(lead, "#") || strings.HasPrefix(lead, "//") || strings.HasPrefix(lead, ";")
}

// types are what a declaration has instead of a value.
var types = regexp.MustCompile(`^(?:readonly\s+)?\??&?(?:'static\s+)?(?:string|str|String|number|boolean|bool|bytes|int|any|unknown|object|SecretStr|Optional\[\w+\]|Option<\w+>|\[\]byte)(?:\s*\|\s*(?:null|undefined|None))?[;,)]*$`)

// fitting is the wanted part of a name: all of it, or what is behind its last dot. It is "" if neither is wanted.
func (s *scanner) fitting(name string) string {
	name = strings.Trim(name, ".-")
	if s.hint != nil && s.hint.excludes([]byte(name)) {
		return ""
	}
	if s.want == nil || s.want.MatchString(name) {
		return name
	}
	if i := strings.LastIndexByte(name, '.'); i >= 0 && s.want.MatchString(name[i+1:]) {
		return name[i+1:]
	}
	return ""
}

// add keeps an assignment.
func (s *scanner) add(name, text string, line int) {
	s.found = append(s.found, Assignment{name, line, formFor(name[strings.LastIndexByte(name, '.')+1:], text)})
}

// formFor is the form of a value for a name: NAME_FILE names a file, and what is called the same hands on.
func formFor(name, text string) Form {
	form := FormOf(text)
	if form != Literal {
		return form
	}
	upper := strings.ToUpper(name)
	value, quote := unquoted(text)
	switch {
	case (strings.HasSuffix(upper, "_FILE") || strings.HasSuffix(upper, "-FILE")) && isPath(value):
		return Reference
	case quote == 0 && strings.EqualFold(strings.TrimRight(value, ",;)"), name):
		return Reference
	}
	return Literal
}

// isPath tells what may be the path of a file.
func isPath(v string) bool {
	return !strings.ContainsAny(v, " \t\n") && len(v) < 4096 && (strings.HasPrefix(v, "/") || strings.HasPrefix(v, "./") ||
		strings.HasPrefix(v, "../") || strings.HasPrefix(v, "~/") || strings.Contains(v, `:\`) || fileName.MatchString(v))
}

var fileName = regexp.MustCompile(`^[\w./-]+\.(?:txt|pem|key|crt|json|ya?ml|env|conf|cfg|secret|token|pass|pw|p12|jks)$`)

// lineOf counts on from the last line that was asked for.
func (s *scanner) lineOf(at int) int {
	if at < s.lineAt {
		return s.line + 1 - strings.Count(s.text[at:s.lineAt], "\n")
	}
	s.line += strings.Count(s.text[s.lineAt:at], "\n")
	s.lineAt = at
	return s.line + 1
}
