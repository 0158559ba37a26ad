package secrets

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf8"
)

// kind is a way of encoding; kinds can be or'd. The lower its value, the more a kind prevails over a neighbour.
type kind uint8

const (
	percent kind = 1 << iota
	escape       // Unicode: U+0041 or \u0041
	hexadecimal
	base
)

var kindNames = []string{"percent", "unicode", "hex", "base64"}

// encoded is a stretch of text that looks encoded.
type encoded struct {
	span
	kind kind
}

const (
	minHex  = 32
	minBase = 16
)

// What a byte can be part of.
const (
	isHex  = 1 << iota
	isBase // the alphabets of base64, without padding
	isLikelyHex
	isLikelyBase
	isSpace
	isPrintable
)

var byteKind = newByteKind()

func newByteKind() (t [256]uint8) {
	mark := func(chars string, bit uint8) {
		for i := range len(chars) {
			t[chars[i]] |= bit
		}
	}
	const digits, letters = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	mark(digits+"ABCDEFabcdef", isHex)
	mark(digits+letters+"_/+-", isBase)
	mark(digits, isLikelyHex|isLikelyBase)
	mark("+/-_", isLikelyBase)
	mark("\t\n\f\r ", isSpace)
	for c := '\t'; c < 0x7f; c++ {
		t[c] |= isPrintable
	}
	return t
}

// findEncoded finds what looks encoded. Of two that touch the one whose kind does not prevail is left for the next pass.
func findEncoded(text string, into []encoded) []encoded {
	all := allEncoded(text, into[:0])
	if len(all) <= 1 {
		return all
	}
	kept := all[:0]
	before := encoded{}
	for i, e := range all {
		loses := i > 0 && e.overlaps(before.span) && before.kind < e.kind ||
			i+1 < len(all) && e.overlaps(all[i+1].span) && all[i+1].kind < e.kind
		before = e
		if !loses {
			kept = append(kept, e)
		}
	}
	return kept
}

// allEncoded finds, from left to right and without overlap, at each place the first that is there of: percent encoding (up to
// the last of the line), Unicode escapes, 32 or more hexadecimal digits, 16 or more characters of base64.
func allEncoded(text string, into []encoded) []encoded {
	next := candidates{text: text, percent: -1, backslash: -1, point: -1, run: -1}
	for i := next.from(0); i < len(text); i = next.from(i) {
		e := encodedAt(text, i)
		if e.end == i {
			i++
			continue
		}
		into = append(into, e)
		i = e.end
	}
	return into
}

// candidates are the next places where something encoded may begin; -1 or any other place that has been passed: to be found.
type candidates struct {
	text                           string
	percent, backslash, point, run int
}

// from is the first candidate at or behind i, or the end of the text.
func (c *candidates) from(i int) int {
	if c.percent < i {
		c.percent = indexFrom(c.text, i, "%")
	}
	if c.backslash < i {
		c.backslash = indexFrom(c.text, i, "\\")
	}
	if c.point < i {
		c.point = indexFrom(c.text, i, "U+")
	}
	if c.run < i {
		c.run = nextRun(c.text, i)
	}
	return min(c.percent, c.backslash, c.point, c.run)
}

func indexFrom(text string, i int, what string) int {
	if n := strings.Index(text[i:], what); n >= 0 {
		return i + n
	}
	return len(text)
}

// encodedAt is what begins at i; empty if nothing does.
func encodedAt(text string, i int) encoded {
	switch {
	case isPercent(text, i):
		return encoded{span{i, lastPercent(text, i+3)}, percent}
	case text[i] == 'U':
		if end := repeat(text, i, codePoint); end > i {
			return encoded{span{i, end}, escape}
		}
	case text[i] == '\\':
		return encoded{span{i, repeat(text, i, backslash)}, escape}
	}
	if end := runOf(text, i, isHex); end-i >= minHex {
		return encoded{span{i, end}, hexadecimal}
	}
	end := runOf(text, i, isBase)
	if end-i < minBase {
		return encoded{span: span{i, i}}
	}
	for n := 0; n < 2 && end < len(text) && text[end] == '='; n++ {
		end++
	}
	return encoded{span{i, end}, base}
}

// nextRun is the next place at or behind i from which minBase bytes of base64 follow, or the end of the text.
func nextRun(text string, i int) int {
	for i+minBase <= len(text) {
		j := i + minBase - 1
		for j >= i && byteKind[text[j]]&isBase != 0 {
			j--
		}
		if j < i {
			return i
		}
		i = j + 1
	}
	return len(text)
}

func runOf(text string, i int, bit uint8) int {
	for i < len(text) && byteKind[text[i]]&bit != 0 {
		i++
	}
	return i
}

func repeat(text string, i int, one func(string, int) int) int {
	for {
		end := one(text, i)
		if end == i {
			return i
		}
		i = end
	}
}

func isPercent(text string, i int) bool {
	return i+2 < len(text) && text[i] == '%' && byteKind[text[i+1]]&byteKind[text[i+2]]&isHex != 0
}

// lastPercent is the end of the last percent encoding on the line from i, or i.
func lastPercent(text string, i int) int {
	end := len(text)
	if n := strings.IndexByte(text[i:], '\n'); n >= 0 {
		end = i + n
	}
	for line := text[i:end]; ; {
		n := strings.LastIndexByte(line, '%')
		if n < 0 {
			return i
		}
		if isPercent(text[:end], i+n) {
			return i + n + 3
		}
		line = line[:n]
	}
}

// codePoint is the end of U+ and four hexadecimal digits, with the white space or the end of the text behind them.
func codePoint(text string, i int) int {
	if !strings.HasPrefix(text[i:], "U+") || !fourHex(text, i+2) {
		return i
	}
	switch end := i + 6; {
	case end == len(text):
		return end
	case byteKind[text[end]]&isSpace != 0:
		return end + 1
	}
	return i
}

// backslash is the end of one or two backslashes, a u in either case and four hexadecimal digits.
func backslash(text string, i int) int {
	if i >= len(text) || text[i] != '\\' {
		return i
	}
	j := i + 1
	if j < len(text) && text[j] == '\\' {
		j++
	}
	if j < len(text) && text[j]|0x20 == 'u' && fourHex(text, j+1) {
		return j + 5
	}
	return i
}

func fourHex(text string, i int) bool {
	if i+4 > len(text) {
		return false
	}
	return byteKind[text[i]]&byteKind[text[i+1]]&byteKind[text[i+2]]&byteKind[text[i+3]]&isHex != 0
}

// decode is what s, which was found as of kind k, stands for; empty if it is not encoded after all.
func (k kind) decode(s string) string {
	switch k {
	case percent:
		return decodePercent(s)
	case escape:
		return decodeEscapes(s)
	case hexadecimal:
		return decodeHex(s)
	}
	return decodeBase(s)
}

func decodePercent(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if !isPercent(s, i) {
			b.WriteByte(s[i])
			i++
			continue
		}
		c := nibble(s[i+1])<<4 | nibble(s[i+2])
		if byteKind[c]&isPrintable == 0 {
			return ""
		}
		b.WriteByte(c)
		i += 3
	}
	return b.String()
}

func nibble(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}

func decodeEscapes(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '+' && s[i]|0x20 != 'u' || !fourHex(s, i+1) {
			i++
			continue
		}
		n, _ := strconv.ParseUint(s[i+1:i+5], 16, 32)
		r := rune(n)
		if !utf8.ValidRune(r) {
			r = utf8.RuneError
		}
		b.WriteRune(r)
		i += 5
	}
	return b.String()
}

func decodeHex(s string) string {
	if len(s)%2 != 0 || !hasAny(s, isLikelyHex) {
		return ""
	}
	b := make([]byte, 0, len(s)/2)
	for i := 0; i < len(s); i += 2 {
		c := nibble(s[i])<<4 | nibble(s[i+1])
		if byteKind[c]&isPrintable == 0 {
			return ""
		}
		b = append(b, c)
	}
	return string(b)
}

// decodeBase looks at the first four characters before it decodes all: most names of programs fail there.
func decodeBase(s string) string {
	if !hasAny(s, isLikelyBase) || !firstPrintable(s) {
		return ""
	}
	buffer := make([]byte, base64.RawURLEncoding.DecodedLen(len(s)))
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
		n, err := encoding.Decode(buffer, []byte(s))
		if err == nil && allPrintable(buffer[:n]) {
			return string(buffer[:n])
		}
	}
	return ""
}

// firstPrintable reports whether the first three bytes that s stands for are printable.
func firstPrintable(s string) bool {
	var bits uint32
	for i := range 4 {
		bits = bits<<6 | uint32(sixBits(s[i]))
	}
	return byteKind[bits>>16]&byteKind[bits>>8&0xff]&byteKind[bits&0xff]&isPrintable != 0
}

// sixBits is what a character of either alphabet of base64 stands for.
func sixBits(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 26
	case c == '_':
		return 63
	case c >= 'A':
		return c - 'A'
	case c >= '0' && c <= '9':
		return c - '0' + 52
	case c == '/':
		return 63
	}
	return 62
}

func hasAny(s string, bit uint8) bool {
	for i := range len(s) {
		if byteKind[s[i]]&bit != 0 {
			return true
		}
	}
	return false
}

func allPrintable(b []byte) bool {
	for _, c := range b {
		if byteKind[c]&isPrintable == 0 {
			return false
		}
	}
	return true
}
