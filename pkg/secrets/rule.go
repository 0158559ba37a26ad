package secrets

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
)

// rule is one rule, compiled.
type rule struct {
	id, description string
	pattern         string
	parsed          *syntax.Regexp // nil: a rule about paths only
	path            *regexp.Regexp
	secretGroup     int
	entropy         float64
	keywords        []string // lower-case; empty: always looked for
	tags            []string
	allow           []*allowlist
	required        []required
	skipReport      bool // only looked for as a required rule

	compiled sync.Once // most rules never have anything to match
	whole    *regexp.Regexp

	index    int
	generic  bool
	anchors  []*automaton // by number of the branch; nil: no anchors, the whole text must be searched
	literals []literal    // what the anchors begin with
	before   int          // the most bytes of a match before an anchor, or unbounded
	lead     charset      // and which bytes these are
}

// literal is a text with which the anchor of a branch begins.
type literal struct {
	text   string
	branch int
}

// required is another rule that must have a finding near.
type required struct {
	rule          string
	withinLines   *int
	withinColumns *int
}

// validate refuses what gitleaks refuses.
func (r *rule) validate() error {
	switch {
	case strings.TrimSpace(r.id) == "":
		return fmt.Errorf("a rule (description %q, regex %q) has no id: give it one", r.description, r.pattern)
	case r.parsed == nil && r.path == nil:
		return fmt.Errorf("rule %s: it has neither regex nor path: give it one of them", r.id)
	case r.parsed != nil && r.secretGroup > r.parsed.MaxCap():
		return fmt.Errorf("rule %s: secretGroup is %d, but the regex has %d groups: name one of these",
			r.id, r.secretGroup, r.parsed.MaxCap())
	}
	return nil
}

// prepare finds the anchors of the rule.
func (r *rule) prepare() {
	r.generic = strings.Contains(strings.ToLower(r.id), "generic")
	if r.parsed == nil {
		return
	}
	for i, a := range anchors(r.parsed) {
		r.anchors = append(r.anchors, &automaton{re: a.rest})
		for _, text := range a.literals {
			r.literals = append(r.literals, literal{text, i})
		}
		if before := sumLength(a.lead); before == unbounded || r.before == unbounded {
			r.before = unbounded
		} else {
			r.before = max(r.before, before)
		}
		for _, part := range a.lead {
			r.lead.addAll(part)
		}
	}
}

// regex is the rule's expression, which it must have.
func (r *rule) regex() *regexp.Regexp {
	r.compiled.Do(func() { r.whole = regexp.MustCompile(r.pattern) }) // it has been parsed: that is all that can fail
	return r.whole
}

// matchesPath reports whether the rule's path is that of the fragment.
func (r *rule) matchesPath(f *Fragment) bool {
	return r.path == nil || r.path.MatchString(f.Path) || f.WindowsPath != "" && r.path.MatchString(f.WindowsPath)
}

// applies reports whether neither an allowlist nor the rule's path excludes the fragment as a whole.
func (r *rule) applies(f *Fragment) bool {
	for _, a := range r.allow {
		if a.allowsFragment(f) {
			return false
		}
	}
	return r.matchesPath(f)
}

// parseRegex parses a rule's regex; an empty one is none.
func parseRegex(id, pattern string) (*syntax.Regexp, error) {
	if pattern == "" {
		return nil, nil
	}
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("rule %s: regex: %w: write it in the syntax of Go's regexp package", id, err)
	}
	return parsed, nil
}

// compilePath compiles the expression for a rule's path; an empty one is none.
func compilePath(id, pattern string) (*regexp.Regexp, error) {
	if pattern == "" {
		return nil, nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, fmt.Errorf("rule %s: path: %w: write it in the syntax of Go's regexp package", id, err)
	}
	return re, nil
}

var errBothAllowlists = errors.New("both allowlist (deprecated) and allowlists are given: use [[allowlists]] only")
