package render

import (
	"slices"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// identity lists the fields by which Kubernetes and Compose tell the elements of a list apart, most telling first. An
// element is looked up by the first of them it has.
var identity = []string{"name", "mountPath", "devicePath", "containerPort", "port", "target", "key", "topologyKey", "ip", "source"}

// Follow translates a path into a rendered tree to the path of the same thing in a tree it was rendered from. Elements
// of lists are found by what identifies them (a name, a mount path, a port), else by content, and only then by position,
// because rendering adds, drops and reorders elements.
//
// The returned path leads to the deepest node of source that corresponds to a node on path. It is exact when every node
// that exists on path in rendered has its counterpart in source, and a scalar at its end has the same value there. Steps
// of path that lead to nothing in rendered (something absent was asked for) are left out and spoil nothing.
func Follow(rendered, source *document.Node, path []any) (sourcePath []any, exact bool) {
	sourcePath = []any{}
	if rendered == nil || source == nil {
		return sourcePath, false
	}
	for _, step := range path {
		next := rendered.Lookup(step)
		if next == nil {
			break
		}
		match, ok := counterpart(rendered, source, step)
		if !ok {
			return sourcePath, false
		}
		rendered, source = next, source.Lookup(match)
		sourcePath = append(sourcePath, match)
	}
	return sourcePath, rendered.Kind == source.Kind && (!scalar(rendered) || rendered.Text == source.Text)
}

// counterpart finds the step in source that corresponds to a step that exists in rendered.
func counterpart(rendered, source *document.Node, step any) (any, bool) {
	index, ok := step.(int)
	if !ok {
		return step, source.Lookup(step) != nil
	}
	if source.Kind != document.Sequence {
		return nil, false
	}
	item := rendered.Items[index]
	for _, key := range identity {
		value := item.Get(key)
		if value == nil || !scalar(value) {
			continue
		}
		found := -1
		for i, other := range source.Items {
			if v := other.Get(key); v == nil || !scalar(v) || v.Text != value.Text {
				continue
			}
			if Equal(item, other) {
				return i, true
			}
			if found < 0 {
				found = i
			}
		}
		return found, found >= 0
	}
	if index < len(source.Items) && Equal(item, source.Items[index]) {
		return index, true
	}
	if i := slices.IndexFunc(source.Items, func(n *document.Node) bool { return Equal(item, n) }); i >= 0 {
		return i, true
	}
	// Position is the last resort, and only for structures: a scalar that is nowhere in the list was written elsewhere.
	if !scalar(item) && len(rendered.Items) == len(source.Items) && source.Items[index].Kind == item.Kind {
		return index, true
	}
	return nil, false
}

// Candidate is one text a rendered object may have been made from: the manifest it started as, a patch, an override.
type Candidate struct {
	Document *document.Document
	At       []any  // the path in Document that corresponds to the object's root; nil for the document's root
	Covers   []any  // what part of the rendered object stands at At: a JSON patch writes one field; nil for all of it
	Note     string // copied to the place when this candidate is chosen
}

// Trace finds the place of path among the candidates: the first is the object's main source, later ones override
// earlier ones. A scalar is where it was last written with the value it has in rendered; a structure, or something
// absent, belongs to the first candidate that has everything around it; failing both, the candidate that leads deepest
// is named, the first of equals. The result says whether the place is exact. Without candidates the place is zero.
func Trace(rendered *document.Node, path []any, candidates []Candidate) (Place, bool) {
	var best Candidate
	var bestPath []any
	depth, found := -1, false
	leaf := deepest(rendered, path)
	for _, c := range candidates {
		if len(path) < len(c.Covers) || !slices.Equal(path[:len(c.Covers)], c.Covers) {
			continue
		}
		root := c.Document.Root.Lookup(c.At...)
		part := rendered.Lookup(c.Covers...)
		if root == nil || part == nil {
			continue
		}
		sourcePath, exact := Follow(part, root, path[len(c.Covers):])
		if exact && (!found || scalar(leaf)) || !found && len(c.Covers)+len(sourcePath) > depth {
			best, bestPath, depth, found = c, sourcePath, len(c.Covers)+len(sourcePath), exact
		}
	}
	if best.Document == nil {
		return Place{}, false
	}
	r, _ := best.Document.Locate(append(slices.Clone(best.At), bestPath...)...)
	return Place{Path: best.Document.Path, Range: r, Note: best.Note}, found
}

// deepest returns the last node that exists on path.
func deepest(n *document.Node, path []any) *document.Node {
	for _, step := range path {
		next := n.Lookup(step)
		if next == nil {
			break
		}
		n = next
	}
	return n
}

// Equal reports whether two trees hold the same data, whatever the order of their mappings' entries.
func Equal(a, b *document.Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a == b {
		return true
	}
	if a.Kind != b.Kind || a.Text != b.Text || len(a.Pairs) != len(b.Pairs) || len(a.Items) != len(b.Items) {
		return false
	}
	for i := range a.Pairs {
		if !Equal(a.Pairs[i].Value, b.Get(a.Pairs[i].Key.Text)) {
			return false
		}
	}
	for i := range a.Items {
		if !Equal(a.Items[i], b.Items[i]) {
			return false
		}
	}
	return true
}

func scalar(n *document.Node) bool {
	return n != nil && n.Kind != document.Sequence && n.Kind != document.Mapping
}
