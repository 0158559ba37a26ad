package document

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// mapping builds a mapping: its own pairs in source order, behind them those it merges. Its own win over merged ones, and
// what is merged earlier wins over what is merged later (https://yaml.org/type/merge.html).
func (b *builder) mapping(y *yaml.Node, depth int, off int32) built {
	n := b.collection(Mapping, y, off)
	made := built{node: n, size: 1, height: 1}
	base := len(b.pairs)
	var merge, last built
	var mergeOff int32
	var seen keys
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		keyOff := b.places.offset(key.Line, key.Column)
		if isMerge(key) {
			if merge.node != nil {
				panic(duplicateKey(b.src, "<<", int(mergeOff), int(keyOff), int(keyOff)+len("<<")))
			}
			merge, mergeOff = b.build(y.Content[i+1], depth), keyOff
			last = merge
			continue
		}
		k := b.key(key, keyOff)
		if first := seen.find(b.pairs[base:], k.Text); first >= 0 {
			panic(duplicateKey(b.src, k.Text, int(b.pairs[base+first].Key.off), int(k.off), b.doc.endOf(k)))
		}
		last = b.build(y.Content[i+1], depth)
		if last.node.style == empty && last.alias == 0 {
			b.pullBack(last.node, k)
		}
		made.add(b, last, keyOff)
		made.size++
		b.pairs = append(b.pairs, Pair{k, last.node})
		b.aliases = append(b.aliases, last.alias)
		seen.add(k.Text, len(b.pairs)-base-1)
	}
	if merge.node != nil {
		b.merge(&made, merge, mergeOff, base, &seen)
		b.doc.noteTail(n, last)
	}
	n.Pairs = b.arena.keepPairs(b.pairs[base:])
	for i, alias := range b.aliases[base:] {
		if alias > 0 {
			b.doc.noteAlias(n, i, alias-1)
		}
	}
	b.pairs, b.aliases = b.pairs[:base], b.aliases[:base]
	return made
}

// pullBack moves a value that was not written behind its key, where the library puts it in a later line.
func (b *builder) pullBack(value, key *Node) {
	text := b.src.text
	if between := text[key.off:max(value.off, key.off)]; strings.ContainsAny(between, "\r\n") {
		value.off = int32(b.doc.endOf(key))
	}
}

// key builds the key of a pair: always a string.
func (b *builder) key(y *yaml.Node, off int32) *Node {
	at := y
	if y.Kind == yaml.AliasNode {
		if b.anchors[y.Alias] == nil {
			panic(&problem{from: int(off), to: int(off), message: "an alias refers to a node that contains it"})
		}
		y = y.Alias
	}
	if y.Kind != yaml.ScalarNode {
		what := "mapping"
		if y.Kind == yaml.SequenceNode {
			what = "sequence"
		}
		panic(&problem{
			from: int(off), to: int(off),
			message: "a " + what + " is used as a key: is this an unrendered template?",
			remedy:  "render the template first, or quote the key",
		})
	}
	if b.work++; b.work > b.opt.MaxNodes {
		b.tooMany(off)
	}
	kind, text, num := b.value(y, off)
	n := b.arena.node()
	n.Kind, n.Text, n.off = String, text, off
	n.style = scalarStyle(y, kind, b.src.text, off)
	if kind != String {
		n.Text = keyText(y.Value, kind, text, num)
	}
	if at != y {
		n.style = synthetic
		b.doc.noteEnd(n, aliasEnd(b.src.text, int(off)))
	}
	if at.Anchor != "" {
		b.anchorKey(at, kind, text, off)
	}
	return n
}

// anchorKey makes an anchor on a key available to aliases, as the value it is and not as the key's string.
func (b *builder) anchorKey(y *yaml.Node, kind Kind, text string, off int32) {
	if b.anchors == nil {
		b.anchors = map[*yaml.Node]*built{}
	}
	n := b.arena.node()
	n.Kind, n.Text, n.off, n.style = kind, text, off, scalarStyle(y, kind, b.src.text, off)
	b.anchors[y] = &built{node: n, size: 1}
}

func isMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == "<<" && key.Tag == "!!merge"
}

// merge adds the pairs of << to the mapping under construction.
func (b *builder) merge(made *built, value built, off int32, base int, seen *keys) {
	// What is merged counts whole, overridden or not: an upper bound costs nothing to compute.
	made.add(b, value, off)
	if value.node.Kind != Sequence {
		b.mergeOne(value.node, off, base, seen)
		return
	}
	for _, item := range value.node.Items {
		b.mergeOne(item, off, base, seen)
	}
}

func (b *builder) mergeOne(from *Node, off int32, base int, seen *keys) {
	if from.Kind != Mapping {
		panic(&problem{
			from: int(off), to: int(off) + len("<<"),
			message: "a merge key (<<) needs a mapping or a sequence of mappings",
		})
	}
	if b.work += len(from.Pairs); b.work > b.opt.MaxNodes {
		b.tooMany(off)
	}
	for i, pair := range from.Pairs {
		if seen.find(b.pairs[base:], pair.Key.Text) >= 0 {
			continue
		}
		alias := int32(0)
		if at, ok := b.doc.aliases[child{from, i}]; ok {
			alias = at + 1
		}
		b.pairs = append(b.pairs, pair)
		b.aliases = append(b.aliases, alias)
		seen.add(pair.Key.Text, len(b.pairs)-base-1)
	}
}

// noteTail remembers what was written last in a mapping whose pairs are not all its own.
func (d *Document) noteTail(n *Node, last built) {
	if d.tails == nil {
		d.tails = map[*Node]tail{}
	}
	if last.alias > 0 {
		d.tails[n] = tail{alias: last.alias - 1}
	} else {
		d.tails[n] = tail{node: last.node}
	}
}

func duplicateKey(src *source, key string, first, second, end int) *problem {
	a, z := src.position(first), src.position(second)
	lines := fmt.Sprintf("in lines %d and %d", a.Line, z.Line)
	if a.Line == z.Line {
		lines = fmt.Sprintf("in line %d", a.Line)
	}
	return &problem{
		from: second, to: end,
		message: "key " + shorten(strconv.Quote(key)) + " is defined twice, " + lines,
		remedy:  "remove one of the two: readers disagree on which one counts",
	}
}

// shorten cuts what a message quotes to 60 code points.
func shorten(s string) string {
	n := 0
	for i := range s {
		if n++; n > 60 {
			return s[:i] + "…"
		}
	}
	return s
}

func itoa(i int) string { return strconv.Itoa(i) }

// keys finds a key among those of a mapping: by looking at each while they are few, then through a map.
type keys struct {
	index map[string]int
}

// fewKeys is how many keys are compared one by one: for so few that is faster than hashing, and needs no memory.
const fewKeys = 16

// find returns the index of key among pairs, or -1.
func (k *keys) find(pairs []Pair, key string) int {
	if k.index != nil {
		if i, ok := k.index[key]; ok {
			return i
		}
		return -1
	}
	for i := range pairs {
		if pairs[i].Key.Text == key {
			return i
		}
	}
	if len(pairs) >= fewKeys {
		k.index = make(map[string]int, 2*len(pairs))
		for i := range pairs {
			k.index[pairs[i].Key.Text] = i
		}
	}
	return -1
}

// add tells that the pair at index has key.
func (k *keys) add(key string, index int) {
	if k.index != nil {
		k.index[key] = index
	}
}
