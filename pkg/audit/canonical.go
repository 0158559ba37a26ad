package audit

import (
	"bytes"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/gowebpki/jcs"
)

// deepest bounds how far values nest in a line. Our own events nest four deep.
const deepest = 64

// scanner reads JSON that is in the canonical form of RFC 8785 and stops at the first byte that is not. The library can only write
// that form, and comparing its output with each line would take ten times as long as reading the log.
type scanner struct {
	b     []byte
	i     int
	depth int
	fault string // why it stopped, "" while it has not
}

// canonical returns why a text is not one canonical JSON value, "" when it is.
func canonical(b []byte) string {
	s := scanner{b: b}
	if s.value() && s.i != len(b) {
		s.fault = "something follows its end"
	}
	return s.fault
}

func (s *scanner) fail(fault string) bool {
	if s.fault == "" {
		s.fault = fault
	}
	return false
}

// peek is the next byte, 0 at the end.
func (s *scanner) peek() byte {
	if s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

// eat steps over a text.
func (s *scanner) eat(text string) bool {
	if !bytes.HasPrefix(s.b[s.i:], []byte(text)) {
		return false
	}
	s.i += len(text)
	return true
}

func (s *scanner) value() bool {
	switch c := s.peek(); {
	case c == '{':
		return s.object()
	case c == '[':
		return s.array()
	case c == '"':
		_, ok := s.text()
		return ok
	case c == '-' || c >= '0' && c <= '9':
		return s.number()
	case s.eat("true"), s.eat("false"), s.eat("null"):
		return true
	case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		return s.fail("space between values")
	}
	return s.fail("no JSON value where one must stand")
}

func (s *scanner) enter() bool {
	s.i++
	if s.depth++; s.depth > deepest {
		return s.fail("values nest too deep")
	}
	return true
}

func (s *scanner) array() bool {
	if !s.enter() {
		return false
	}
	for first := true; !s.eat("]"); first = false {
		if !first && !s.eat(",") {
			return s.fail("no comma or bracket where one must stand")
		}
		if !s.value() {
			return false
		}
	}
	s.depth--
	return true
}

func (s *scanner) object() bool {
	if !s.enter() {
		return false
	}
	var last []byte
	for first := true; !s.eat("}"); first = false {
		if !first && !s.eat(",") {
			return s.fail("no comma or brace where one must stand")
		}
		if s.peek() != '"' {
			return s.fail("no key where one must stand")
		}
		key, ok := s.text()
		if !ok {
			return false
		}
		if !first {
			switch order := compareKeys(last, key); {
			case order == 0:
				return s.fail("a key stands twice")
			case order > 0:
				return s.fail("keys are not in order")
			}
		}
		last = key
		if !s.eat(":") {
			return s.fail("no colon behind a key")
		}
		if !s.value() {
			return false
		}
	}
	s.depth--
	return true
}

// text reads a string and returns it as it is written, without quotes. Only what must be escaped is, each in the one way RFC 8785
// has for it.
func (s *scanner) text() ([]byte, bool) {
	start := s.i + 1
	for i := start; i < len(s.b); {
		switch c := s.b[i]; {
		case c == '"':
			s.i = i + 1
			return s.b[start:i], true
		case c == '\\':
			n := escapeLength(s.b[i:])
			if n == 0 {
				return nil, s.fail("an escape that canonical JSON does not use")
			}
			i += n
		case c < ' ':
			return nil, s.fail("a raw control character")
		case c < utf8.RuneSelf:
			i++
		default:
			r, n := utf8.DecodeRune(s.b[i:])
			if r == utf8.RuneError && n == 1 {
				return nil, s.fail("bytes that are no UTF-8")
			}
			i += n
		}
	}
	return nil, s.fail("a string without an end")
}

// escapeLength is how many bytes a canonical escape takes, 0 when it is none.
func escapeLength(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(b) < 6 || b[2] != '0' || b[3] != '0' || b[4] != '0' && b[4] != '1' {
			return 0
		}
		low := bytes.IndexByte([]byte("0123456789abcdef"), b[5])
		if low < 0 || b[4] == '0' && bytes.IndexByte([]byte("\b\t\n\f\r"), byte(low)) >= 0 {
			return 0
		}
		return 6
	}
	return 0
}

// compareKeys orders keys as RFC 8785 does: by UTF-16 code units. Without escapes and beyond ASCII that is the order of the bytes.
func compareKeys(a, b []byte) int {
	if plain(a) && plain(b) {
		return bytes.Compare(a, b)
	}
	return slices.Compare(units(a), units(b))
}

func plain(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf || c == '\\' {
			return false
		}
	}
	return true
}

func units(raw []byte) []uint16 {
	var text []rune
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			r, n := utf8.DecodeRune(raw[i:])
			text = append(text, r)
			i += n
			continue
		}
		switch c := raw[i+1]; c {
		case 'u':
			n, _ := strconv.ParseUint(string(raw[i+2:i+6]), 16, 16)
			text = append(text, rune(n))
			i += 6
		default:
			if at := bytes.IndexByte([]byte("bfnrt"), c); at >= 0 {
				c = "\b\f\n\r\t"[at]
			}
			text = append(text, rune(c))
			i += 2
		}
	}
	return utf16.Encode(text)
}

// number reads a number as ECMAScript prints it.
func (s *scanner) number() bool {
	start := s.i
	for s.i < len(s.b) && bytes.IndexByte([]byte("+-.0123456789eE"), s.b[s.i]) >= 0 {
		s.i++
	}
	text := s.b[start:s.i]
	if small(text) {
		return true
	}
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return s.fail("a number out of range")
	}
	if want, err := jcs.NumberToJSON(f); err != nil || want != string(text) {
		return s.fail("a number that is not written as canonical JSON has it")
	}
	return true
}

// small reports whether a number is a whole one of few digits, which has but one way to be written.
func small(text []byte) bool {
	if len(text) > 0 && text[0] == '-' {
		text = text[1:]
		if len(text) > 0 && text[0] == '0' {
			return false
		}
	}
	if len(text) == 0 || len(text) > 15 || text[0] == '0' && len(text) > 1 {
		return false
	}
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
