package document

import "strings"

// flow reads a collection in brackets that ends in the line it begins in.
func (f *fastReader) flow(n *Node, depth int) {
	if depth++; depth > f.opt.MaxDepth {
		f.giveUp()
	}
	n.style = flow
	if f.text[f.i] == '[' {
		f.flowSequence(n, depth)
	} else {
		f.flowMapping(n, depth)
	}
}

func (f *fastReader) flowSequence(n *Node, depth int) {
	n.Kind = Sequence
	base := len(f.items)
	f.i++
	for f.flowBlank(); f.at() != ']'; f.flowBlank() {
		if len(f.items) > base {
			f.comma()
		}
		item := f.node(f.i)
		f.flowValue(item, depth)
		f.items = append(f.items, item)
	}
	f.i++
	n.Items = f.arena.keepItems(f.items[base:])
	f.items = f.items[:base]
}

func (f *fastReader) flowMapping(n *Node, depth int) {
	n.Kind = Mapping
	base := len(f.pairs)
	var seen keys
	f.i++
	for f.flowBlank(); f.at() != '}'; f.flowBlank() {
		if len(f.pairs) > base {
			f.comma()
		}
		key := f.keyNode(f.flowScalar())
		f.flowBlank()
		if f.at() != ':' || !f.blankAt(f.i+1) || f.i-int(key.off) > maxKey || seen.find(f.pairs[base:], key.Text) >= 0 {
			f.giveUp()
		}
		f.i++
		f.flowBlank()
		value := f.node(f.i)
		f.flowValue(value, depth)
		f.pairs = append(f.pairs, Pair{key, value})
		seen.add(key.Text, len(f.pairs)-base-1)
	}
	f.i++
	n.Pairs = f.arena.keepPairs(f.pairs[base:])
	f.pairs = f.pairs[:base]
}

func (f *fastReader) flowValue(n *Node, depth int) {
	if c := f.at(); c == '[' || c == '{' {
		f.flow(n, depth)
		return
	}
	f.setScalar(n, f.flowScalar())
}

// flowScalar reads a quoted scalar, or a plain one of harmless characters.
func (f *fastReader) flowScalar() token {
	t := token{off: f.i}
	switch c := f.at(); {
	case c == '"':
		t.style, t.text = quoted, f.double()
		return t
	case c == '\'':
		t.style, t.text = quoted, f.single()
		return t
	case classes[c]&(starts|flowing) == starts|flowing:
	case c == '-' && f.i+1 < len(f.text) && f.text[f.i+1] >= '0' && f.text[f.i+1] <= '9':
	default:
		f.giveUp()
	}
	for f.i < len(f.text) && classes[f.text[f.i]]&flowing != 0 {
		f.i++
	}
	t.text = strings.TrimRight(f.text[t.off:f.i], " ")
	return t
}

// at returns the byte at hand, or a line break at the end.
func (f *fastReader) at() byte {
	if f.i < len(f.text) {
		return f.text[f.i]
	}
	return '\n'
}

func (f *fastReader) flowBlank() {
	for f.at() == ' ' {
		f.i++
	}
}

func (f *fastReader) comma() {
	if f.at() != ',' {
		f.giveUp()
	}
	f.i++
	f.flowBlank()
}
