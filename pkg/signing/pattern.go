package signing

import (
	"errors"
	"fmt"
	"strings"
)

// maxPattern is the longest pattern, and the longest text one is compared with, in bytes. OpenSSH has the same limit.
const maxPattern = 1023

// patternList splits a comma-separated list.
func patternList(s string) ([]string, error) {
	if !printable(s) {
		return nil, errors.New("there are characters that cannot be printed: write them anew, in UTF-8 without byte order mark")
	}
	var out []string
	for p := range strings.SplitSeq(s, ",") {
		if len(p) > maxPattern {
			return nil, fmt.Errorf("a pattern has %d bytes, at most %d are compared: shorten it", len(p), maxPattern)
		}
		if p != "" {
			out = append(out, p)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("the list is empty: name at least one")
	}
	return out, nil
}

// InNamespace reports whether the line is for signatures of a namespace ("git" for commits and tags). As in OpenSSH's
// pattern lists * stands for any text, ? for any character, and a pattern after ! excludes what it matches, whatever
// else does.
func (a *AllowedSigner) InNamespace(ns string) bool {
	if a.Namespaces == nil {
		return true
	}
	return matchList(a.Namespaces, ns)
}

func matchList(patterns []string, s string) bool {
	if len(s) > maxPattern {
		return false
	}
	found := false
	for _, p := range patterns {
		p, negated := strings.CutPrefix(p, "!")
		if !matchPattern(p, s) {
			continue
		}
		if negated {
			return false
		}
		found = true
	}
	return found
}

// matchPattern goes by bytes, and goes back to the last star alone: the time is at most the product of the lengths.
func matchPattern(p, s string) bool {
	star, from := -1, 0
	i, j := 0, 0
	for j < len(s) {
		switch {
		case i < len(p) && p[i] == '*':
			star, from = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == s[j]):
			i++
			j++
		case star >= 0:
			from++
			i, j = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(p[i:], "*") == ""
}
