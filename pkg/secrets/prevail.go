package secrets

import (
	"index/suffixarray"
	"strings"
)

// manySecrets is from how many secrets on a line an index pays.
const manySecrets = 64

// bag is the secrets that rules which are not generic found on a line.
type bag struct {
	secrets []string
	index   *suffixarray.Index // of all of them, with a separator between; made when there are many
}

const separator = "\x00"

// holds reports whether secret is in one of the bag's.
func (b *bag) holds(secret string) bool {
	if b == nil {
		return false
	}
	if len(b.secrets) < manySecrets || secret == "" || strings.Contains(secret, separator) {
		for _, s := range b.secrets {
			if strings.Contains(s, secret) {
				return true
			}
		}
		return false
	}
	if b.index == nil {
		b.index = suffixarray.New([]byte(strings.Join(b.secrets, separator)))
	}
	return len(b.index.Lookup([]byte(secret), 1)) > 0
}

// specific is the secrets of rules that are not generic, by line.
func (s *search) specific() map[int]*bag {
	lines := map[int]*bag{}
	for i := range s.hits {
		h := &s.hits[i]
		if h.rule.generic {
			continue
		}
		line := s.startLine(h)
		if lines[line] == nil {
			lines[line] = &bag{}
		}
		lines[line].secrets = append(lines[line].secrets, h.secret)
	}
	return lines
}

// startLine is the line in the file, 0 for a finding about the path.
func (s *search) startLine(h *hit) int {
	if h.rule.parsed == nil {
		return 0
	}
	return s.fragment.FirstLine + h.place.startLine
}
