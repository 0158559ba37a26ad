package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
	"unsafe"

	"go.yaml.in/yaml/v3"
)

// yaml reads every document of the text. One that cannot be read does not stop the others.
func (r *reader) yaml() {
	text := r.src.text
	r.arena.expect(2*strings.Count(text, "\n") + 4) // a key and a value in most lines
	for index, c := range split(text) {
		if c.Blank {
			continue
		}
		if root := r.fastDocument(c); root != nil {
			r.file.Docs = append(r.file.Docs, &Document{Path: r.file.Path, Index: index, Root: root, src: r.src})
			continue
		}
		doc, p := r.yamlDocument(c)
		switch {
		case p != nil:
			r.fail(index, c.Start, c.End, p)
		case doc != nil:
			doc.Index = index
			r.file.Docs = append(r.file.Docs, doc)
		}
	}
}

// yamlDocument reads one document through the YAML library. Both results are nil when there was nothing in it.
func (r *reader) yamlDocument(c Chunk) (*Document, *problem) {
	doc := &Document{Path: r.file.Path, src: r.src}
	p := guard(c.Start, func() {
		if tree := decodeYAML(r.src.text, c); tree != nil {
			b := builder{reader: r, doc: doc, places: newPlaces(r.src.text, c)}
			doc.Root = b.build(tree, 0).node
		}
	})
	if p != nil {
		return nil, p
	}
	if doc.Root == nil {
		return nil, nil
	}
	return doc, nil
}

// decodeYAML returns the library's tree of a chunk, or nil when it is empty. It panics with a *problem.
func decodeYAML(text string, c Chunk) *yaml.Node {
	chunk := forLibrary(text[c.Start:c.End])
	dec := yaml.NewDecoder(bytes.NewReader(unsafe.Slice(unsafe.StringData(chunk), len(chunk))))
	var tree, more yaml.Node
	err := dec.Decode(&tree)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err == nil {
		// The library stops reading at what it takes for the end. Text behind it must not go unread.
		if err = dec.Decode(&more); errors.Is(err, io.EOF) {
			if len(tree.Content) == 0 {
				return nil
			}
			return tree.Content[0]
		}
		line, what := more.Line-1, trailingText
		if err != nil {
			line, what = splitYAMLError(err)
		}
		if err == nil || what == noDocumentStart {
			err = fmt.Errorf("yaml: line %d: %s", line, trailingText)
		}
	}
	panic(yamlProblem(err, chunk, text, c))
}

// forLibrary returns what the library gets to read of a chunk. It differs in two things: byte order marks at the start of
// lines are gone, for files that were put together from several have them, and %YAML directives are comments, for the
// library takes no version but 1.1. Lines, and the columns places knows, stay the same.
func forLibrary(chunk string) string {
	if !strings.Contains(chunk, bom) && !strings.Contains(chunk, "%YAML") {
		return chunk
	}
	var b strings.Builder
	b.Grow(len(chunk))
	prologue := true
	for i := 0; i < len(chunk); {
		end := yamlLineEnd(chunk, i)
		line := strings.TrimPrefix(chunk[i:end], bom)
		if prologue = prologue && (onlyComment(line) || line[0] == '%'); prologue && strings.HasPrefix(line, "%YAML 1.") {
			b.WriteByte('#')
			line = line[1:]
		}
		b.WriteString(line)
		i = end
	}
	return b.String()
}

// builder makes our tree from the library's.
type builder struct {
	*reader
	doc         *Document
	places      places
	anchors     map[*yaml.Node]*built // finished ones; nil for one that is being built
	work        int                   // nodes built and merged
	pairs       []Pair                // scratch, with the alias of each
	aliases     []int32
	items       []*Node // scratch, with the alias of each
	itemAliases []int32
}

// built is a finished subtree: its nodes and its height (0 for a scalar) with every alias expanded. Where it was written
// as an alias, alias is the alias's offset plus one, else 0.
type built struct {
	node   *Node
	size   int
	height int
	alias  int32
}

// build makes the tree below y, which stands inside depth collections.
func (b *builder) build(y *yaml.Node, depth int) built {
	off := b.places.offset(y.Line, y.Column)
	if y.Kind == yaml.AliasNode {
		return b.alias(y, depth, off)
	}
	if y.Anchor != "" {
		if b.anchors == nil {
			b.anchors = map[*yaml.Node]*built{}
		}
		b.anchors[y] = nil
	}
	if b.work++; b.work > b.opt.MaxNodes {
		b.tooMany(off)
	}
	var made built
	switch y.Kind {
	case yaml.MappingNode, yaml.SequenceNode:
		if depth++; depth > b.opt.MaxDepth {
			b.tooDeep(off)
		}
		if y.Kind == yaml.MappingNode {
			made = b.mapping(y, depth, off)
		} else {
			made = b.sequence(y, depth, off)
		}
	default:
		made = built{node: b.scalar(y, off), size: 1}
	}
	if y.Anchor != "" {
		done := made
		b.anchors[y] = &done
	}
	return made
}

// alias returns the subtree an alias stands for.
func (b *builder) alias(y *yaml.Node, depth int, off int32) built {
	target, end := b.anchors[y.Alias], aliasEnd(b.src.text, int(off))
	if target == nil {
		panic(&problem{from: int(off), to: end, message: "an alias refers to a node that contains it"})
	}
	made := *target
	made.alias = off + 1
	if depth+made.height > b.opt.MaxDepth {
		b.tooDeep(off)
	}
	return made
}

func (b *builder) sequence(y *yaml.Node, depth int, off int32) built {
	n := b.collection(Sequence, y, off)
	made := built{node: n, size: 1, height: 1}
	base, baseAlias := len(b.items), len(b.itemAliases)
	for _, content := range y.Content {
		item := b.build(content, depth)
		made.add(b, item, b.places.offset(content.Line, content.Column))
		b.items, b.itemAliases = append(b.items, item.node), append(b.itemAliases, item.alias)
	}
	n.Items = b.arena.keepItems(b.items[base:])
	for i, alias := range b.itemAliases[baseAlias:] {
		if alias > 0 {
			b.doc.noteAlias(n, i, alias-1)
		}
	}
	b.items, b.itemAliases = b.items[:base], b.itemAliases[:baseAlias]
	return made
}

// add counts a child in. off is where to report that there are too many.
func (made *built) add(b *builder, child built, off int32) {
	made.size += child.size
	if made.size > b.opt.MaxNodes {
		b.tooMany(off)
	}
	made.height = max(made.height, child.height+1)
}

// collection returns a new node for a mapping or a sequence.
func (b *builder) collection(kind Kind, y *yaml.Node, off int32) *Node {
	n := b.arena.node()
	n.Kind, n.off, n.style = kind, off, block
	if y.Style&yaml.FlowStyle != 0 {
		n.style = flow
	}
	return n
}

func (b *builder) scalar(y *yaml.Node, off int32) *Node {
	n := b.arena.node()
	n.off = off
	var num number
	n.Kind, n.Text, num = b.value(y, off)
	if num == infinite {
		panic(&problem{
			from: int(off), to: int(off) + len(y.Value), message: "JSON has no infinite numbers, nor .nan",
			remedy: "quote the value when it is meant as text",
		})
	}
	n.style = scalarStyle(y, n.Kind, b.src.text, off)
	return n
}

// value resolves a scalar under the schema and its tag.
func (b *builder) value(y *yaml.Node, off int32) (Kind, string, number) {
	if y.Style&yaml.TaggedStyle != 0 {
		kind, text, num, ok := b.opt.Schema.resolveTagged(y.Tag, y.Value)
		if !ok {
			panic(&problem{
				from: int(off), to: int(off), message: "the value does not fit its tag " + shorten(y.Tag),
			})
		}
		return kind, text, num
	}
	if quotedStyles&y.Style != 0 {
		return String, y.Value, notNumber
	}
	return b.opt.Schema.resolve(y.Value)
}

const quotedStyles = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

func scalarStyle(y *yaml.Node, kind Kind, text string, off int32) style {
	switch {
	case y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		return quoted
	case y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return literal
	case y.Value == "":
		return empty
	case kind == String:
		return plain
	}
	return word
}

func (b *builder) tooMany(off int32) {
	panic(&problem{
		from: int(off), to: int(off),
		message: "the document has too many nodes once its aliases are expanded: the limit is " + itoa(b.opt.MaxNodes),
	})
}

func (b *builder) tooDeep(off int32) {
	panic(&problem{
		from: int(off), to: int(off),
		message: "the document is nested too deeply: the limit is " + itoa(b.opt.MaxDepth),
	})
}

func (d *Document) noteAlias(parent *Node, index int, off int32) {
	if d.aliases == nil {
		d.aliases = map[child]int32{}
	}
	d.aliases[child{parent, index}] = off
}

// places turns the library's lines and columns within a chunk into offsets in the text.
type places struct {
	text   string
	ascii  bool
	breaks []int32 // offset of each line, as the library counts lines
	// The last answer: nodes are asked for in order, so on a long line the next one is counted from there.
	line, column, off int
}

func newPlaces(text string, c Chunk) places {
	p := places{text: text[:c.End], ascii: true}
	chunk := text[c.Start:c.End]
	for i := 0; i < len(chunk); i++ {
		if chunk[i] >= utf8.RuneSelf {
			p.ascii = false
			break
		}
	}
	p.breaks = append(make([]int32, 0, len(chunk)/24+4), p.lineStart(c.Start))
	if hasRareBreaks(chunk) {
		for i := c.Start; i < c.End; {
			i = yamlLineEnd(p.text, i)
			p.breaks = append(p.breaks, p.lineStart(i))
		}
		return p
	}
	for i := c.Start; ; {
		if i = nextLine(p.text, i, false); i < 0 {
			return p
		}
		p.breaks = append(p.breaks, p.lineStart(i))
	}
}

// lineStart returns where the library sees the line at i begin: behind a byte order mark, see forLibrary.
func (p *places) lineStart(i int) int32 {
	if !p.ascii && strings.HasPrefix(p.text[i:], bom) {
		i += len(bom)
	}
	return int32(i)
}

// offset returns the offset of a line and a column, both counted from 1.
func (p *places) offset(line, column int) int32 {
	if line < 1 || line > len(p.breaks) {
		return int32(len(p.text))
	}
	start := int(p.breaks[line-1])
	if p.ascii {
		return int32(min(start+column-1, len(p.text)))
	}
	if p.line != line || p.column > column {
		p.line, p.column, p.off = line, 1, start
	}
	for p.column < column && p.off < len(p.text) {
		_, w := utf8.DecodeRuneInString(p.text[p.off:])
		p.off += w
		p.column++
	}
	return int32(p.off)
}
