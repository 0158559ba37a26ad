package openapi

import (
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// cycles finds the references with which something other than a schema comes to contain itself: a callback whose operation has that
// callback, a header whose content is encoded with that header. OpenAPI allows them, and libraries that follow them have no end. An
// emitted text has something empty in their place, since what they lead to is there already. Cycles of schemas are left alone:
// recursive types are common, and followed with care.
func (s *Spec) cycles() map[*document.Node]string {
	w := &cycleWalk{spec: s, state: map[*document.Node]walkState{}, cut: map[*document.Node]string{}}
	for _, name := range s.order {
		if f := s.files[name]; f.doc != nil {
			w.node(f, f.doc.Root, "")
		}
	}
	return w.cut
}

type walkState uint8

const (
	entered walkState = 1 + iota
	finished
)

type cycleWalk struct {
	spec  *Spec
	state map[*document.Node]walkState
	cut   map[*document.Node]string
}

// node visits a value that stands in a field of the kind; of what holds such values by name the field is that of the collection.
func (w *cycleWalk) node(f *file, n *document.Node, kind string) {
	if n.Kind != document.Mapping && n.Kind != document.Sequence || w.state[n] != 0 {
		return
	}
	w.state[n] = entered
	defer func() { w.state[n] = finished }()
	for _, item := range n.Items {
		w.node(f, item, kind)
	}
	if to, target := w.spec.resolve(f, n); target != n && refOf(target) == nil {
		if w.state[target] == entered {
			w.cut[n] = nothing(kind)
			return
		}
		w.node(to, target, kind)
	}
	names := collections[kind]
	for _, p := range n.Pairs {
		switch key := p.Key.Text; {
		case names:
			w.node(f, p.Value, strings.TrimSuffix(kind, "s"))
		case key == "schema" || key == "schemas" || key == "itemSchema" || holdsData(key, p.Value):
		default:
			w.node(f, p.Value, key)
		}
	}
}

// collections are the fields that hold objects by names.
var collections = map[string]bool{"callbacks": true, "headers": true, "responses": true, "paths": true, "webhooks": true, "pathItems": true, "links": true}

// nothing is the text of the least that is sound in a field.
func nothing(kind string) string {
	if kind == "header" {
		return `{"schema":{}}`
	}
	return "{}"
}
