package shell

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// places turns offsets into lines and columns.
type places struct {
	text  string
	lines []int // offsets at which lines begin
	runes []int // code points before every stride-th byte; nil when there is nothing but ASCII
}

// stride is how far apart code points are counted, so that a look-up in a long line stays short.
const stride = 256

func placesOf(text string) *places {
	p := &places{text: text, lines: []int{0}}
	ascii := true
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\n':
			p.lines = append(p.lines, i+1)
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	if ascii {
		return p
	}
	count := 0
	for i := 0; i < len(text); i++ {
		if i%stride == 0 {
			p.runes = append(p.runes, count)
		}
		if utf8.RuneStart(text[i]) {
			count++
		}
	}
	return p
}

// at returns the line and the column of an offset.
func (p *places) at(off int) (line, column int) {
	off = max(0, min(off, len(p.text)))
	line = sort.SearchInts(p.lines, off+1)
	start := p.lines[line-1]
	if p.runes == nil {
		return line, off - start + 1
	}
	return line, p.count(off) - p.count(start) + 1
}

// count returns how many code points begin before an offset.
func (p *places) count(off int) int {
	if len(p.text) == 0 {
		return 0
	}
	block := min(off/stride, len(p.runes)-1)
	n := p.runes[block]
	for _, c := range []byte(p.text[block*stride : off]) {
		if utf8.RuneStart(c) {
			n++
		}
	}
	return n
}

func validText(s string) bool { return utf8.ValidString(s) }

// maskInvalid replaces bytes that are no UTF-8, which the parser refuses and a shell takes as they are.
func maskInvalid(s string) []byte {
	b := []byte(s)
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			b[i] = unknown[0]
		}
		i += n
	}
	return b
}

// span is a stretch of a text and where it was written: text[at:at+n] came from script[from:to].
type span struct {
	at, n    int
	from, to int
}

// text is a string with its origin in the script, which finds the commands in it again when a shell is given it.
type text struct {
	string
	spans []span
}

// refine cuts the spans of a text so that each is written in the script byte by byte, or not at all. A backslash, a tab
// or a carriage return that the shell takes away lies between two of them.
func (t text) refine(script string) []span {
	var out []span
	for _, s := range t.spans {
		value, source := t.string[s.at:s.at+s.n], script[s.from:s.to]
		if value == source {
			out = append(out, s)
			continue
		}
		out = append(out, align(s, value, source)...)
	}
	return out
}

func align(whole span, value, source string) []span {
	var out []span
	for i, j := 0, 0; i < len(value); {
		for j < len(source) && source[j] != value[i] && strings.IndexByte("\\\r\n\t\x00'\"", source[j]) >= 0 {
			j++
		}
		n := 0
		for i+n < len(value) && j+n < len(source) && value[i+n] == source[j+n] && (value[i+n] != '\\' || n == 0) {
			n++
		}
		if n == 0 { // written in some other way
			return append(out, span{whole.at + i, len(value) - i, whole.from + min(j, len(source)), whole.to})
		}
		out = append(out, span{whole.at + i, n, whole.from + j, whole.from + j + n})
		i, j = i+n, j+n
	}
	return out
}
