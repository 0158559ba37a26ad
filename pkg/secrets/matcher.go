package secrets

import (
	"regexp"
	"regexp/syntax"
)

// matcher tells whether an expression matches anywhere in a text. It is one for expressions that are asked often.
type matcher struct {
	whole      *regexp.Regexp
	anywhere   *automaton
	monotonous bool // what matches in a text matches in every text that holds it
}

// newMatcher wraps a compiled expression.
func newMatcher(re *regexp.Regexp) *matcher {
	m := &matcher{whole: re}
	parsed, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return m // cannot be: it has been compiled
	}
	anything := &syntax.Regexp{Op: syntax.OpStar, Sub: []*syntax.Regexp{{Op: syntax.OpAnyChar}}}
	m.anywhere = &automaton{re: &syntax.Regexp{Op: syntax.OpConcat, Sub: []*syntax.Regexp{anything, parsed}}, first: true}
	m.monotonous = !asserts(parsed)
	return m
}

// in reports whether the expression matches somewhere in text.
func (m *matcher) in(text string) bool {
	if m.anywhere != nil {
		budget := stepsFor(text)
		if v := m.anywhere.try(text, 0, &budget); v.known {
			return v.ok
		}
	}
	return m.whole.MatchString(text)
}
