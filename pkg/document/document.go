// Package document turns YAML, JSON and HCL text into trees that remember where every node stood, so that a path into a
// document leads back to a line and a column. It reads bytes and returns trees or errors with a place; it opens no file
// and decides nothing.
package document

import (
	"encoding/json"
	"math"
	"strconv"
)

// Kind is the type of a node, as JSON knows types.
type Kind uint8

// The kinds.
const (
	Null Kind = iota
	Bool
	Number
	String
	Sequence
	Mapping
)

// String returns the kind's name as JSON Schema spells it, with "object" and "array" for the collections.
func (k Kind) String() string {
	switch k {
	case Null:
		return "null"
	case Bool:
		return "boolean"
	case Number:
		return "number"
	case String:
		return "string"
	case Sequence:
		return "array"
	case Mapping:
		return "object"
	}
	return "invalid"
}

// Position is a place in a file: line and column count from 1, the column in Unicode code points.
type Position struct{ Line, Column int }

// Range is a half-open range in a file: End is the place behind the last character.
type Range struct{ Start, End Position }

// Node is one value of a document. A Mapping has Pairs in source order, those it merges (<<) behind its own; a Sequence
// has Items, a scalar has Text. Nodes behind an alias are shared, not copied. A node is read-only once its document was
// parsed.
type Node struct {
	Kind  Kind
	style style
	off   int32 // of the first byte in the source's text

	Text  string // scalars: the decoded string; "true" or "false"; a JSON number; "" for null
	Pairs []Pair
	Items []*Node
}

// style is how a node was written. It is what finding its end needs to know.
type style uint8

const (
	plain     style = iota // a string without quotes, possibly over several lines
	word                   // another plain scalar: a number, a boolean, null
	quoted                 // in single or double quotes
	literal                // a block scalar, | or >
	empty                  // nothing was written
	flow                   // a collection in brackets
	block                  // a collection made by indentation
	synthetic              // its end is in the document's table of ends
)

// Pair is one entry of a mapping. Keys are always strings.
type Pair struct {
	Key   *Node
	Value *Node
}

// Get returns the value of key in a mapping, or nil.
func (n *Node) Get(key string) *Node {
	if i := n.pair(key); i >= 0 {
		return n.Pairs[i].Value
	}
	return nil
}

// pair returns the index of key among a mapping's pairs, or -1.
func (n *Node) pair(key string) int {
	if n == nil || n.Kind != Mapping {
		return -1
	}
	for i := range n.Pairs {
		if n.Pairs[i].Key.Text == key {
			return i
		}
	}
	return -1
}

// Items returns the nodes of a list; a single value stands for a list of one, nothing for an empty one.
func Items(n *Node) []*Node {
	switch {
	case n == nil || n.Kind == Null:
		return nil
	case n.Kind == Sequence:
		return n.Items
	}
	return []*Node{n}
}

// Entries returns the entries of a mapping, none for anything else.
func Entries(n *Node) []Pair {
	if n == nil {
		return nil
	}
	return n.Pairs
}

// Str returns the node's text when it is a string, else "".
func (n *Node) Str() string {
	if n == nil || n.Kind != String {
		return ""
	}
	return n.Text
}

// Lookup follows path and returns the node there, or nil. A step into a mapping is a key; a step into a sequence is an
// index: an int, int64, float64, json.Number or a decimal string. A number also finds the key it spells.
func (n *Node) Lookup(path ...any) *Node {
	for _, step := range path {
		i := n.child(step)
		if i < 0 {
			return nil
		}
		n = n.at(i)
	}
	return n
}

// at returns the value of pair or item i.
func (n *Node) at(i int) *Node {
	if n.Kind == Mapping {
		return n.Pairs[i].Value
	}
	return n.Items[i]
}

// child returns the index of the pair or item that a path step names, or -1.
func (n *Node) child(step any) int {
	if n == nil {
		return -1
	}
	switch n.Kind {
	case Mapping:
		if s, ok := step.(string); ok {
			return n.pair(s)
		}
		if i, ok := integer(step); ok {
			return n.pair(strconv.FormatInt(i, 10))
		}
	case Sequence:
		if i, ok := integer(step); ok && i >= 0 && i < int64(len(n.Items)) {
			return int(i)
		}
	}
	return -1
}

// integer reads a path step as a whole number.
func integer(step any) (int64, bool) {
	switch s := step.(type) {
	case int:
		return int64(s), true
	case int64:
		return s, true
	case float64:
		if s == math.Trunc(s) && math.Abs(s) < 1<<53 {
			return int64(s), true
		}
	case json.Number:
		return integer(string(s))
	case string:
		i, err := strconv.ParseInt(s, 10, 64)
		return i, err == nil && strconv.FormatInt(i, 10) == s
	}
	return 0, false
}
