package secrets

import (
	"regexp/syntax"
	"unicode"
	"unicode/utf8"
)

// unbounded is the length of what has no longest match.
const unbounded = -1

// maxLength is the length in bytes of the longest text that re can match, or unbounded. An invalid byte counts as one
// rune, whose three bytes of encoding are no fewer.
func maxLength(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		n := 0
		for _, r := range re.Rune {
			n += maxRune(r, re.Flags&syntax.FoldCase != 0)
		}
		return n
	case syntax.OpCharClass:
		if len(re.Rune) == 0 {
			return 0
		}
		return runeLength(re.Rune[len(re.Rune)-1])
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return utf8.UTFMax
	case syntax.OpCapture, syntax.OpQuest:
		return maxLength(re.Sub[0])
	case syntax.OpStar, syntax.OpPlus:
		return timesLength(maxLength(re.Sub[0]), unbounded)
	case syntax.OpRepeat:
		return timesLength(maxLength(re.Sub[0]), re.Max)
	case syntax.OpConcat:
		return sumLength(re.Sub)
	case syntax.OpAlternate:
		longest := 0
		for _, sub := range re.Sub {
			n := maxLength(sub)
			if n == unbounded {
				return unbounded
			}
			longest = max(longest, n)
		}
		return longest
	}
	return 0
}

func maxRune(r rune, fold bool) int {
	n := runeLength(r)
	if fold {
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			n = max(n, runeLength(f))
		}
	}
	return n
}

func timesLength(one, times int) int {
	switch {
	case one == 0:
		return 0
	case one == unbounded || times == unbounded:
		return unbounded
	}
	return one * times
}

func sumLength(parts []*syntax.Regexp) int {
	sum := 0
	for _, part := range parts {
		n := maxLength(part)
		if n == unbounded {
			return unbounded
		}
		sum += n
	}
	return sum
}

// runeLength is the length of r in UTF-8; of what is no rune, that of the replacement.
func runeLength(r rune) int {
	if n := utf8.RuneLen(r); n > 0 {
		return n
	}
	return utf8.RuneLen(utf8.RuneError)
}
