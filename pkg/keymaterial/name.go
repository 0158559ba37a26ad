package keymaterial

import "strings"

// operator tells how long the sign at a place is: =, :, := and =>, also the = of += and ?=. It is 0 for a comparison and for "::".
func operator(text string, at int) int {
	same := sameSigns(text[at:])
	if at > 0 && strings.IndexByte("!<>=~:", text[at-1]) >= 0 {
		return 0
	}
	switch {
	case len(same) > 1:
		return 0
	case strings.HasPrefix(text[at:], ":="), strings.HasPrefix(text[at:], "=>"):
		return 2
	case strings.HasPrefix(text[at:], "=~"), strings.HasPrefix(text[at:], "://"):
		return 0
	}
	return 1
}

// sameSigns is the sign that a text begins with, as often as it is repeated.
func sameSigns(text string) string {
	n := 1
	for n < len(text) && text[n] == text[0] {
		n++
	}
	return text[:n]
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'
}

// isName tells a word that begins like a name.
func isName(w string) bool {
	w = strings.TrimLeft(w, "-.")
	if w == "" || w[0] >= '0' && w[0] <= '9' || len(w) > 256 {
		return false
	}
	for i := range len(w) {
		if !isNameByte(w[i]) {
			return false
		}
	}
	return true
}

// nameBefore finds the name that ends before a place: bare, in quotes, or in quotes and brackets. From is -1 without one.
func nameBefore(text string, at int) (from, to int, quoted bool) {
	to = at
	if to > 0 && (text[to-1] == '+' || text[to-1] == '?') {
		to--
	}
	for to > 0 && (text[to-1] == ' ' || text[to-1] == '\t') {
		to--
	}
	if to > 1 && text[to-1] == ']' {
		to--
	}
	quote := byte(0)
	if to > 0 && strings.IndexByte("\"'`", text[to-1]) >= 0 {
		to--
		quote = text[to]
	}
	from = wordBefore(text, to)
	if quote != 0 && (from == 0 || text[from-1] != quote) {
		return -1, 0, false
	}
	if quote == 0 && strings.HasPrefix(text[at:], "=") {
		from, to = untyped(text, from, to)
	}
	if !isName(text[from:to]) {
		return -1, 0, false
	}
	return from, to, quote != 0
}

// wordBefore is where a word begins that ends at a place. None is longer than 256 bytes.
func wordBefore(text string, to int) int {
	from := to
	for from > 0 && to-from <= 256 && isNameByte(text[from-1]) {
		from--
	}
	return from
}

// untyped takes the word before a type, as in `var name string = `.
func untyped(text string, from, to int) (int, int) {
	end := len(strings.TrimRight(text[:from], " \t"))
	switch text[from:to] {
	case "string", "str":
	default:
		return from, to
	}
	begin := wordBefore(text, end)
	if end == from || begin == end {
		return from, to
	}
	return begin, end
}

// nameQuote is the quote before a name that has none behind it: all of "NAME=value" is quoted.
func nameQuote(text string, from, to int) byte {
	if from == 0 || strings.IndexByte("\"'`", text[from-1]) < 0 || to < len(text) && text[to] == text[from-1] {
		return 0
	}
	return text[from-1]
}
