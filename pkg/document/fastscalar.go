package document

import "strings"

// class tells what the fast reader needs to know about a byte.
type class uint8

const (
	control  class = 1 << iota // not allowed in YAML, or a line break other than LF
	tab                        // allowed in few places
	wide                       // part of a longer UTF-8 sequence
	stops                      // may end a plain scalar, or has no business in one
	starts                     // may begin a plain scalar
	flowing                    // may be in a plain scalar in brackets
	escapes                    // ends or interrupts a string in double quotes
	exploded                   // see fastText
)

var classes = func() (t [256]class) {
	for c := range t {
		switch {
		case c == '\n':
		case c == '\t':
			t[c] |= tab | escapes
		case c < ' ' || c == 0x7F:
			t[c] |= control | escapes
		case c >= 0x80:
			t[c] |= wide | starts | flowing
		case c > ' ':
			t[c] |= starts
		}
	}
	for _, c := range "\n\t:#" {
		t[c] |= stops
	}
	for _, c := range "-?:,[]{}#&*!|>'\"%@`" {
		t[c] &^= starts
	}
	for _, c := range "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-./+=$()%@" {
		t[c] |= flowing
	}
	for _, c := range "\n\"\\" {
		t[c] |= escapes
	}
	// Lead bytes of what YAML takes for a line break, a control character, a byte order mark or no character.
	for _, c := range []byte{0xC2, 0xE2, 0xEF} {
		t[c] |= exploded
	}
	return t
}()

// fastText reports whether the text has only characters that need no care.
func fastText(text string) bool {
	var all class
	for i := 0; i < len(text); i++ {
		all |= classes[text[i]]
	}
	if all&control != 0 {
		return false
	}
	if all&exploded == 0 {
		return true
	}
	for i := 0; i+1 < len(text); i++ {
		switch a, b := text[i], text[i+1]; {
		case a == 0xC2 && b < 0xA0:
			return false
		case i+2 >= len(text):
		case a == 0xE2 && b == 0x80 && (text[i+2] == 0xA8 || text[i+2] == 0xA9):
			return false
		case a == 0xEF && b == 0xBB && text[i+2] == 0xBF, a == 0xEF && b == 0xBF && text[i+2] >= 0xBE:
			return false
		}
	}
	return true
}

// token is a scalar on one line. When a colon follows it, it is a key.
type token struct {
	off   int
	text  string
	style style
	key   bool
}

// maxKey bounds a key on one line; YAML's own bound is 1,024 code points.
const maxKey = 1000

// scan reads the scalar at hand: plain or quoted. Behind a key it goes behind the colon.
func (f *fastReader) scan() token {
	t := token{off: f.i}
	switch c := f.text[f.i]; {
	case c == '"':
		t.style, t.text = quoted, f.double()
	case c == '\'':
		t.style, t.text = quoted, f.single()
	case classes[c]&starts != 0 || c == '-' && !f.blankAt(f.i+1):
		return f.plain(t)
	default:
		f.giveUp()
	}
	i := f.i
	for i < len(f.text) && f.text[i] == ' ' {
		i++
	}
	if i < len(f.text) && f.text[i] == ':' {
		if !f.blankAt(i+1) || i-t.off > maxKey {
			f.giveUp()
		}
		f.i, t.key = i+1, true
	}
	return t
}

// plain reads a plain scalar up to the end of the line, a comment or a colon.
func (f *fastReader) plain(t token) token {
	text := f.text
	i := f.i + 1
	for ; i < len(text); i++ {
		if classes[text[i]]&stops == 0 {
			continue
		}
		switch text[i] {
		case ':':
			if !f.blankAt(i + 1) {
				if text[i+1] == '\t' {
					f.giveUp()
				}
				continue
			}
			if i-t.off > maxKey {
				f.giveUp()
			}
			t.text, t.key = strings.TrimRight(text[t.off:i], " "), true
			f.i = i + 1
			return t
		case '#':
			if text[i-1] != ' ' {
				continue
			}
		case '\t':
			f.giveUp()
		}
		break
	}
	end := i
	for text[end-1] == ' ' {
		end--
	}
	t.text = text[t.off:end]
	f.i = end
	return t
}

// single reads a string in single quotes.
func (f *fastReader) single() string {
	text, start := f.text, f.i+1
	doubled := false
	for i := start; i < len(text); i++ {
		switch text[i] {
		case '\n', '\t':
			f.giveUp()
		case '\'':
			if i+1 < len(text) && text[i+1] == '\'' {
				doubled = true
				i++
				continue
			}
			f.i = i + 1
			if doubled {
				return strings.ReplaceAll(text[start:i], "''", "'")
			}
			return text[start:i]
		}
	}
	f.giveUp()
	return ""
}

// double reads a string in double quotes, with the escapes JSON has but for \u.
func (f *fastReader) double() string {
	text, start := f.text, f.i+1
	var out []byte
	from := start // of what is not in out yet
	for i := start; i < len(text); i++ {
		if classes[text[i]]&escapes == 0 {
			continue
		}
		switch text[i] {
		case '"':
			f.i = i + 1
			if out == nil {
				return text[start:i]
			}
			return string(append(out, text[from:i]...))
		case '\\':
			out = append(out, text[from:i]...)
			out = append(out, f.escape(i+1))
			i++
			from = i + 1
		default:
			f.giveUp()
		}
	}
	f.giveUp()
	return ""
}

func (f *fastReader) escape(i int) byte {
	if i < len(f.text) {
		switch c := f.text[i]; c {
		case '"', '\\':
			return c
		case 'n':
			return '\n'
		case 't':
			return '\t'
		case 'r':
			return '\r'
		}
	}
	f.giveUp()
	return 0
}

// setScalar makes n the value of a token.
func (f *fastReader) setScalar(n *Node, t token) {
	n.style = t.style
	if t.style == quoted {
		n.Kind, n.Text = String, t.text
		return
	}
	var num number
	n.Kind, n.Text, num = f.opt.Schema.resolve(t.text)
	if num == infinite {
		f.giveUp()
	}
	if n.Kind != String {
		n.style = word
	}
}

// keyNode returns the node of a key.
func (f *fastReader) keyNode(t token) *Node {
	n := f.node(t.off)
	n.Kind, n.Text, n.style = String, t.text, t.style
	if t.style == quoted {
		return n
	}
	if t.text == "<<" {
		f.giveUp()
	}
	if kind, text, num := f.opt.Schema.resolve(t.text); kind != String {
		n.Text, n.style = keyText(t.text, kind, text, num), word
	}
	return n
}
