package document

import (
	"sort"
	"strings"
)

// fastReader reads the YAML that people write by hand and tools print: block mappings and sequences, plain and quoted
// scalars on one line, block scalars, comments, short collections in brackets. At everything else, and at the slightest
// doubt whether the text is valid, it gives up, and the YAML library reads the document instead. It reports no errors: what
// it accepts, the library would read as the same tree (see FuzzFastPathAgrees).
type fastReader struct {
	*reader
	text  string // up to the end of the document
	i     int    // the offset at hand
	col   int    // of the content at i, when i is at the start of a line's content; -1 at the end of the document
	nodes int    // made so far
	pairs []Pair // scratch
	items []*Node
	buf   []byte
	fault any // a panic that was none of ours: the library reads the document, and tests fail
}

// giveUp is what the fast reader panics with.
type giveUp struct{}

// fastDocument returns the tree of a chunk, or nil when the chunk is not for the fast reader.
func (r *reader) fastDocument(c Chunk) *Node {
	f := &r.fast
	f.reader, f.text, f.i = r, r.src.text[:c.End], c.Start
	chunk := f.text[c.Start:]
	crs := strings.Count(chunk, "\r")
	if crs > 0 {
		if crs != strings.Count(chunk, "\r\n") {
			return nil
		}
		f.text, f.i = strings.ReplaceAll(chunk, "\r\n", "\n"), 0
	}
	if !fastText(f.text[f.i:]) {
		return nil
	}
	root := f.document()
	if root != nil && crs > 0 {
		removed := crPlaces(chunk, crs)
		root.shift(func(off int) int { return c.Start + off + sort.SearchInts(removed, off) })
	}
	return root
}

// crPlaces returns where the n CRs of a text stood, as offsets in the text without them.
func crPlaces(text string, n int) []int {
	places := make([]int, 0, n)
	for i := strings.IndexByte(text, '\r'); len(places) < n; {
		places = append(places, i-len(places))
		i += 1 + strings.IndexByte(text[i+1:], '\r')
	}
	return places
}

// shift moves a tree to other offsets. It is for trees without aliases.
func (n *Node) shift(to func(int) int) {
	n.off = int32(to(int(n.off)))
	for _, p := range n.Pairs {
		p.Key.shift(to)
		p.Value.shift(to)
	}
	for _, item := range n.Items {
		item.shift(to)
	}
}

// document reads the document at i, or returns nil.
func (f *fastReader) document() (root *Node) {
	f.nodes, f.pairs, f.items = 0, f.pairs[:0], f.items[:0]
	defer func() {
		if v := recover(); v != nil {
			root = nil
			if v != (giveUp{}) {
				f.fault = v
			}
		}
	}()
	f.next()
	if f.col == 0 && marker(f.text[f.i:]) == '-' {
		f.i += len("---")
		f.restOfLine()
		f.next()
	}
	if f.col < 0 {
		f.giveUp()
	}
	root = f.node(f.i)
	f.block(root, 0)
	if f.col >= 0 {
		f.giveUp()
	}
	return root
}

func (f *fastReader) giveUp() { panic(giveUp{}) }

// node returns a new node for what begins at off.
func (f *fastReader) node(off int) *Node {
	if f.nodes++; f.nodes > f.opt.MaxNodes {
		f.giveUp()
	}
	n := f.arena.node()
	n.off = int32(off)
	return n
}

// next goes to the next line's content. It begins at the start of a line.
func (f *fastReader) next() {
	text, i := f.text, f.i
	for {
		line := i
		for i < len(text) && text[i] == ' ' {
			i++
		}
		if i >= len(text) {
			f.i, f.col = i, -1
			return
		}
		switch c := text[i]; c {
		case '\n':
			i++
		case '#':
			i = lineBreak(text, i) + 1
			if i > len(text) {
				i = len(text)
			}
		case '\t':
			f.giveUp()
		default:
			f.i, f.col = i, i-line
			if c == '.' && f.col == 0 && marker(text[i:]) == '.' {
				f.end()
			}
			return
		}
	}
}

// end checks that nothing stands behind the document's end marker.
func (f *fastReader) end() {
	f.i += len("...")
	f.restOfLine()
	if f.i < len(f.text) {
		f.giveUp()
	}
	f.col = -1
}

// restOfLine skips blanks and a comment, which must be all that is left of the line, and goes to the next line.
func (f *fastReader) restOfLine() {
	text, i := f.text, f.i
	for i < len(text) && text[i] == ' ' {
		i++
	}
	switch {
	case i >= len(text):
		f.i = i
		return
	case text[i] == '\n':
		f.i = i + 1
		return
	case text[i] == '#' && i > f.i:
		f.i = min(lineBreak(text, i)+1, len(text))
		return
	}
	f.giveUp()
}

// lineBreak returns the offset of the line break behind i, or that of the end.
func lineBreak(text string, i int) int {
	if n := strings.IndexByte(text[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(text)
}

// blankAt reports whether a blank, a line break or the end is at i.
func (f *fastReader) blankAt(i int) bool {
	return i >= len(f.text) || f.text[i] == ' ' || f.text[i] == '\n'
}

// dash reports whether a sequence entry begins at hand.
func (f *fastReader) dash() bool {
	return f.i < len(f.text) && f.text[f.i] == '-' && f.blankAt(f.i+1)
}

// block reads the block collection whose first entry is at hand into n.
func (f *fastReader) block(n *Node, depth int) {
	if depth++; depth > f.opt.MaxDepth {
		f.giveUp()
	}
	if f.dash() {
		f.sequence(n, f.col, depth)
		return
	}
	t := f.scan()
	if !t.key {
		f.giveUp()
	}
	f.mapping(n, f.col, t, depth)
}

// mapping reads a block mapping in column col whose first key was scanned already.
func (f *fastReader) mapping(n *Node, col int, t token, depth int) {
	n.Kind, n.style = Mapping, block
	base := len(f.pairs)
	var seen keys
	for {
		key := f.keyNode(t)
		if seen.find(f.pairs[base:], key.Text) >= 0 {
			f.giveUp()
		}
		value := f.node(f.i)
		f.value(value, col, depth)
		f.pairs = append(f.pairs, Pair{key, value})
		seen.add(key.Text, len(f.pairs)-base-1)
		if f.col < col {
			break
		}
		if f.col > col || f.dash() {
			f.giveUp()
		}
		if t = f.scan(); !t.key {
			f.giveUp()
		}
	}
	n.Pairs = f.arena.keepPairs(f.pairs[base:])
	f.pairs = f.pairs[:base]
}

// value reads what stands behind a key's colon, where i is, into n, and goes to the content behind it.
func (f *fastReader) value(n *Node, col, depth int) {
	if f.restIsBlank() {
		switch {
		case f.col > col:
			n.off = int32(f.i)
			f.block(n, depth)
		case f.col == col && f.dash():
			n.off = int32(f.i)
			if depth++; depth > f.opt.MaxDepth {
				f.giveUp()
			}
			f.sequence(n, col, depth)
		default:
			n.style = empty
		}
		return
	}
	n.off = int32(f.i)
	if t := f.inline(n, col, depth); t.key {
		f.giveUp() // a: b: c
	}
}

// restIsBlank skips blanks. When nothing but a comment follows in the line it goes to the next content and returns true.
func (f *fastReader) restIsBlank() bool {
	text, i := f.text, f.i
	for i < len(text) && text[i] == ' ' {
		i++
	}
	if i < len(text) && text[i] != '\n' && (text[i] != '#' || i == f.i) {
		f.i = i
		return false
	}
	f.i = min(lineBreak(text, i)+1, len(text))
	f.next()
	return true
}

// sequence reads the block sequence in column col.
func (f *fastReader) sequence(n *Node, col, depth int) {
	n.Kind, n.style = Sequence, block
	base := len(f.items)
	for {
		dash := f.i
		f.i++
		item := f.node(f.i)
		if f.restIsBlank() {
			if f.col > col {
				item.off = int32(f.i)
				f.block(item, depth)
			} else {
				item.style = empty
			}
		} else {
			f.item(item, col, col+f.i-dash, depth)
		}
		f.items = append(f.items, item)
		if f.col > col {
			f.giveUp()
		}
		if f.col < col || !f.dash() {
			break
		}
	}
	n.Items = f.arena.keepItems(f.items[base:])
	f.items = f.items[:base]
}

// item reads what stands in column at behind the dash of a sequence in column col.
func (f *fastReader) item(n *Node, col, at, depth int) {
	n.off = int32(f.i)
	if f.dash() {
		f.col = at
		f.block(n, depth)
		return
	}
	if t := f.inline(n, col, depth); t.key {
		if depth++; depth > f.opt.MaxDepth {
			f.giveUp()
		}
		f.mapping(n, at, t, depth)
	}
}

// inline reads a value that begins in the line at hand inside the block in column col. When it turns out to be a key
// it is returned, and n is left alone.
func (f *fastReader) inline(n *Node, col, depth int) token {
	switch f.text[f.i] {
	case '|', '>':
		f.literal(n, col)
		f.next()
		return token{}
	case '[', '{':
		f.flow(n, depth)
	default:
		t := f.scan()
		if t.key {
			return t
		}
		f.setScalar(n, t)
	}
	f.restOfLine()
	f.next()
	return token{}
}
