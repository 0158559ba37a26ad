package document

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// json reads the whole text as one JSON value (RFC 8259).
func (r *reader) json() (*Document, *problem) {
	doc := &Document{Path: r.file.Path, src: r.src}
	j := jsonReader{reader: r, text: r.src.text}
	r.arena.expect(len(j.text) / 16)
	p := guard(0, func() {
		j.space()
		doc.Root = j.value(0)
		j.space()
		if j.i < len(j.text) {
			j.syntax(j.i, "there is text behind the end of the JSON value")
		}
	})
	return doc, p
}

// jsonReader is at offset i of text.
type jsonReader struct {
	*reader
	text  string
	i     int
	nodes int
	pairs []Pair  // scratch
	items []*Node // scratch
}

func (j *jsonReader) syntax(at int, message string) {
	panic(&problem{from: at, to: at, message: message, syntax: true})
}

func (j *jsonReader) space() {
	for j.i < len(j.text) {
		switch j.text[j.i] {
		case ' ', '\n', '\r', '\t':
			j.i++
		default:
			return
		}
	}
}

// peek returns the byte at hand, or 0 at the end.
func (j *jsonReader) peek() byte {
	if j.i < len(j.text) {
		return j.text[j.i]
	}
	return 0
}

func (j *jsonReader) node(kind Kind, s style) *Node {
	if j.nodes++; j.nodes > j.opt.MaxNodes {
		panic(&problem{
			from: j.i, to: j.i,
			message: "the document has too many nodes: the limit is " + itoa(j.opt.MaxNodes),
		})
	}
	n := j.arena.node()
	n.Kind, n.style, n.off = kind, s, int32(j.i)
	return n
}

func (j *jsonReader) value(depth int) *Node {
	switch c := j.peek(); {
	case c == '{' || c == '[':
		if depth++; depth > j.opt.MaxDepth {
			panic(&problem{
				from: j.i, to: j.i,
				message: "the document is nested too deeply: the limit is " + itoa(j.opt.MaxDepth),
			})
		}
		if c == '{' {
			return j.object(depth)
		}
		return j.array(depth)
	case c == '"':
		n := j.node(String, quoted)
		n.Text = j.string()
		return n
	case c == '-' || c >= '0' && c <= '9':
		n := j.node(Number, word)
		n.Text = j.number()
		return n
	}
	for _, w := range jsonWords {
		if len(j.text)-j.i >= len(w.text) && j.text[j.i:j.i+len(w.text)] == w.text {
			n := j.node(w.kind, word)
			if w.kind == Bool {
				n.Text = w.text
			}
			j.i += len(w.text)
			return n
		}
	}
	if j.i >= len(j.text) {
		j.syntax(j.i, "the JSON text ends where a value was expected")
	}
	j.syntax(j.i, "a JSON value was expected")
	return nil
}

var jsonWords = []struct {
	text string
	kind Kind
}{{"true", Bool}, {"false", Bool}, {"null", Null}}

func (j *jsonReader) object(depth int) *Node {
	n := j.node(Mapping, flow)
	j.i++
	base := len(j.pairs)
	var seen keys
	for j.space(); j.peek() != '}'; j.space() {
		if len(j.pairs) > base {
			j.expect(',', "a ',' or '}' was expected")
			j.space()
		}
		if j.peek() != '"' {
			j.syntax(j.i, "a key in double quotes was expected")
		}
		key := j.node(String, quoted)
		key.Text = j.string()
		if first := seen.find(j.pairs[base:], key.Text); first >= 0 {
			panic(duplicateKey(j.src, key.Text, int(j.pairs[base+first].Key.off), int(key.off), j.i))
		}
		j.space()
		j.expect(':', "a ':' was expected behind the key")
		j.space()
		value := j.value(depth)
		j.pairs = append(j.pairs, Pair{key, value})
		seen.add(key.Text, len(j.pairs)-base-1)
	}
	j.i++
	n.Pairs = j.arena.keepPairs(j.pairs[base:])
	j.pairs = j.pairs[:base]
	return n
}

func (j *jsonReader) array(depth int) *Node {
	n := j.node(Sequence, flow)
	j.i++
	base := len(j.items)
	for j.space(); j.peek() != ']'; j.space() {
		if len(j.items) > base {
			j.expect(',', "a ',' or ']' was expected")
			j.space()
		}
		item := j.value(depth)
		j.items = append(j.items, item)
	}
	j.i++
	n.Items = j.arena.keepItems(j.items[base:])
	j.items = j.items[:base]
	return n
}

func (j *jsonReader) expect(c byte, message string) {
	if j.peek() != c {
		j.syntax(j.i, message)
	}
	j.i++
}

// number reads a number and checks it against the grammar. Like encoding/json, which the cluster uses, it refuses what a
// float64 cannot hold; readers that compute with exact numbers could be made to work for hours otherwise.
func (j *jsonReader) number() string {
	start := j.i
	if j.peek() == '-' {
		j.i++
	}
	switch c := j.peek(); {
	case c == '0':
		j.i++
	case c >= '1' && c <= '9':
		j.digits()
	default:
		j.syntax(start, "a number lacks its digits")
	}
	wide := j.i-start > 300
	if j.peek() == '.' {
		j.i++
		j.someDigits(start)
	}
	if c := j.peek(); c == 'e' || c == 'E' {
		wide = true
		j.i++
		if c := j.peek(); c == '+' || c == '-' {
			j.i++
		}
		j.someDigits(start)
	}
	text := j.text[start:j.i]
	if wide {
		if !isFloat(text) {
			panic(&problem{from: start, to: j.i, message: "a number is out of range", syntax: true})
		}
	}
	return text
}

func (j *jsonReader) digits() {
	for c := j.peek(); c >= '0' && c <= '9'; c = j.peek() {
		j.i++
	}
}

func (j *jsonReader) someDigits(start int) {
	before := j.i
	if j.digits(); j.i == before {
		j.syntax(start, "a number lacks its digits")
	}
}

// string reads the string at hand. Without escapes, which is the common case, it is not copied.
func (j *jsonReader) string() string {
	start := j.i + 1
	for i := start; i < len(j.text); i++ {
		switch c := j.text[i]; {
		case c == '"':
			j.i = i + 1
			return j.text[start:i]
		case c == '\\':
			return j.escaped(start, i)
		case c < ' ':
			j.syntax(i, "a control character is not allowed in a string: is it closed?")
		}
	}
	j.syntax(j.i, "a string is not closed")
	return ""
}

// escaped reads a string whose first escape is at i.
func (j *jsonReader) escaped(start, i int) string {
	out := append(make([]byte, 0, i-start+32), j.text[start:i]...)
	for i < len(j.text) {
		switch c := j.text[i]; {
		case c == '"':
			j.i = i + 1
			return string(out)
		case c < ' ':
			j.syntax(i, "a control character is not allowed in a string: is it closed?")
		case c != '\\':
			out = append(out, c)
			i++
		case i+1 < len(j.text) && j.text[i+1] == 'u':
			var r rune
			r, i = j.unicode(i)
			out = utf8.AppendRune(out, r)
		default:
			out = append(out, j.escape(i))
			i += 2
		}
	}
	j.syntax(start-1, "a string is not closed")
	return ""
}

// escape decodes the two characters at i.
func (j *jsonReader) escape(i int) byte {
	if i+1 < len(j.text) {
		switch c := j.text[i+1]; c {
		case '"', '\\', '/':
			return c
		case 'b':
			return '\b'
		case 'f':
			return '\f'
		case 'n':
			return '\n'
		case 'r':
			return '\r'
		case 't':
			return '\t'
		}
	}
	j.syntax(i, "a string has an unknown escape")
	return 0
}

// unicode decodes \uXXXX at i, or two of them that make a surrogate pair. Half a pair becomes U+FFFD.
func (j *jsonReader) unicode(i int) (r rune, next int) {
	r, next = j.hex4(i), i+6
	if !utf16.IsSurrogate(r) {
		return r, next
	}
	if next+1 < len(j.text) && j.text[next] == '\\' && j.text[next+1] == 'u' {
		if pair := utf16.DecodeRune(r, j.hex4(next)); pair != utf8.RuneError {
			return pair, next + 6
		}
	}
	return utf8.RuneError, next
}

func (j *jsonReader) hex4(i int) rune {
	if i+6 <= len(j.text) {
		if v, err := strconv.ParseUint(j.text[i+2:i+6], 16, 16); err == nil {
			return rune(v)
		}
	}
	j.syntax(i, "a \\u escape lacks its four digits")
	return 0
}
