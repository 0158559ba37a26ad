package plan

import (
	"bytes"
	"slices"
)

// maxNodes is how many values one change, or one variable, may hold.
const maxNodes = 1 << 20

// none is the index of a value that is absent.
const none = int32(-1)

// tree holds the values of one change. It is used again for the next, so that decoding leaves no garbage.
type tree struct {
	document
	nodes   []node
	kids    []int32
	open    []int32 // children of the containers being read
	refused *Error
}

// node is a value.
type node struct {
	key         []byte // its property's name, decoded
	raw         []byte // as written
	kind        byte   // as document.kind
	marked      bool   // it is, or holds, something that a mark would be taken for: true, a number, a string
	first, size int32  // of its children in kids, sorted by key in an object
}

func (t *tree) reset() {
	t.nodes, t.kids, t.open, t.refused = t.nodes[:0], t.kids[:0], t.open[:0], nil
}

// add reads a value and returns its index, none for an absent one. When a fault is found, refused is set and the tree is not
// to be used.
func (t *tree) add(v span) int32 {
	if v.e == 0 || t.refused != nil {
		return none
	}
	at, _ := t.value(int(v.s), nil)
	return at
}

func (t *tree) value(i int, key []byte) (at int32, end int) {
	at = int32(len(t.nodes))
	if at >= maxNodes && t.refused == nil {
		t.refused = refuse(i, "split the value", "one change or variable holds more than %d values", maxNodes)
	}
	if t.refused != nil {
		return none, t.skip(i)
	}
	kind := kindOf(t.document[i])
	t.nodes = append(t.nodes, node{key: key, kind: kind})
	if kind == '{' || kind == '[' {
		end = t.container(at, i)
	} else {
		end = t.skip(i)
	}
	n := &t.nodes[at]
	n.raw = t.document[i:end]
	switch kind {
	case 't', '0', '"':
		n.marked = true
	}
	return at, end
}

// container reads the children of the node at.
func (t *tree) container(at int32, i int) int {
	object := t.document[i] == '{'
	base, sorted, marked := len(t.open), true, false
	var last []byte
	i = t.space(i + 1)
	for t.document[i] != '}' && t.document[i] != ']' {
		var key []byte
		if object {
			start := i + 1
			i = t.skipText(i)
			key = textOf(t.document[start : i-1])
			sorted = sorted && (len(t.open) == base || bytes.Compare(last, key) < 0)
			last = key
			i = t.space(t.space(i) + 1)
		}
		var kid int32
		kid, i = t.value(i, key)
		if kid != none {
			t.open = append(t.open, kid)
			marked = marked || t.nodes[kid].marked
		}
		if i = t.space(i); t.document[i] == ',' {
			i = t.space(i + 1)
		}
	}
	kids := t.open[base:]
	if !sorted {
		t.sort(kids, i)
	}
	n := &t.nodes[at]
	n.first, n.size, n.marked = int32(len(t.kids)), int32(len(kids)), marked
	t.kids = append(t.kids, kids...)
	t.open = t.open[:base]
	return i + 1
}

func (t *tree) sort(kids []int32, at int) {
	slices.SortFunc(kids, func(a, b int32) int { return bytes.Compare(t.nodes[a].key, t.nodes[b].key) })
	for i := 1; i < len(kids); i++ {
		if t.refused == nil && bytes.Equal(t.nodes[kids[i-1]].key, t.nodes[kids[i]].key) {
			// Readers differ in which they take. The name may be part of a secret.
			t.refused = refuse(at, showAgain, "an object that ends here has a property twice")
		}
	}
}

// kind of the value at n, 0 for none.
func (t *tree) kind(n int32) byte {
	if n == none {
		return 0
	}
	return t.nodes[n].kind
}

func (t *tree) children(n int32) []int32 {
	if n == none {
		return nil
	}
	return t.kids[t.nodes[n].first:][:t.nodes[n].size]
}

func (t *tree) marked(n int32) bool { return n != none && t.nodes[n].marked }

// text of the string at n.
func (t *tree) text(n int32) []byte {
	raw := t.nodes[n].raw
	return textOf(raw[1 : len(raw)-1])
}

// equal compares deeply. What is absent equals null, for the format leaves unset attributes out or not as it sees fit.
func (t *tree) equal(a, b int32) bool {
	ka, kb := t.kind(a), t.kind(b)
	switch {
	case ka == 0 || ka == 'n':
		return kb == 0 || kb == 'n'
	case ka != kb:
		return false
	case bytes.Equal(t.nodes[a].raw, t.nodes[b].raw):
		return true
	case ka == '"':
		return bytes.Equal(t.text(a), t.text(b))
	case ka == '0':
		return sameNumber(t.nodes[a].raw, t.nodes[b].raw)
	case ka == '[':
		return slices.EqualFunc(t.children(a), t.children(b), t.equal)
	case ka == '{':
		return t.sameMembers(t.children(a), t.children(b))
	}
	return true
}

func (t *tree) sameMembers(a, b []int32) bool {
	for len(a) > 0 || len(b) > 0 {
		switch order := t.order(a, b); {
		case order < 0 && t.kind(a[0]) == 'n':
			a = a[1:]
		case order > 0 && t.kind(b[0]) == 'n':
			b = b[1:]
		case order != 0 || !t.equal(a[0], b[0]):
			return false
		default:
			a, b = a[1:], b[1:]
		}
	}
	return true
}

// order compares the first keys of two lists of members; an empty list comes last.
func (t *tree) order(a, b []int32) int {
	switch {
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	}
	return bytes.Compare(t.nodes[a[0]].key, t.nodes[b[0]].key)
}
