package document

import "strings"

// Range returns the range of n, which must belong to d. A node behind an alias has the range where it was written.
// Nothing (an absent value) has an empty range behind its key.
func (d *Document) Range(n *Node) Range {
	if n == nil {
		return Range{}
	}
	return d.src.rangeOf(int(n.off), d.endOf(n))
}

// Locate follows path from the root as far as nodes exist and returns the range of the deepest one and how many steps of
// the path it took. A step into a mapping yields the range from the key to the value's end, a step into a sequence the
// item's; where the value is an alias, it ends with the alias, and a step further leads to where the anchor was written.
// Steps are what Lookup takes; a step of another type ends the way.
func (d *Document) Locate(path ...any) (r Range, depth int) {
	n := d.Root
	from, to := int(n.off), -1
	var parent *Node
	var index int
	for _, step := range path {
		i := n.child(step)
		if i < 0 {
			break
		}
		parent, index = n, i
		n = n.at(i)
		depth++
	}
	if parent == nil {
		return d.src.rangeOf(from, d.endOf(n)), 0
	}
	to = d.childEnd(parent, index)
	switch alias, ok := d.aliases[child{parent, index}]; {
	case parent.Kind == Mapping:
		from = int(parent.Pairs[index].Key.off)
	case ok:
		from = int(alias)
	default:
		from = int(n.off)
	}
	return d.src.rangeOf(from, to), depth
}

// childEnd returns the end of pair or item i of a collection as it is written there.
func (d *Document) childEnd(parent *Node, i int) int {
	if off, ok := d.aliases[child{parent, i}]; ok {
		return aliasEnd(d.src.text, int(off))
	}
	return d.endOf(parent.at(i))
}

func (d *Document) noteEnd(n *Node, end int) {
	if d.ends == nil {
		d.ends = map[*Node]int32{}
	}
	d.ends[n] = int32(end)
}

// endOf returns the offset behind a node's last character. Ends are not kept: the few that are asked for are found again
// in the text.
func (d *Document) endOf(n *Node) int {
	for {
		if n.style != block {
			return d.leafEnd(n)
		}
		// A block collection ends with what was written last in it.
		if t, ok := d.tails[n]; ok {
			if t.node == nil {
				return aliasEnd(d.src.text, int(t.alias))
			}
			n = t.node
			continue
		}
		last := len(n.Pairs) - 1
		if n.Kind == Sequence {
			last = len(n.Items) - 1
		}
		if last < 0 {
			return int(n.off)
		}
		if off, ok := d.aliases[child{n, last}]; ok {
			return aliasEnd(d.src.text, int(off))
		}
		n = n.at(last)
	}
}

// leafEnd returns the end of anything but a block collection.
func (d *Document) leafEnd(n *Node) int {
	if n.style == synthetic {
		return int(d.ends[n])
	}
	text := d.src.text
	off := skipProperties(text, min(int(n.off), len(text)))
	switch n.style {
	case quoted:
		return quotedEnd(text, off)
	case literal:
		return literalEnd(text, off, n.Text)
	case flow:
		return flowEnd(text, off)
	case word:
		return wordEnd(text, off)
	case plain:
		return plainEnd(text, off, n.Text)
	}
	return propertiesEnd(text, int(n.off), off)
}

// skipProperties returns where a node's content begins: behind its tag and anchor.
func skipProperties(text string, off int) int {
	for off < len(text) && (text[off] == '!' || text[off] == '&') {
		off = tokenEnd(text, off)
		off = skipBlank(text, off)
	}
	return off
}

// propertiesEnd returns the end of a node of which only the properties, text[from:to] but for blanks, were written.
func propertiesEnd(text string, from, to int) int {
	end := from
	for from < to && (text[from] == '!' || text[from] == '&') {
		end = tokenEnd(text, from)
		from = skipBlank(text, end)
	}
	return end
}

// tokenEnd returns the end of a tag, an anchor or an alias.
func tokenEnd(text string, off int) int {
	if strings.HasPrefix(text[off:], "!<") {
		if i := strings.IndexByte(text[off:], '>'); i >= 0 {
			return off + i + 1
		}
	}
	for off < len(text) && !strings.ContainsRune(" \t\r\n,[]{}", rune(text[off])) && breakWidth(text[off:]) == 0 {
		off++
	}
	return off
}

// aliasEnd returns the end of the alias at off.
func aliasEnd(text string, off int) int {
	end := min(off+1, len(text))
	for end < len(text) {
		c := text[end]
		if c != '_' && c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			break
		}
		end++
	}
	return end
}

// skipBlank skips white space, line breaks and comments.
func skipBlank(text string, off int) int {
	for off < len(text) {
		switch c := text[off]; {
		case c == ' ' || c == '\t':
			off++
		case c == '#':
			off = yamlLineEnd(text, off)
		default:
			w := breakWidth(text[off:])
			if w == 0 {
				return off
			}
			off += w
		}
	}
	return off
}
