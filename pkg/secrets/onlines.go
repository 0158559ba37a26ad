package secrets

import (
	"regexp/syntax"
	"sort"
	"strings"
)

// allowSign in its line makes a match no finding.
const allowSign = "gitleaks:allow"

// longLine is the length from which it is worth while to look at the whole text before the line.
const longLine = 4096

// lineKey is the question whether an allowlist's regex is in a line. A long line with many matches is asked only once.
type lineKey struct {
	layer *layer // nil: the fragment itself
	span
	list *allowlist
}

func (s *search) text(k lineKey) string {
	if k.layer != nil {
		return k.layer.text[k.start:k.end]
	}
	return s.lines.cut(k.span)
}

// signed reports whether allowSign is in a stretch of the fragment.
func (s *search) signed(line span) bool {
	if s.signs == nil {
		s.signs = []int{}
		text := s.fragment.Text
		for i := strings.Index(text, allowSign); i >= 0; {
			s.signs = append(s.signs, i)
			n := strings.Index(text[i+1:], allowSign)
			if n < 0 {
				break
			}
			i += 1 + n
		}
	}
	i := sort.SearchInts(s.signs, line.start)
	return i < len(s.signs) && s.signs[i]+len(allowSign) <= line.end
}

// lineAllowed reports whether the regex of an allowlist is in a line. Where a part cannot match when the whole does not, a long
// line is first asked about the whole text: lines may be long, many, and have most of their text in common.
func (s *search) lineAllowed(k lineKey) bool {
	known, ok := s.onLine[k]
	if ok {
		return known
	}
	if k.end-k.start > longLine && k.list.regex.monotonous {
		whole := lineKey{layer: k.layer, span: span{0, len(s.fragment.Text)}, list: k.list}
		if k.layer != nil {
			whole.end = len(k.layer.text)
		}
		if whole != k && !s.lineAllowed(whole) {
			return false
		}
	}
	if s.onLine == nil {
		s.onLine = map[lineKey]bool{}
	}
	known = k.list.allowsText(s.text(k))
	s.onLine[k] = known
	return known
}

// asserts reports whether re looks at more of a text than it matches: then it may match a part of a text but not the whole.
func asserts(re *syntax.Regexp) bool {
	if isAssertion(re) && re.Op != syntax.OpEmptyMatch {
		return true
	}
	for _, sub := range re.Sub {
		if asserts(sub) {
			return true
		}
	}
	return false
}
