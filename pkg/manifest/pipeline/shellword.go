package pipeline

import (
	"strconv"
	"strings"
)

// word is one word of a script.
type word struct {
	text    string // without quotes; an expansion is written as unknown
	unknown bool   // it holds what only a shell can work out
	quoted  bool   // some of it was quoted
}

// unknown stands for an expansion in the text of a word. It is one itself, so that a shell that is given the text as a
// script finds something unknown in the same place.
const unknown = "${_}"

// builder makes a word.
type builder struct {
	strings.Builder
	unknown bool
	quoted  bool
}

func (b *builder) expansion() {
	b.unknown = true
	b.WriteString(unknown)
}

// plain reports whether the word may be a reserved one.
func (w word) plain() bool { return !w.unknown && !w.quoted }

func (w word) digits() bool {
	return w.plain() && w.text != "" && strings.Trim(w.text, "0123456789") == ""
}

// placeholder returns the length of the CI system's placeholder at hand, or 0.
func (s *splitter) placeholder() int {
	open, end := s.hole.open, s.hole.end
	if open == "" || s.at(0) != open[0] || !s.has(open) {
		return 0
	}
	from := s.i + len(open)
	if s.end < from { // looked for once, so that many openings without an end cost no more than one
		if n := strings.Index(s.text[from:], end); n >= 0 {
			s.end = from + n
		} else {
			s.end = len(s.text)
		}
	}
	if s.end >= len(s.text) || !s.hole.fits(s.text[from:s.end]) {
		return 0
	}
	return s.end + len(end) - s.i
}

// fill skips the placeholder at hand.
func (s *splitter) fill(b *builder) bool {
	n := s.placeholder()
	if n > 0 {
		b.expansion()
		s.i += n
	}
	return n > 0
}

// wordEnds reports whether a character at hand ends a word.
func (s *splitter) wordEnds() bool {
	switch s.at(0) {
	case 0, ' ', '\t', '\r', '\n', ';', '&', '|', '<', '>', '(', ')':
		return s.placeholder() == 0
	}
	return false
}

// word reads the word at hand.
func (s *splitter) word() word {
	var b builder
	var braces braces
	start := s.i
	for s.i < len(s.text) {
		if s.fill(&b) {
			continue
		}
		if n := s.continued(); n > 0 {
			s.i += n
			continue
		}
		c := s.at(0)
		if c == '(' && s.i > start && s.parenthesis(&b) {
			continue
		}
		if s.wordEnds() {
			break
		}
		switch c {
		case '\\':
			b.quoted = true
			if s.i++; s.i < len(s.text) {
				b.WriteByte(s.at(0))
				s.i++
			}
		case '\'':
			s.single(&b)
		case '"':
			s.quotes(&b)
		case '$':
			switch s.at(1) {
			case '\'':
				s.ansi(&b)
			case '"':
				s.i++
				s.quotes(&b)
			default:
				s.dollar(&b, false)
			}
		case '`':
			s.backtick(&b)
		default:
			braces.see(c)
			b.WriteByte(c)
			s.i++
		}
	}
	if s.i == start { // nothing that can be part of a word
		s.fail()
	}
	return word{text: b.String(), unknown: b.unknown || braces.expand, quoted: b.quoted}
}

// parenthesis reads what may stand in parentheses inside a word: an array behind declare, a pattern of bash as @(a|b).
func (s *splitter) parenthesis(b *builder) bool {
	switch before := s.text[s.i-1]; {
	case before == '=':
		b.expansion()
		s.array()
	case strings.IndexByte("?*+@!", before) >= 0:
		b.expansion()
		s.group()
	default:
		return false
	}
	return true
}

// braces tells a word that bash expands to several: {a,b} and {1..9}.
type braces struct {
	open   bool
	list   bool
	dot    bool
	expand bool
}

func (b *braces) see(c byte) {
	switch {
	case c == '{':
		b.open, b.list = true, false
	case c == ',', c == '.' && b.dot:
		b.list = b.open
	case c == '}' && b.list:
		b.expand = true
	}
	b.dot = c == '.'
}

// single reads '…' at hand.
func (s *splitter) single(b *builder) {
	b.quoted = true
	for s.i++; s.i < len(s.text); {
		if s.fill(b) {
			continue
		}
		c := s.at(0)
		s.i++
		if c == '\'' {
			return
		}
		b.WriteByte(c)
	}
	s.fail()
}

// quotes reads "…" at hand.
func (s *splitter) quotes(b *builder) {
	if !s.enter() {
		return
	}
	defer func() { s.depth-- }()
	b.quoted = true
	for s.i++; s.i < len(s.text); {
		if s.fill(b) {
			continue
		}
		switch c := s.at(0); c {
		case '"':
			s.i++
			return
		case '\\':
			switch n := s.continued(); {
			case n > 0:
				s.i += n
			case s.at(1) != 0 && strings.IndexByte("$`\"\\", s.at(1)) >= 0:
				b.WriteByte(s.at(1))
				s.i += 2
			default:
				b.WriteByte(c)
				s.i++
			}
		case '$':
			s.dollar(b, true)
		case '`':
			s.backtick(b)
		default:
			b.WriteByte(c)
			s.i++
		}
	}
	s.fail()
}

// dollar reads the expansion at hand, or a dollar that is only a dollar.
func (s *splitter) dollar(b *builder, quoted bool) {
	switch c := s.at(1); {
	case c == '(':
		b.expansion()
		if n := arithmetic(s.text[s.i+1:]); n > 0 && s.at(2) == '(' {
			if s.enter() {
				s.expansions(s.text[s.i+3 : s.i+n-1])
				s.depth--
				s.i += 1 + n
			}
			return
		}
		s.i += 2
		s.list(atParen)
	case c == '{':
		b.expansion()
		s.parameter(quoted)
	case c == '_' || letter(c):
		b.expansion()
		s.i += 2
		for c := s.at(0); c == '_' || letter(c) || digit(c); c = s.at(0) {
			s.i++
		}
	case digit(c) || c != 0 && strings.IndexByte("@*#?$!-", c) >= 0:
		b.expansion()
		s.i += 2
	default:
		b.WriteByte('$')
		s.i++
	}
}

// parameter skips ${…}. What stands in it and runs is found.
func (s *splitter) parameter(quoted bool) {
	if !s.enter() {
		return
	}
	defer func() { s.depth-- }()
	for s.i += 2; s.i < len(s.text); {
		var b builder
		switch c := s.at(0); {
		case c == '}':
			s.i++
			return
		case c == '\\':
			s.i += 2
		case c == '\'' && !quoted:
			s.single(&b)
		case c == '"':
			s.quotes(&b)
		case c == '$':
			s.dollar(&b, quoted)
		case c == '`':
			s.backtick(&b)
		default:
			s.i++
		}
	}
	s.fail()
}

// backtick reads `…` at hand, in which a backslash hides a backtick.
func (s *splitter) backtick(to *builder) {
	if !s.enter() {
		return
	}
	defer func() { s.depth-- }()
	to.expansion()
	var b strings.Builder
	for s.i++; s.i < len(s.text); s.i++ {
		switch c := s.at(0); {
		case c == '`':
			s.i++
			in := &splitter{text: b.String(), hole: s.hole, depth: s.depth}
			in.list(atEnd)
			s.simple = append(s.simple, in.simple...)
			if in.failed {
				s.fail()
			}
			return
		case c == '\\' && s.at(1) != 0 && strings.IndexByte("`$\\", s.at(1)) >= 0:
			s.i++
			b.WriteByte(s.at(0))
		default:
			b.WriteByte(c)
		}
	}
	s.fail()
}

// group skips a parenthesis of a pattern. What stands in it and runs is found.
func (s *splitter) group() {
	var b builder
	for depth := 0; s.i < len(s.text); {
		switch s.at(0) {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				s.i++
				return
			}
		case '\'':
			s.single(&b)
			continue
		case '"':
			s.quotes(&b)
			continue
		case '$':
			s.dollar(&b, false)
			continue
		case '`':
			s.backtick(&b)
			continue
		case '\n':
			s.fail()
			return
		}
		s.i++
	}
	s.fail()
}

// ansi reads $'…', in which letters may be written by number.
func (s *splitter) ansi(b *builder) {
	b.quoted = true
	for s.i += 2; s.i < len(s.text); {
		switch c := s.at(0); c {
		case '\'':
			s.i++
			return
		case '\\':
			s.i++
			s.escape(b)
		default:
			b.WriteByte(c)
			s.i++
		}
	}
	s.fail()
}

func (s *splitter) escape(b *builder) {
	c := s.at(0)
	s.i++
	switch c {
	case 0:
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	case 'x':
		b.WriteByte(byte(s.number(16, 2)))
	case 'u':
		b.WriteRune(s.number(16, 4))
	case 'U':
		b.WriteRune(s.number(16, 8))
	case '0', '1', '2', '3', '4', '5', '6', '7':
		s.i--
		b.WriteByte(byte(s.number(8, 3)))
	default:
		b.WriteByte(c)
	}
}

// number reads up to most digits at hand.
func (s *splitter) number(base, most int) rune {
	code := rune(0)
	for range most {
		d, err := strconv.ParseUint(string(s.at(0)), base, 8)
		if err != nil {
			break
		}
		code = code*rune(base) + rune(d)
		s.i++
	}
	return code
}
