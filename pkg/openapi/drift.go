package openapi

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// Difference is one way in which a generated description differs from the committed one.
type Difference struct {
	Operation string // GET /things, components.schemas.Thing, info, a file's name; "" for the description as a whole
	Field     string // parameters[query limit].required; "" for all of it
	Kind      DifferenceKind
	Committed string // the value in short, "" when there is none
	Generated string
	Place     Place // in the committed description: what differs, or the nearest thing to it that exists
}

// DifferenceKind says in which way two descriptions differ.
type DifferenceKind string

// The kinds of difference.
const (
	Added   DifferenceKind = "added"   // only the generated one has it
	Removed DifferenceKind = "removed" // only the committed one has it
	Changed DifferenceKind = "changed"
	Order   DifferenceKind = "order" // the same items in another order
	Text    DifferenceKind = "text"  // the same meaning, written otherwise
)

// Differences compares a committed description with a generated one by meaning: the order of keys, comments, quotes, the
// spelling of references and of numbers have none. Both must have been parsed.
func Differences(committed, generated *Spec) []Difference {
	d := &differ{}
	for _, name := range committed.order {
		a, b := committed.files[name], generated.files[name]
		d.file = a
		switch {
		case a.doc == nil:
		case b == nil || b.doc == nil:
			if name == committed.Path {
				continue // there is nothing to compare with, which the caller knows
			}
			d.add(Difference{Operation: name, Kind: Removed, Place: Place{Path: name}})
		case name == committed.Path:
			d.description(a.doc.Root, b.doc.Root)
		default:
			d.node(spot{operation: name, at: a.doc.Root}, a.doc.Root, b.doc.Root)
		}
	}
	for _, name := range generated.order {
		if committed.files[name] == nil {
			d.add(Difference{Operation: name, Kind: Added, Place: Place{Path: committed.Path}})
		}
	}
	return d.out
}

// Rewritten tells where the bytes of a description that means the same differ, or nil.
func Rewritten(committed, generated *Spec) []Difference {
	var out []Difference
	for _, name := range committed.order {
		a, b := committed.files[name], generated.files[name]
		if b == nil || bytes.Equal(a.text, b.text) {
			continue
		}
		was, is, line := firstDifference(a.text, b.text)
		at := document.Position{Line: line, Column: 1}
		out = append(out, Difference{Operation: name, Kind: Text, Committed: shorten(was), Generated: shorten(is), Place: Place{name, document.Range{Start: at, End: at}}})
	}
	return out
}

// firstDifference returns the first lines that differ, and their number; that of the last line of a when b goes on behind it.
func firstDifference(a, b []byte) (was, is string, line int) {
	x, y := strings.SplitAfter(string(a), "\n"), strings.SplitAfter(string(b), "\n")
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] {
		i++
	}
	line = i + 1
	if i >= len(x) || i == len(x)-1 && x[i] == "" {
		line = max(1, len(strings.Split(strings.TrimSuffix(string(a), "\n"), "\n")))
	}
	if i < len(x) {
		was = x[i]
	}
	if i < len(y) {
		is = y[i]
	}
	return strings.TrimRight(was, "\r\n"), strings.TrimRight(is, "\r\n"), line
}

// differ compares one file after the other.
type differ struct {
	file *file // of the committed description
	out  []Difference
}

// spot is where a comparison stands.
type spot struct {
	operation string
	field     []string
	at        *document.Node // what exists there in the committed file: a key, or an item
}

// into is the spot of a field, whose key is nil when only the other side has it.
func (s spot) into(name string, key *document.Node) spot {
	out := spot{operation: s.operation, field: append(slices.Clip(s.field), name), at: s.at}
	if key != nil {
		out.at = key
	}
	return out
}

func (d *differ) add(x Difference) { d.out = append(d.out, x) }

func (d *differ) differ(s spot, kind DifferenceKind, a, b *document.Node) {
	r := d.file.doc.Range(s.at)
	if s.at.Kind == document.Mapping || s.at.Kind == document.Sequence {
		r.End = r.Start
	}
	d.add(Difference{Operation: s.operation, Field: field(s.field), Kind: kind, Committed: brief(a), Generated: brief(b), Place: Place{d.file.path, r}})
}

// field joins the steps to a field; those to items carry their own brackets.
func field(steps []string) string {
	var b strings.Builder
	for _, s := range steps {
		if b.Len() > 0 && !strings.HasPrefix(s, "[") {
			b.WriteByte('.')
		}
		b.WriteString(s)
	}
	return b.String()
}

// description compares the roots, so that differences are told by operation and component.
func (d *differ) description(a, b *document.Node) {
	d.pairs(spot{at: a}, a, b, func(s spot, x, y *document.Node) {
		name := s.field[0]
		s = spot{operation: name, at: s.at}
		switch {
		case name == "paths" || name == "webhooks":
			d.group(s, x, y, func(path string) string { return groups[name] + path }, d.item)
		case name == "components":
			d.group(s, x, y, func(kind string) string { return "components." + kind }, func(s spot, x, y *document.Node) {
				d.group(s, x, y, func(c string) string { return s.operation + "." + c }, d.node)
			})
		default:
			d.node(s, x, y)
		}
	})
}

// groups are what the entries of the root's collections are called, before their names.
var groups = map[string]string{"paths": "", "webhooks": "webhook "}

// group compares two collections whose entries are told by names of their own.
func (d *differ) group(s spot, a, b *document.Node, name func(string) string, each func(s spot, a, b *document.Node)) {
	if a == nil || b == nil || a.Kind != document.Mapping || b.Kind != document.Mapping {
		d.node(s, a, b)
		return
	}
	d.pairs(s, a, b, func(in spot, x, y *document.Node) {
		each(spot{operation: name(in.field[len(in.field)-1]), at: in.at}, x, y)
	})
}

// methods are the fields of a path item that are operations.
var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}

// item compares two path items.
func (d *differ) item(s spot, a, b *document.Node) {
	if d.operations(s, a, b) {
		return
	}
	if a == nil || b == nil || a.Kind != document.Mapping || b.Kind != document.Mapping || refOf(a) != nil || refOf(b) != nil {
		d.node(s, a, b)
		return
	}
	d.pairs(s, a, b, func(in spot, x, y *document.Node) {
		if key := in.field[0]; slices.Contains(methods, key) {
			in = spot{operation: strings.ToUpper(key) + " " + s.operation, at: in.at}
		}
		d.node(in, x, y)
	})
}

// operations tells a path item that only one side has by its operations, if it has any.
func (d *differ) operations(s spot, a, b *document.Node) bool {
	if (a == nil) == (b == nil) {
		return false
	}
	told := false
	for _, side := range []*document.Node{a, b} {
		for _, p := range document.Entries(side) {
			if !slices.Contains(methods, p.Key.Text) {
				continue
			}
			in := spot{operation: strings.ToUpper(p.Key.Text) + " " + s.operation, at: s.at}
			if told = true; side == a {
				in.at = p.Key
				d.node(in, p.Value, nil)
			} else {
				d.node(in, nil, p.Value)
			}
		}
	}
	return told
}

// pairs visits the entries of two mappings: those of the committed one in its order, then those only the other has.
func (d *differ) pairs(s spot, a, b *document.Node, each func(s spot, x, y *document.Node)) {
	if a.Kind != document.Mapping || b.Kind != document.Mapping {
		d.node(s, a, b)
		return
	}
	for _, p := range a.Pairs {
		each(s.into(p.Key.Text, p.Key), p.Value, b.Get(p.Key.Text))
	}
	for _, q := range b.Pairs {
		if a.Get(q.Key.Text) == nil {
			each(s.into(q.Key.Text, nil), nil, q.Value)
		}
	}
}

// node compares two values; nil is what one side does not have.
func (d *differ) node(s spot, a, b *document.Node) {
	switch {
	case a == nil:
		d.differ(s, Added, a, b)
	case b == nil:
		d.differ(s, Removed, a, b)
	case a.Kind != b.Kind:
		d.differ(s, Changed, a, b)
	case a.Kind == document.Mapping:
		d.pairs(s, a, b, func(in spot, x, y *document.Node) {
			if in.field[len(in.field)-1] == "$ref" && sameTarget(x, y, d.file.path) {
				return
			}
			d.node(in, x, y)
		})
	case a.Kind == document.Sequence:
		d.items(s, a, b)
	case a.Kind == document.Number && sameNumber(a.Text, b.Text):
	case a.Text != b.Text:
		d.differ(s, Changed, a, b)
	}
}

// sameTarget reports whether two references of a file lead to one place, however they are spelt. A property that happens to be
// called $ref is none.
func sameTarget(a, b *document.Node, file string) bool {
	if a == nil || b == nil || a.Kind != document.String || b.Kind != document.String {
		return false
	}
	x, y := reference{text: a.Text}, reference{text: b.Text}
	x.resolve(file)
	y.resolve(file)
	return x.refused == "" && y.refused == "" && !x.opaque && !y.opaque && x.target == y.target
}

// brief is a value in short, for a message.
func brief(n *document.Node) string {
	switch {
	case n == nil:
		return ""
	case n.Kind == document.Mapping:
		if ref := refOf(n); ref != nil {
			return shorten("$ref " + ref.Text)
		}
		var keys []string
		for _, p := range n.Pairs {
			keys = append(keys, p.Key.Text)
		}
		return "{" + shorten(strings.Join(keys, ", ")) + "}"
	case n.Kind == document.Sequence:
		list := names(n)
		if len(list) < len(n.Items) {
			return fmt.Sprintf("[%s]", counted(len(n.Items), "item"))
		}
		return "[" + shorten(strings.Join(list, ", ")) + "]"
	case n.Kind == document.String:
		return shorten(quote(n.Text))
	case n.Kind == document.Null:
		return "null"
	}
	return shorten(n.Text)
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// maxBrief is how much of a value is shown.
const maxBrief = 60

func shorten(text string) string {
	if r := []rune(text); len(r) > maxBrief {
		return string(r[:maxBrief]) + "…"
	}
	return text
}
