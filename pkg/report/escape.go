package report

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible makes text from the repository safe to show on one line: whatever moves the cursor, hides, reorders or breaks
// the line is written out (`\n`, `\x1b`, `\u202e`), bytes that are no UTF-8 as `\xNN`. Markers that a CI system's log reader
// acts on in the middle of a line lose their bracket.
func visible(s string) string {
	if clean(s) {
		return s
	}
	return string(appendVisible(make([]byte, 0, len(s)+16), s))
}

// clean is the fast path: printable ASCII without a log marker, which is nearly every string there is.
func clean(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '#' {
			return false
		}
	}
	return true
}

func appendVisible(b []byte, s string) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c == '#' && logMarker(s[i:]) {
			b = append(b, '#')
			b = appendEscapedRune(b, '#')
			i += 2
			continue
		}
		if c >= ' ' && c < 0x7f {
			b = append(b, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size <= 1:
			b = appendHexByte(b, c)
		case unprintable(r):
			b = appendEscapedRune(b, r)
		default:
			b = append(b, s[i:i+size]...)
		}
		i += size
	}
	return b
}

// markerLength is more than the longest log marker known.
const markerLength = 24

// logMarker reports whether s starts with ##[ or ##word[: the GitHub runner, Azure Pipelines (##vso[) and TeamCity
// (##teamcity[) read those as commands wherever they stand in a line.
func logMarker(s string) bool {
	if !strings.HasPrefix(s, "##") {
		return false
	}
	for _, c := range []byte(s[2:min(len(s), markerLength)]) {
		if c == '[' {
			return true
		}
		if c|0x20 < 'a' || c|0x20 > 'z' {
			return false
		}
	}
	return false
}

// unprintable reports whether a rune must not reach a terminal or a reader unannounced: controls (C0, DEL, C1), format
// characters (bidi overrides and isolates, zero-width characters, tags, soft hyphen), line separators.
func unprintable(r rune) bool {
	if r < 0x7f {
		return r < ' '
	}
	return r < 0xa0 || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Cf, r)
}

const hexDigits = "0123456789abcdef"

func appendEscapedRune(b []byte, r rune) []byte {
	switch {
	case r == '\n':
		return append(b, `\n`...)
	case r == '\r':
		return append(b, `\r`...)
	case r == '\t':
		return append(b, `\t`...)
	case r < 0x80:
		return appendHexByte(b, byte(r))
	case r < 0x10000:
		return appendUnicode(b, r)
	}
	b = append(b, `\U`...)
	for shift := 28; shift >= 0; shift -= 4 {
		b = append(b, hexDigits[r>>shift&0xf])
	}
	return b
}

func appendHexByte(b []byte, c byte) []byte {
	return append(b, '\\', 'x', hexDigits[c>>4], hexDigits[c&0xf])
}

func appendUnicode(b []byte, r rune) []byte {
	return append(b, '\\', 'u', hexDigits[r>>12&0xf], hexDigits[r>>8&0xf], hexDigits[r>>4&0xf], hexDigits[r&0xf])
}

// visibleText is visible for prose that may have lines and paragraphs: white space becomes single spaces.
func visibleText(s string) string { return visible(strings.Join(strings.Fields(s), " ")) }

// visibleLines is visible for text whose line breaks are wanted.
func visibleLines(s string) string {
	lines := strings.Split(strings.ReplaceAll(strings.TrimSpace(s), "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = visible(strings.TrimRight(line, " \t"))
	}
	return strings.Join(lines, "\n")
}

// notLeading keeps text that will start a line from starting it with a colon, since the GitHub runner reads a leading "::",
// even behind white space, as a command.
func notLeading(s string) string {
	trimmed := strings.TrimLeftFunc(s, unicode.IsSpace)
	if rest, ok := strings.CutPrefix(trimmed, ":"); ok {
		return s[:len(s)-len(trimmed)] + `\x3a` + rest
	}
	return s
}

// shownName shows the name of a gate, a rule or a file where a line starts, at a length a table can bear.
func shownName(s string) string { return notLeading(visible(clip(s, maxName))) }

// maxName is more than any sensible name has.
const maxName = 1000

// clip cuts text to about max bytes, at a character's boundary, and says how much it left out.
func clip(s string, max int) string {
	if len(s) <= max {
		return s
	}
	cut := max
	for cut > 0 && cut > max-utf8.UTFMax && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "… (" + strconv.Itoa(len(s)-cut) + " bytes more)"
}

// escapeJSON writes out, in finished JSON, the characters that JSON allows raw and a terminal, a reader or a log should not
// get: DEL, C1, format characters and log markers. They can only stand inside strings there, so an escape means the same.
func escapeJSON(data []byte) []byte {
	var out []byte
	start := 0
	for i := 0; i < len(data); {
		r, size := rune(data[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(data[i:])
		}
		switch {
		case r == '#' && i > 0 && data[i-1] == '#' && logMarker(string(data[i-1:min(i+markerLength, len(data))])):
		case r >= 0x7f && unprintable(r):
		default:
			i += size
			continue
		}
		out = appendJSONEscape(append(out, data[start:i]...), r)
		i += size
		start = i
	}
	if start == 0 {
		return data
	}
	return append(out, data[start:]...)
}
