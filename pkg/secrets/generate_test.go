package secrets

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"regexp/syntax"
	"strings"
	"unicode"
)

// textOf makes a text that re matches, but for its assertions.
func textOf(r *rand.Rand, re *syntax.Regexp) string {
	var b strings.Builder
	writeText(r, re, &b)
	return b.String()
}

func writeText(r *rand.Rand, re *syntax.Regexp, b *strings.Builder) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, c := range re.Rune {
			if re.Flags&syntax.FoldCase != 0 {
				c = fold(r, c)
			}
			b.WriteRune(c)
		}
	case syntax.OpCharClass:
		b.WriteRune(oneOf(r, re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte(byte(' ' + r.IntN(95)))
	case syntax.OpCapture:
		writeText(r, re.Sub[0], b)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			writeText(r, sub, b)
		}
	case syntax.OpAlternate:
		writeText(r, re.Sub[r.IntN(len(re.Sub))], b)
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		for range count(r, re) {
			writeText(r, re.Sub[0], b)
		}
	}
}

func count(r *rand.Rand, re *syntax.Regexp) int {
	least, most := re.Min, re.Max
	switch re.Op {
	case syntax.OpStar:
		least, most = 0, 8
	case syntax.OpPlus:
		least, most = 1, 8
	case syntax.OpQuest:
		least, most = 0, 1
	}
	if most < 0 || most > least+60 {
		most = least + 60
	}
	if r.IntN(3) == 0 {
		return least
	}
	return least + r.IntN(most-least+1)
}

func oneOf(r *rand.Rand, ranges []rune) rune {
	if len(ranges) == 0 {
		return 'x'
	}
	for range 8 { // ASCII, if there is any
		i := r.IntN(len(ranges)/2) * 2
		low, high := ranges[i], min(ranges[i+1], 0x7e)
		if low <= high {
			return low + rune(r.IntN(int(high-low)+1))
		}
	}
	return ranges[0]
}

// fold is c in either case; seldom in one outside ASCII.
func fold(r *rand.Rand, c rune) rune {
	switch r.IntN(40) {
	case 0:
		return unicode.SimpleFold(c)
	case 1, 2, 3, 4, 5:
		return unicode.ToUpper(c)
	}
	return unicode.ToLower(c)
}

var fillers = []string{
	"\n", "\n", "\r\n", " ", " ", "\t", "=", ":", "\"", "'", ";", "key", "token = ", "secret", "api_key: ", "a", "0", "Z", "\xff",
	"\xe2\x84", "é", "ſ", "\u212a", "İ", "日本", "%", "%41", "\\u0041", "U+0041 ", "U+0042", "-", "_", ".", "s.", "sk", "eyJ", "curl -H ", "//",
	"password=\"", "func main() {", "example", "\\n", "\x00", "AAAA", "deadbeef", "0123456789abcdef", "=>", "||", "Authorization: Bearer ", "gitleaks:allow\n",
}

// fragmentOf makes a text that holds some of the texts that the expressions match, whole, cut, glued and encoded.
func fragmentOf(r *rand.Rand, expressions []*syntax.Regexp) string {
	var b strings.Builder
	for range 1 + r.IntN(5) {
		for range r.IntN(5) {
			b.WriteString(fillers[r.IntN(len(fillers))])
		}
		if r.IntN(6) == 0 {
			b.WriteString(strings.Repeat(fillers[r.IntN(len(fillers))], r.IntN(60)))
		}
		if r.IntN(9) == 0 {
			b.WriteString(apart(r))
		}
		text := textOf(r, expressions[r.IntN(len(expressions))])
		switch r.IntN(12) {
		case 0:
			text = text[:r.IntN(len(text)+1)]
		case 1:
			text += text
		case 2, 3:
			for range 1 + r.IntN(5) {
				text = encode(r, text)
			}
		case 4:
			text = strings.ToUpper(text)
		case 5:
			i := r.IntN(len(text) + 1)
			text = text[:i] + fillers[r.IntN(len(fillers))] + text[i:]
		}
		b.WriteString(text)
	}
	if r.IntN(3) > 0 {
		b.WriteString(fillers[r.IntN(len(fillers))])
	}
	return b.String()
}

// apart is a text long enough that what stands on either side does not meet.
func apart(r *rand.Rand) string {
	var b strings.Builder
	for range 50 + r.IntN(300) {
		b.WriteString(fillers[r.IntN(len(fillers))])
		if r.IntN(3) > 0 {
			b.WriteString("lorem ipsum; ")
		}
	}
	return b.String()
}

func encode(r *rand.Rand, s string) string {
	switch r.IntN(7) {
	case 0:
		return base64.StdEncoding.EncodeToString([]byte(s))
	case 1:
		return base64.RawURLEncoding.EncodeToString([]byte(s))
	case 2:
		return hex.EncodeToString([]byte(s))
	case 3, 4:
		var b strings.Builder
		for i := range len(s) {
			if r.IntN(3) == 0 {
				fmt.Fprintf(&b, "%%%02x", s[i])
			} else {
				b.WriteByte(s[i])
			}
		}
		return b.String()
	case 5:
		var b strings.Builder
		for _, c := range s {
			fmt.Fprintf(&b, "\\u%04x", c&0xffff)
		}
		return b.String()
	}
	var b strings.Builder
	for _, c := range s {
		fmt.Fprintf(&b, "U+%04X ", c&0xffff)
	}
	return b.String()
}
