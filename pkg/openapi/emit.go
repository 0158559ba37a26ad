package openapi

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// mark says what stands in a line of an emitted text.
type mark struct {
	file *file
	key  *document.Node // or the item
}

// emitter writes a tree as text that kin-openapi reads: as JSON, which it reads fastest, or as YAML with one key a line, so
// that a line it names leads back to where that was written.
type emitter struct {
	lined bool
	given map[*document.Node]*document.Node
	file  *file
	text  []byte
	marks []mark // of each line, when lined
	begun bool   // a line of this file is written
}

// maxText bounds an emitted text: deep trees have long indentations. maxEmpty bounds the lines that tell files apart: each text
// begins with as many empty ones as all before it have.
const (
	maxText  = 256 << 20
	maxEmpty = 64 << 20
)

var (
	errTooDeep  = errors.New("it nests too deeply")
	errTooLarge = errors.New("it has too many files and lines to be read with their places")
)

// maxKey is how many bytes of a key are written the usual way, in which YAML takes 1,024 characters. Each may need six.
const maxKey = 1_024 / 6

// node writes a value: behind a key, or behind the dash of an item.
func (e *emitter) node(n *document.Node, depth int) error {
	if len(e.text) > maxText {
		return errTooDeep
	}
	switch {
	case n == nil || n.Kind == document.Null:
		e.text = append(e.text, "null"...)
	case n.Kind == document.String:
		e.text = appendString(e.text, n.Text)
	case n.Kind == document.Mapping:
		if other := e.given[n]; other != nil {
			n = other
		}
		return e.mapping(n, n.Pairs, depth)
	case n.Kind == document.Sequence:
		return e.sequence(n, depth)
	default:
		e.text = append(e.text, n.Text...)
	}
	return nil
}

// mapping writes some pairs of a mapping.
func (e *emitter) mapping(n *document.Node, pairs []document.Pair, depth int) error {
	if !e.lined || len(pairs) == 0 {
		return e.flow('{', '}', len(pairs), func(i int) error {
			e.text = append(appendString(e.text, pairs[i].Key.Text), ':')
			return e.node(pairs[i].Value, depth+1)
		})
	}
	for _, p := range pairs {
		e.line(depth, p.Key)
		if len(p.Key.Text) > maxKey {
			e.text = appendString(append(e.text, '?', ' '), p.Key.Text)
			e.line(depth, p.Key)
			e.text = append(e.text, ':', ' ')
		} else {
			e.text = append(appendString(e.text, p.Key.Text), ':', ' ')
		}
		if err := e.node(p.Value, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (e *emitter) sequence(n *document.Node, depth int) error {
	if !e.lined || len(n.Items) == 0 {
		return e.flow('[', ']', len(n.Items), func(i int) error { return e.node(n.Items[i], depth+1) })
	}
	for _, item := range n.Items {
		e.line(depth, item)
		e.text = append(e.text, '-', ' ')
		if err := e.node(item, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (e *emitter) flow(open, end byte, n int, each func(int) error) error {
	e.text = append(e.text, open)
	for i := range n {
		if i > 0 {
			e.text = append(e.text, ',')
		}
		if err := each(i); err != nil {
			return err
		}
	}
	e.text = append(e.text, end)
	return nil
}

// line begins a line.
func (e *emitter) line(depth int, n *document.Node) {
	if e.begun {
		e.text = append(e.text, '\n')
	}
	e.begun = true
	e.marks = append(e.marks, mark{e.file, n})
	for range depth {
		e.text = append(e.text, ' ')
	}
}

// appendString writes a string that JSON and YAML read alike: YAML takes fewer characters as they are.
func appendString(to []byte, s string) []byte {
	to = append(to, '"')
	if !strings.ContainsFunc(s, escaped) {
		return append(append(to, s...), '"')
	}
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			to = append(to, '\\', byte(r))
		case escaped(r):
			to = fmt.Appendf(to, `\u%04x`, r)
		default:
			to = utf8.AppendRune(to, r)
		}
	}
	return append(to, '"')
}

// escaped reports whether a character cannot stand for itself between double quotes.
func escaped(r rune) bool {
	switch {
	case r < ' ' || r == '"' || r == '\\':
		return true
	case r < 0x7F:
		return false
	}
	return r < 0xA0 || r == 0x2028 || r == 0x2029 || r == 0xFEFF || r == 0xFFFE || r == 0xFFFF
}
