package shell

import (
	"strconv"
	"strings"
)

// letters are the characters that a backslash and a letter stand for in $'…'.
var letters = map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', 'a': '\a', 'b': '\b', 'f': '\f', 'v': '\v', 'e': 0x1b, 'E': 0x1b}

// ansi decodes what stands in $'…', where letters may be written by number. A shell ends the text at a zero byte.
func ansi(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			i++
			continue
		}
		c := s[i+1]
		i += 2
		switch {
		case letters[c] != 0:
			b.WriteByte(letters[c])
		case c == 'x':
			i += number(&b, s[i:], 16, 2, false)
		case c == 'u':
			i += number(&b, s[i:], 16, 4, true)
		case c == 'U':
			i += number(&b, s[i:], 16, 8, true)
		case c >= '0' && c <= '7':
			i += number(&b, s[i-1:], 8, 3, false) - 1
		case c == 'c' && i < len(s):
			b.WriteByte(s[i] & 0x1f)
			i++
		default:
			b.WriteByte(c)
		}
	}
	out, _, _ := strings.Cut(b.String(), "\x00")
	return out
}

// number writes the character with the number at the start of s, of at most so many digits, and returns how many it has.
func number(b *strings.Builder, s string, base, most int, point bool) int {
	n := 0
	for n < min(len(s), most) {
		if _, err := strconv.ParseUint(s[n:n+1], base, 8); err != nil {
			break
		}
		n++
	}
	if n == 0 {
		return 0
	}
	code, err := strconv.ParseUint(s[:n], base, 32)
	if err != nil {
		return n
	}
	if point {
		b.WriteRune(rune(code))
	} else {
		b.WriteByte(byte(code))
	}
	return n
}
