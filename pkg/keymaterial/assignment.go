package keymaterial

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// Assignment is a name that a text gives a value, with the line of the name and the form of the value.
type Assignment struct {
	Name string
	Line int
	Form Form
}

// Assignments lists what a dotenv file, or a text like one, gives a value: NAME=value with export, quotes (double ones, backquotes and three
// of a kind may span lines), comments, CRLF and a byte order mark; NAME: value and - NAME=value of YAML; "NAME": "value" of JSON; ENV and
// ARG of a Dockerfile; NAME = "value", NAME := "value" and NAME => "value" of programs, with or without a type; os.environ["NAME"] = "value";
// $env:NAME = "value"; properties with = or ": ". It is no parser of any of these: it reads them all alike. A key whose value is a
// mapping, a list or a block of program has no value and is left out. Comments are skipped.
func Assignments(text []byte) []Assignment {
	s := &scanner{text: string(utf8Text(text))}
	return s.all()
}

// Find lists the assignments in any text whose name is one that name fits as a whole; of a name with dots the part behind the last will do. It looks
// into values too, as in "--set token=value" or "user=a;password=value", and at comments that are nothing but an assignment. In a text
// without such a name only words that all of them have are looked for.
func Find(text []byte, name *regexp.Regexp) []Assignment {
	w := wholeName(name)
	text = utf8Text(text)
	if w.hint.excludes(text) {
		return nil
	}
	s := &scanner{text: string(text), want: w.name, hint: &w.hint, inside: true}
	return s.all()
}

// all runs over the text, and adds what has no sign between name and value.
func (s *scanner) all() []Assignment {
	s.scan()
	s.spaced()
	slices.SortStableFunc(s.found, func(a, b Assignment) int { return cmp.Compare(a.Line, b.Line) })
	return s.found
}

// dockerEnv is the old form of Dockerfile's ENV.
var dockerEnv = regexp.MustCompile(`(?m)^[ \t]*(?:ENV|env)[ \t]+([A-Za-z_]\w*)[ \t]+([^\s=:][^\r\n]*)`)

// envLine tells quickly whether a line may begin with the word.
func envLine(text string) bool {
	for _, word := range []string{"ENV", "env"} {
		for at := 0; ; at += len(word) {
			i := strings.Index(text[at:], word)
			if i < 0 {
				break
			}
			at += i
			before := strings.TrimRight(text[:at], " \t")
			if (before == "" || before[len(before)-1] == '\n') && at+3 < len(text) && (text[at+3] == ' ' || text[at+3] == '\t') {
				return true
			}
		}
	}
	return false
}

func (s *scanner) spaced() {
	if !envLine(s.text) {
		return
	}
	at := lines{text: []byte(s.text)}
	for _, m := range dockerEnv.FindAllStringSubmatchIndex(s.text, -1) {
		value := s.text[m[4]:min(m[5], m[4]+maxLine)]
		if i := strings.IndexAny(value, "=:"); i < 0 || !isName(value[:i]) {
			if name := s.fitting(s.text[m[2]:m[3]]); name != "" {
				s.add(name, value, at.of(m[2]))
			}
		}
	}
}
