package openapi

import (
	"strconv"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// items compares two lists. Items that have a name of their own are matched by it, others by their place.
func (d *differ) items(s spot, a, b *document.Node) {
	was, is := names(a), names(b)
	if was == nil || is == nil {
		for i := range max(len(a.Items), len(b.Items)) {
			var x, y *document.Node
			if i < len(a.Items) {
				x = a.Items[i]
			}
			if i < len(b.Items) {
				y = b.Items[i]
			}
			d.node(s.into("["+strconv.Itoa(i)+"]", x), x, y)
		}
		return
	}
	at := make(map[string]int, len(is))
	for i, name := range is {
		at[name] = i
	}
	last, moved := -1, false
	for i, name := range was {
		j, ok := at[name]
		if !ok {
			d.node(s.into("["+name+"]", a.Items[i]), a.Items[i], nil)
			continue
		}
		moved = moved || j < last
		last = j
		d.node(s.into("["+name+"]", a.Items[i]), a.Items[i], b.Items[j])
		delete(at, name)
	}
	for j, name := range is {
		if _, left := at[name]; left {
			d.node(s.into("["+name+"]", nil), nil, b.Items[j])
		}
	}
	if moved {
		d.differ(s, Order, a, b)
	}
}

// names are what the items of a list are called; nil when one has no name, or two share one.
func names(n *document.Node) []string {
	out := make([]string, len(n.Items))
	seen := make(map[string]bool, len(n.Items))
	for i, item := range n.Items {
		name := nameOf(item)
		if name == "" || seen[name] {
			return nil
		}
		out[i], seen[name] = name, true
	}
	return out
}

// nameOf is what an item of a list is called: a parameter by its place and name, a tag by its name, a server by its address, a
// scalar by itself.
func nameOf(n *document.Node) string {
	switch n.Kind {
	case document.Mapping:
	case document.Sequence, document.Null:
		return ""
	case document.Number:
		return "number " + canonicalNumber(n.Text)
	case document.Bool:
		return "boolean " + n.Text
	default:
		return n.Text
	}
	if ref := refOf(n); ref != nil {
		return ref.Text[strings.LastIndexByte(ref.Text, '/')+1:]
	}
	for _, key := range []string{"name", "url", "operationId"} {
		if name := n.Get(key).Str(); name != "" {
			return strings.TrimPrefix(n.Get("in").Str()+" "+name, " ")
		}
	}
	if len(n.Pairs) == 1 { // a security requirement
		return n.Pairs[0].Key.Text
	}
	return ""
}
