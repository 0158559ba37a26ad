package plan

import (
	"bytes"
	"iter"
	"unicode/utf8"
)

// span is a stretch of the bytes: from s up to e. The zero span stands for absence; no value begins at 0 but the whole.
type span struct{ s, e uint32 }

// member is a property of an object: its name without the quotes, as written, and its value.
type member struct{ key, value span }

func spanOf(s, e int) span { return span{uint32(s), uint32(e)} }

// document is JSON text that the scanner has found to be sound. Its methods take spans of it and check nothing again.
type document []byte

func (d document) raw(v span) []byte { return d[v.s:v.e] }

// kind is the value's first byte, with '0' for every number, and 0 for what is absent.
func (d document) kind(v span) byte {
	if v.e == 0 {
		return 0
	}
	return kindOf(d[v.s])
}

func kindOf(first byte) byte {
	if first == '-' || '0' <= first && first <= '9' {
		return '0'
	}
	return first
}

// present reports whether there is a value other than null.
func (d document) present(v span) bool {
	k := d.kind(v)
	return k != 0 && k != 'n'
}

// object visits an object's properties and returns the place behind it. The visitor returns the place behind the value at the
// place given, so that nested visits read everything once.
func (d document) object(i int, visit func(key span, at int) (end int)) int {
	if d[i] != '{' {
		return d.skip(i)
	}
	i = d.space(i + 1)
	for d[i] != '}' {
		key := i + 1
		i = d.skipText(i)
		i = d.space(visit(spanOf(key, i-1), d.space(d.space(i)+1)))
		if d[i] == ',' {
			i = d.space(i + 1)
		}
	}
	return i + 1
}

// array visits an array's elements, like object.
func (d document) array(i int, visit func(at int) (end int)) int {
	if d[i] != '[' {
		return d.skip(i)
	}
	i = d.space(i + 1)
	for d[i] != ']' {
		if i = d.space(visit(i)); d[i] == ',' {
			i = d.space(i + 1)
		}
	}
	return i + 1
}

// members goes through an object's properties; of anything else there are none.
func (d document) members(v span) iter.Seq2[span, span] {
	return func(yield func(key, value span) bool) {
		if d.kind(v) != '{' {
			return
		}
		i := d.space(int(v.s) + 1)
		for d[i] != '}' {
			key := i + 1
			i = d.skipText(i)
			end := i - 1
			value := d.space(d.space(i) + 1)
			i = d.skip(value)
			if !yield(spanOf(key, end), spanOf(value, i)) {
				return
			}
			if i = d.space(i); d[i] == ',' {
				i = d.space(i + 1)
			}
		}
	}
}

// elements goes through an array; in anything else there are none.
func (d document) elements(v span) iter.Seq[span] {
	return func(yield func(span) bool) {
		if d.kind(v) != '[' {
			return
		}
		i := d.space(int(v.s) + 1)
		for d[i] != ']' {
			value := i
			i = d.skip(i)
			if !yield(spanOf(value, i)) {
				return
			}
			if i = d.space(i); d[i] == ',' {
				i = d.space(i + 1)
			}
		}
	}
}

func (d document) space(i int) int {
	for d[i] == ' ' || d[i] == '\n' || d[i] == '\t' || d[i] == '\r' {
		i++
	}
	return i
}

// skip returns the place behind the value at i.
func (d document) skip(i int) int {
	switch d[i] {
	case '"':
		return d.skipText(i)
	case '{', '[':
	default:
		for i++; i < len(d); i++ {
			switch d[i] {
			case ',', '}', ']', ' ', '\n', '\t', '\r':
				return i
			}
		}
		return i
	}
	for depth := 0; ; {
		switch d[i] {
		case '"':
			i = d.skipText(i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
}

func (d document) skipText(i int) int {
	for i++; ; i++ {
		switch d[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
}

// property is an object's member; the last when there are several.
func (d document) property(v span, name string) (found span) {
	for key, value := range d.members(v) {
		if string(d.name(key)) == name {
			found = value
		}
	}
	return found
}

// name is a property's name; it shares the document's bytes where it can.
func (d document) name(key span) []byte { return textOf(d.raw(key)) }

// text is the string that v is, "" when it is none.
func (d document) text(v span) string {
	if d.kind(v) != '"' {
		return ""
	}
	return string(textOf(d[v.s+1 : v.e-1]))
}

// textOf is what the text between two quotes stands for. It shares the bytes given where it can.
func textOf(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') < 0 && utf8.Valid(quoted) {
		return quoted
	}
	return unquote(make([]byte, 0, len(quoted)), quoted)
}
