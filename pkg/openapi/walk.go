package openapi

import (
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// part is a piece of a file that is kept or left out whole: a path item, a webhook, a component, another root field, or a file
// that references reach.
type part struct {
	at   location
	key  *document.Node // what it is named by; the part itself when it has no name
	node *document.Node
	refs []*reference
}

// collect fills in the parts of a file and their references, in source order.
func (f *file) collect(root bool) {
	add := func(key, n *document.Node, path ...string) {
		w := walker{}
		if len(path) == 1 && named[path[0]] {
			w.names(n, 0)
		} else {
			w.object(n, strictness(path, n))
		}
		f.refs = append(f.refs, w.refs...)
		f.parts = append(f.parts, &part{location{f.path, spell(path)}, key, n, w.refs})
	}
	if !root || f.doc.Root.Kind != document.Mapping {
		add(f.doc.Root, f.doc.Root)
		return
	}
	for _, p := range f.doc.Root.Pairs {
		key := p.Key.Text
		switch {
		case (key == "paths" || key == "webhooks") && p.Value.Kind == document.Mapping:
			for _, item := range p.Value.Pairs {
				add(item.Key, item.Value, key, item.Key.Text)
			}
		case key == "components" && p.Value.Kind == document.Mapping:
			for _, kind := range p.Value.Pairs {
				if kind.Value.Kind != document.Mapping {
					add(kind.Key, kind.Value, key, kind.Key.Text)
				}
				for _, c := range document.Entries(kind.Value) {
					add(c.Key, c.Value, key, kind.Key.Text, c.Key.Text)
				}
			}
		default:
			add(p.Key, p.Value, key)
		}
	}
}

// strictness is how a part's references count, by the key it stands under.
func strictness(path []string, n *document.Node) force {
	switch {
	case len(path) == 0:
	case len(path) == 1 && holdsData(path[0], n):
		return data
	case strings.HasPrefix(path[len(path)-1], "x-"):
		// An extension, or a name that looks like one: a header, say.
		return optional
	}
	return 0
}

// force is how much a reference counts.
type force uint8

const (
	_        force = iota
	optional       // a discriminator's value, which may name something else
	data           // stands among data, where it refers to nothing
)

// walker goes through a part. What stands among data is collected too, marked: whoever asks what can change must not miss a
// reference because a place was taken for data.
type walker struct{ refs []*reference }

// named are the fields whose keys are names that the author chose, not keywords.
var named = map[string]bool{
	"properties": true, "patternProperties": true, "dependentSchemas": true, "$defs": true, "definitions": true, "responses": true,
	"schemas": true, "headers": true, "parameters": true, "requestBodies": true, "securitySchemes": true, "links": true,
	"callbacks": true, "pathItems": true, "paths": true, "webhooks": true, "content": true, "encoding": true, "examples": true,
	"additionalOperations": true,
}

// object visits a node whose keys are keywords.
func (w *walker) object(n *document.Node, f force) {
	switch n.Kind {
	case document.Sequence:
		for _, item := range n.Items {
			w.object(item, f)
		}
		return
	case document.Mapping:
	default:
		return
	}
	if ref := refOf(n); ref != nil {
		w.refs = append(w.refs, &reference{text: ref.Text, value: ref, force: f})
	}
	for _, p := range n.Pairs {
		key := p.Key.Text
		switch {
		case key == "discriminator":
			w.mapping(p.Value.Get("mapping"), f)
			w.object(p.Value, f)
		case named[key] && p.Value.Kind == document.Mapping:
			w.names(p.Value, f)
		case holdsData(key, p.Value):
			w.object(p.Value, data)
		default:
			w.object(p.Value, f)
		}
	}
}

// names visits a node whose keys are names.
func (w *walker) names(n *document.Node, f force) {
	for _, p := range document.Entries(n) {
		if strings.HasPrefix(p.Key.Text, "x-") {
			// An extension, or a name that looks like one: a property, say.
			w.object(p.Value, max(f, optional))
			continue
		}
		w.object(p.Value, f)
	}
}

// holdsData reports whether a keyword's value is data of the author's, in which a $ref is a key like any other.
func holdsData(key string, value *document.Node) bool {
	switch key {
	case "example", "default", "enum", "const", "value":
		return true
	case "examples": // a list holds values, a mapping Example Objects
		return value.Kind == document.Sequence
	}
	return strings.HasPrefix(key, "x-")
}

// mapping collects what a discriminator maps to: references, or names of schemas.
func (w *walker) mapping(n *document.Node, f force) {
	for _, p := range document.Entries(n) {
		if p.Value.Kind != document.String {
			continue
		}
		text := p.Value.Text
		if isSchemaName(text) {
			w.refs = append(w.refs, &reference{text: "#/components/schemas/" + text, value: p.Value, force: data})
		}
		if strings.ContainsAny(text, "/#.") {
			w.refs = append(w.refs, &reference{text: text, value: p.Value, force: max(f, optional)})
		}
	}
}

// isSchemaName reports whether text is a key that components may have.
func isSchemaName(text string) bool {
	for _, r := range text {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != '_' {
			return false
		}
	}
	return text != ""
}
