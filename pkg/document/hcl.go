package document

import (
	"math"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// ParseHCL reads HCL native syntax into the same tree: a body is a mapping; blocks of one type with labels nest as
// Terraform's JSON syntax has them; an expression that is not a literal is a String holding its source text.
//
// So resource "a" "b" {x = 1} becomes {"resource": {"a": {"b": {"x": 1}}}}. A block is a mapping; where several have the
// same type and labels there is a sequence of them. Lists and objects in brackets become sequences and mappings. An empty
// file has no document. Parse's remarks on src hold here too.
func ParseHCL(path string, src []byte, opt Options) *File {
	r, ok := newReader(path, src, opt)
	if !ok {
		return r.file
	}
	text := r.src.text
	doc := &Document{Path: path, src: r.src}
	p := guard(0, func() {
		body := parseHCL([]byte(text), r.opt.MaxDepth)
		if len(body.Attributes)+len(body.Blocks) > 0 {
			h := hclBuilder{reader: r, doc: doc}
			doc.Root = h.body(body, byteRange{0, len(text)}, 1)
		}
	})
	switch {
	case p != nil:
		r.fail(0, 0, len(text), p)
	case doc.Root != nil:
		r.file.Docs = append(r.file.Docs, doc)
	}
	return r.file
}

// parseHCL returns the syntax tree. It panics with a *problem.
func parseHCL(src []byte, maxDepth int) *hclsyntax.Body {
	tokens, diags := hclsyntax.LexConfig(src, "", hcl.InitialPos)
	stopOn(diags)
	checkNesting(tokens, maxDepth)
	file, diags := hclsyntax.ParseConfig(src, "", hcl.InitialPos)
	stopOn(diags)
	return file.Body.(*hclsyntax.Body)
}

// stopOn panics with the first error. Its summary says what is wrong without quoting the text; its detail may quote.
func stopOn(diags hcl.Diagnostics) {
	for _, d := range diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		p := &problem{message: d.Summary, syntax: true}
		if d.Subject != nil {
			p.from, p.to = d.Subject.Start.Byte, d.Subject.End.Byte
		}
		panic(p)
	}
}

// checkNesting keeps the recursive parser from text that would exhaust the stack, which no recover catches.
func checkNesting(tokens hclsyntax.Tokens, maxDepth int) {
	depth, directives := 0, 0
	chain := 0 // of what nests without brackets: prefix operators and conditionals
	for i, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOQuote,
			hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp:
			depth++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote,
			hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
			depth--
		case hclsyntax.TokenTemplateControl:
			depth++
			if i+1 < len(tokens) {
				directives += directive(tokens[i+1])
			}
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenQuestion:
			chain++
		case hclsyntax.TokenNewline:
			if depth <= 0 {
				chain, directives = 0, 0
			}
		}
		if depth > maxDepth || directives > maxDepth || chain > 100_000 {
			off := t.Range.Start.Byte
			panic(&problem{
				from: off, to: off,
				message: "the document is nested too deeply: the limit is " + itoa(maxDepth),
			})
		}
	}
}

// directive returns by how much a template directive changes the nesting.
func directive(t hclsyntax.Token) int {
	switch string(t.Bytes) {
	case "if", "for":
		return 1
	case "endif", "endfor":
		return -1
	}
	return 0
}

// hclBuilder makes our tree from HCL's.
type hclBuilder struct {
	*reader
	doc   *Document
	nodes int
}

type byteRange struct{ from, to int }

func bytesOf(r hcl.Range) byteRange { return byteRange{r.Start.Byte, r.End.Byte} }

func (h *hclBuilder) node(kind Kind, text string, at byteRange) *Node {
	if h.nodes++; h.nodes > h.opt.MaxNodes {
		panic(&problem{
			from: at.from, to: at.from,
			message: "the document has too many nodes: the limit is " + itoa(h.opt.MaxNodes),
		})
	}
	n := h.arena.node()
	n.Kind, n.Text, n.style, n.off = kind, text, synthetic, int32(at.from)
	h.doc.noteEnd(n, at.to)
	return n
}

// body builds the mapping for a body that spans at.
func (h *hclBuilder) body(body *hclsyntax.Body, at byteRange, depth int) *Node {
	h.checkDepth(at, depth)
	n := h.node(Mapping, "", at)
	type part struct {
		at        byteRange
		attribute *hclsyntax.Attribute
		block     *hclsyntax.Block
	}
	var parts []part
	for _, a := range body.Attributes {
		parts = append(parts, part{at: bytesOf(a.SrcRange), attribute: a})
	}
	for _, b := range body.Blocks {
		parts = append(parts, part{at: byteRange{b.TypeRange.Start.Byte, b.CloseBraceRange.End.Byte}, block: b})
	}
	slices.SortFunc(parts, func(a, b part) int { return a.at.from - b.at.from })
	var seen hclKeys
	for _, p := range parts {
		if p.attribute != nil {
			name := bytesOf(p.attribute.NameRange)
			h.addPair(n, &seen, p.attribute.Name, name, h.expression(p.attribute.Expr, depth))
			continue
		}
		h.addBlock(n, &seen, p.block, p.at, depth)
	}
	return n
}

// hclKeys are the pairs of a mapping by key, and which of their values were made from blocks.
type hclKeys struct {
	index  map[string]int
	levels map[string]*hclKeys // the mappings that labels make
	leaves map[string]bool
}

func (k *hclKeys) add(key string, index int) {
	if k.index == nil {
		k.index, k.levels, k.leaves = map[string]int{}, map[string]*hclKeys{}, map[string]bool{}
	}
	k.index[key] = index
}

func (h *hclBuilder) addPair(n *Node, seen *hclKeys, key string, at byteRange, value *Node) {
	if i, ok := seen.index[key]; ok {
		panic(duplicateKey(h.src, key, int(n.Pairs[i].Key.off), at.from, at.to))
	}
	seen.add(key, len(n.Pairs))
	n.Pairs = append(n.Pairs, Pair{h.node(String, key, at), value})
}

// addBlock puts a block into the mapping n: under its type and each of its labels.
func (h *hclBuilder) addBlock(n *Node, seen *hclKeys, b *hclsyntax.Block, at byteRange, depth int) {
	names, places := []string{b.Type}, []byteRange{bytesOf(b.TypeRange)}
	for i, label := range b.Labels {
		names, places = append(names, label), append(places, bytesOf(b.LabelRanges[i]))
	}
	last := len(names) - 1
	for i, name := range names[:last] {
		below := seen.levels[name]
		if below == nil {
			level := h.node(Mapping, "", at)
			h.addPair(n, seen, name, places[i], level)
			below = &hclKeys{}
			seen.levels[name] = below
		}
		n, seen = n.Pairs[seen.index[name]].Value, below
		h.stretch(n, at)
		depth++
		h.checkDepth(at, depth)
	}
	value := h.body(b.Body, at, depth+1)
	name := names[last]
	if !seen.leaves[name] {
		h.addPair(n, seen, name, places[last], value)
		seen.leaves[name] = true
		return
	}
	pair := &n.Pairs[seen.index[name]]
	if pair.Value.Kind != Sequence {
		first := pair.Value
		pair.Value = h.node(Sequence, "", byteRange{int(first.off), at.to})
		pair.Value.Items = []*Node{first}
	}
	pair.Value.Items = append(pair.Value.Items, value)
	h.stretch(pair.Value, at)
}

// stretch moves a node's end behind at.
func (h *hclBuilder) stretch(n *Node, at byteRange) {
	if int(h.doc.ends[n]) < at.to {
		h.doc.noteEnd(n, at.to)
	}
}

func (h *hclBuilder) checkDepth(at byteRange, depth int) {
	if depth > h.opt.MaxDepth {
		panic(&problem{
			from: at.from, to: at.from,
			message: "the document is nested too deeply: the limit is " + itoa(h.opt.MaxDepth),
		})
	}
}

// expression builds a literal's value, or a String with the source of anything else.
func (h *hclBuilder) expression(e hclsyntax.Expression, depth int) *Node {
	at := bytesOf(e.Range())
	switch e := e.(type) {
	case *hclsyntax.TupleConsExpr:
		h.checkDepth(at, depth+1)
		n := h.node(Sequence, "", at)
		for _, item := range e.Exprs {
			n.Items = append(n.Items, h.expression(item, depth+1))
		}
		return n
	case *hclsyntax.ObjectConsExpr:
		h.checkDepth(at, depth+1)
		n := h.node(Mapping, "", at)
		var seen hclKeys
		for _, item := range e.Items {
			keyAt := bytesOf(item.KeyExpr.Range())
			h.addPair(n, &seen, h.objectKey(item.KeyExpr, keyAt), keyAt, h.expression(item.ValueExpr, depth+1))
		}
		return n
	}
	if kind, text, ok := h.literal(e); ok {
		return h.node(kind, text, at)
	}
	return h.node(String, h.src.text[at.from:at.to], at)
}

// literal resolves an expression that needs no evaluation.
func (h *hclBuilder) literal(e hclsyntax.Expression) (Kind, string, bool) {
	switch e := e.(type) {
	case *hclsyntax.TemplateExpr:
		var text strings.Builder
		for _, part := range e.Parts {
			kind, piece, ok := h.literal(part)
			if !ok || kind != String {
				return Null, "", false
			}
			text.WriteString(piece)
		}
		return String, text.String(), true
	case *hclsyntax.UnaryOpExpr:
		kind, text, ok := h.literal(e.Val)
		if e.Op == hclsyntax.OpNegate && ok && kind == Number && text[0] != '-' {
			return Number, "-" + text, true
		}
	case *hclsyntax.LiteralValueExpr:
		return h.value(e)
	}
	return Null, "", false
}

func (h *hclBuilder) value(e *hclsyntax.LiteralValueExpr) (Kind, string, bool) {
	switch {
	case e.Val.IsNull():
		return Null, "", true
	case e.Val.Type() == cty.Bool:
		if e.Val.True() {
			return Bool, "true", true
		}
		return Bool, "false", true
	case e.Val.Type() == cty.String:
		return String, e.Val.AsString(), true
	case e.Val.Type() == cty.Number:
		at := bytesOf(e.SrcRange)
		if text, num := jsonNumber(h.src.text[at.from:at.to]); num != notNumber {
			return Number, text, true
		}
		if f, _ := e.Val.AsBigFloat().Float64(); math.IsInf(f, 0) {
			return Null, "", false
		}
		return Number, e.Val.AsBigFloat().Text('g', -1), true
	}
	return Null, "", false
}

// objectKey spells the key of an object: a name or a literal as it is, anything else as its source.
func (h *hclBuilder) objectKey(e hclsyntax.Expression, at byteRange) string {
	if k, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		if name := hcl.ExprAsKeyword(k.Wrapped); name != "" && !k.ForceNonLiteral {
			return name
		}
		if kind, text, ok := h.literal(k.Wrapped); ok && !k.ForceNonLiteral {
			return keyText(text, kind, text, notNumber)
		}
	}
	return h.src.text[at.from:at.to]
}
