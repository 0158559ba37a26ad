package openapi

import (
	"encoding/json"
	"errors"
	"fmt"
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
	cut   map[*document.Node]string
	file  *file
	text  []byte
	marks []mark // of each line, when lined
	begun bool   // a line of this file is written
}

// maxText bounds an emitted text: deep trees have long indentations.
const maxText = 256 << 20

var errTooDeep = errors.New("it nests too deeply")

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
		if text, ok := e.cut[n]; ok {
			e.text = append(e.text, text...)
			return nil
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
		e.text = append(appendString(e.text, p.Key.Text), ':', ' ')
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

// appendString writes a string that JSON and YAML read alike.
func appendString(to []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			return appendQuoted(to, s)
		}
	}
	to = append(to, '"')
	to = append(to, s...)
	return append(to, '"')
}

// appendQuoted writes a string in quotes. YAML takes fewer characters as they are than JSON does.
func appendQuoted(to []byte, s string) []byte {
	quoted, _ := json.Marshal(s) // a string can always be written
	for _, r := range string(quoted) {
		if r >= 0x7f && r < 0xa0 || r == 0xfeff || r == 0xfffe || r == 0xffff {
			to = fmt.Appendf(to, `\u%04x`, r)
			continue
		}
		to = utf8.AppendRune(to, r)
	}
	return to
}
