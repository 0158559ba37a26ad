package secrets

import (
	"regexp/syntax"
	"unicode"
	"unicode/utf8"
)

// charset is bytes. One of 0x80 and above stands for all of them.
type charset [256]bool

// addAll adds the bytes of everything that re can match.
func (c *charset) addAll(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			c.addRange(r, r)
			if re.Flags&syntax.FoldCase != 0 {
				for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
					c.addRange(f, f)
				}
			}
		}
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			c.addRange(re.Rune[i], re.Rune[i+1])
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		c.addRange(0, unicode.MaxRune)
	}
	for _, sub := range re.Sub {
		c.addAll(sub)
	}
}

func (c *charset) addRange(low, high rune) {
	for r := low; r <= min(high, utf8.RuneSelf-1); r++ {
		c[r] = true
	}
	if high >= utf8.RuneSelf {
		for b := utf8.RuneSelf; b < len(c); b++ {
			c[b] = true
		}
	}
}

// runBefore is the number of bytes in front of offset i that are in the set, at most as many as the limit says.
func (c *charset) runBefore(text string, i, limit int) int {
	if limit == unbounded {
		limit = i
	}
	n := 0
	for n < limit && n < i && c[text[i-n-1]] {
		n++
	}
	return n
}
