package keymaterial

import (
	"regexp"
	"strings"
)

// value is what is behind a sign.
type value struct {
	text  string // with its quotes
	end   int
	quote byte
	none  bool // a mapping, a list, a block: not a value
}

// valueAt reads the value that begins at a place. Outer is the quote that name and value have together.
func valueAt(text string, at int, colon bool, outer byte) value {
	begin := at
	for begin < len(text) && (text[begin] == ' ' || text[begin] == '\t') {
		begin++
	}
	line := lineFrom(text, begin)
	if outer != 0 {
		if i := strings.IndexByte(line, outer); i >= 0 {
			return value{text: line[:i], end: begin + i}
		}
	}
	if colon {
		if m := typed.FindStringIndex(line); m != nil {
			begin += m[1]
			line = line[m[1]:]
		}
		if v, ok := blockValue(text, begin, line); ok {
			return v
		}
	}
	if v, ok := quotedValue(text, begin, line); ok {
		return v
	}
	if line != "" && strings.IndexByte("{[(&", line[0]) >= 0 && !strings.HasPrefix(line, "{{") {
		return value{none: true, end: begin}
	}
	bare := bareValue(line, begin > at)
	return value{text: bare, end: pastComment(text, begin+len(bare))}
}

// typed is the type between a name's colon and its value.
var typed = regexp.MustCompile(`^[A-Za-z&'\[][\w.<>\[\]|&' ?]{0,60}[ \t]*=[ \t]*`)

// lineFrom is the rest of a line.
func lineFrom(text string, at int) string {
	line := text[at:min(len(text), at+maxLine)]
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	return strings.TrimSuffix(line, "\r")
}

// lineUpTo is the line before a place.
func lineUpTo(text string, at int) string {
	line := text[max(0, at-maxLine):at]
	return line[strings.LastIndexByte(line, '\n')+1:]
}

// blockValue reads what YAML has on the next lines: text behind "|" and ">", or a mapping, which is no value.
func blockValue(text string, at int, line string) (value, bool) {
	bare, _, _ := strings.Cut(strings.TrimRight(line, " \t"), " #")
	block := bare != "" && strings.IndexByte("|>", bare[0]) >= 0 && strings.Trim(bare[1:], "+-0123456789") == ""
	if bare != "" && !block {
		return value{}, false
	}
	own := indent(lineUpTo(text, at))
	rest := at + len(lineFrom(text, at))
	for rest < len(text) {
		next := strings.TrimLeft(text[rest:], "\r\n")
		from := len(text) - len(next)
		content := lineFrom(text, from)
		if strings.TrimSpace(content) == "" && next != "" {
			rest = from + len(content)
			continue
		}
		deeper := indent(content) > own
		switch {
		case block && deeper:
			return value{text: strings.TrimSpace(content), end: from + len(content)}, true
		case !block && (deeper || strings.HasPrefix(strings.TrimLeft(content, " "), "- ")):
			return value{none: true, end: at}, true
		}
		break
	}
	return value{end: at}, true
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// prefixes are what languages put before a quote.
var prefixes = regexp.MustCompile(`^(?:[bBrRfFuUL@$]{0,2})(?:"""|'''|["'` + "`" + `])`)

// quotedValue reads a value in quotes to the end of them. Single quotes end with the line; without an end the line is the value.
func quotedValue(text string, at int, line string) (value, bool) {
	m := prefixes.FindString(line)
	if m == "" {
		return value{}, false
	}
	mark := strings.TrimLeft(m, "bBrRfFuUL@$")
	body, from := text[at+len(m):min(len(text), at+len(m)+maxValue)], at+len(m)
	if mark == "'" {
		body = line[len(m):]
	}
	if i := closing(body, mark); i >= 0 {
		end := from + i + len(mark)
		unprefixed := text[at+len(m)-len(mark) : end]
		return value{text: unprefixed, end: pastComment(text, end), quote: mark[0]}, true
	}
	return value{text: line[len(m):], end: at + len(line), quote: mark[0]}, true
}

// closing finds the end of quotes. A backslash keeps the next character from being it.
func closing(body, mark string) int {
	for i := 0; i < len(body); i++ {
		switch {
		case body[i] == '\\' && mark[0] != '\'':
			i++
		case strings.HasPrefix(body[i:], mark):
			return i
		}
	}
	return -1
}

var another = regexp.MustCompile(`[ \t]+(?:-e[ \t]+|--\w+[ \t]+)?[A-Za-z_]\w*=|,[ \t]*["']?[A-Za-z_][\w-]*["']?[ \t]*:`)

// bareValue reads a value without quotes: to the end of the line, to a comment, to what closes more than it opens, or to another
// assignment. "#" is a comment only behind a space.
func bareValue(line string, spaced bool) string {
	v := line
	for _, sign := range []string{" #", "\t#", " //", "\t//"} {
		v, _, _ = strings.Cut(v, sign)
	}
	if spaced && strings.HasPrefix(v, "#") {
		return ""
	}
	if m := another.FindStringIndex(v); m != nil && !strings.HasPrefix(v, "$(") && !strings.HasPrefix(v, "{{") {
		v = v[:m[0]]
	}
	for {
		short := strings.TrimRight(v, ",; \t")
		for i, c := range []string{"}", "]", ")"} {
			if strings.HasSuffix(short, c) && strings.Count(short, c) > strings.Count(short, "{[("[i:i+1]) {
				short = short[:len(short)-1]
			}
		}
		if short == v {
			return v
		}
		v = short
	}
}

// pastComment is the end of the line where nothing but a comment is left of it.
func pastComment(text string, at int) int {
	line := lineFrom(text, at)
	if isComment(strings.TrimLeft(line, " \t")) {
		return at + len(line)
	}
	return at
}
