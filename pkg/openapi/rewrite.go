package openapi

import "github.com/claire-de-binare/cdbgate/pkg/document"

// rewrite finds the references that kin-openapi must not be given as they are, and what it gets in their place.
//
// With some, something other than a schema comes to contain itself: a callback whose operation has that callback, a header whose
// content is encoded with that header. OpenAPI allows them, and libraries that follow them have no end. They become something empty,
// since what they lead to is there already. Cycles of schemas are left alone: recursive types are common, and followed with care.
//
// Those to the headers of an encoding it does not follow at all. They become what they lead to, when that is in the same file.
func (s *Spec) rewrite() map[*document.Node]*document.Node {
	w := &rewriteWalk{spec: s, state: map[*document.Node]walkState{}, out: map[*document.Node]*document.Node{}}
	for _, name := range s.order {
		if f := s.files[name]; f.doc != nil {
			w.node(f, f.doc.Root, "")
		}
	}
	return w.out
}

type walkState uint8

const (
	entered walkState = 1 + iota
	finished
)

type rewriteWalk struct {
	spec  *Spec
	state map[*document.Node]walkState
	out   map[*document.Node]*document.Node
}

// node visits a value that stands in a field of the kind.
func (w *rewriteWalk) node(f *file, n *document.Node, kind string) {
	if n.Kind != document.Mapping && n.Kind != document.Sequence || w.state[n] != 0 {
		return
	}
	w.state[n] = entered
	defer func() { w.state[n] = finished }()
	for _, item := range n.Items {
		w.node(f, item, "")
	}
	if to, target := w.spec.resolve(f, n); target != n && refOf(target) == nil {
		switch {
		case w.state[target] == entered:
			w.out[n] = nothing(kind)
			return
		case kind == inEncoding && to == f:
			w.out[n] = target
		}
		w.node(to, target, kind)
	}
	member, names := collections[kind]
	for _, p := range n.Pairs {
		switch key := p.Key.Text; {
		case names && kind == "encoding":
			w.encoding(f, p.Value)
		case names:
			w.node(f, p.Value, member)
		case key == "schema" || key == "schemas" || key == "itemSchema" || holdsData(key, p.Value):
		default:
			w.node(f, p.Value, key)
		}
	}
}

// inEncoding is the kind of a header of an encoding.
const inEncoding = "header of an encoding"

// encoding visits an Encoding Object.
func (w *rewriteWalk) encoding(f *file, n *document.Node) {
	for _, p := range document.Entries(n.Get("headers")) {
		w.node(f, p.Value, inEncoding)
	}
}

// collections are the fields that hold objects by names, and what kind those are. A callback holds path items by expressions.
var collections = map[string]string{
	"callbacks": "callback", "callback": "path item", "headers": "header", "responses": "response", "paths": "path item", "webhooks": "path item",
	"pathItems": "path item", "content": "media type", "encoding": "", "parameters": "parameter", "requestBodies": "request body",
}

// nothing is the least that is sound in a field.
func nothing(kind string) *document.Node {
	empty := &document.Node{Kind: document.Mapping}
	if kind == "header" || kind == inEncoding {
		return &document.Node{Kind: document.Mapping, Pairs: []document.Pair{{Key: &document.Node{Kind: document.String, Text: "schema"}, Value: empty}}}
	}
	return empty
}
