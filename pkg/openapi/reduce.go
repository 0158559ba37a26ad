package openapi

import (
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// selection says which parts of a description's own file are kept. Nil keeps all.
type selection map[string]bool

func (k selection) has(path ...string) bool { return k == nil || k[spell(path)] }

// reduce says which parts two versions of a description must keep, so that comparing what is left finds every difference that
// comparing the whole would. Most pull requests change one operation of many; the others are the same on both sides,
// references followed, and no comparison says anything of what is the same.
//
// changed is false when nothing differs at all. What cannot be told apart safely is kept whole.
func reduce(base, head *Spec) (keep selection, changed bool) {
	if !sameFrame(base, head) {
		return nil, true
	}
	was, is := partsOf(base), partsOf(head)
	differing := map[location]bool{}
	for at, p := range was {
		if q := is[at]; q == nil || !same(p.node, q.node) {
			differing[at] = true
		}
	}
	for at := range is {
		if was[at] == nil {
			differing[at] = true
		}
	}
	if len(differing) == 0 {
		return selection{}, false
	}
	// Whatever refers to what differs, differs.
	spread(differing, func(visit func(from, to location)) {
		edges(base, was, func(from, to location) { visit(to, from) })
		edges(head, is, func(from, to location) { visit(to, from) })
	})
	for at := range siblings(differing, was, is) {
		differing[at] = true
	}
	for _, parts := range []map[location]*part{was, is} {
		for at := range parts {
			if isFrame(at, head.Path) {
				differing[at] = true
			}
		}
	}
	// Whatever is kept needs what it refers to.
	spread(differing, func(visit func(from, to location)) {
		edges(base, was, visit)
		edges(head, is, visit)
	})
	return selected(differing, head.Path), true
}

// selected is what of a set lies in a description's own file.
func selected(set map[location]bool, root string) selection {
	keep := selection{}
	for at := range set {
		if at.file == root {
			keep[at.pointer] = true
		}
	}
	return keep
}

// sameFrame reports whether what bears on every operation is the same on both sides.
func sameFrame(base, head *Spec) bool {
	if base.Path != head.Path || base.Root == nil || head.Root == nil {
		return false
	}
	for _, s := range []*Spec{base, head} {
		for _, f := range s.files {
			for _, ref := range f.refs {
				if ref.opaque || s.leadsToMany(ref.target) {
					return false
				}
			}
		}
	}
	for _, path := range [][]any{{"openapi"}, {"security"}, {"servers"}, {"jsonSchemaDialect"}, {"components", "securitySchemes"}} {
		was, is := base.Root.Root.Lookup(path...), head.Root.Root.Lookup(path...)
		if (was == nil) != (is == nil) || was != nil && !same(was, is) {
			return false
		}
	}
	return true
}

// isFrame reports whether a part is kept whatever changes.
func isFrame(at location, root string) bool {
	if at.file != root {
		return false
	}
	return !strings.HasPrefix(at.pointer, "/paths/") && !strings.HasPrefix(at.pointer, "/webhooks/") &&
		(!strings.HasPrefix(at.pointer, "/components/") || strings.HasPrefix(at.pointer, "/components/securitySchemes/"))
}

// siblings are the path items whose templates differ in nothing but the names of parameters: they are matched with each other.
func siblings(chosen map[location]bool, sides ...map[location]*part) map[location]bool {
	templates := map[string]bool{}
	for at := range chosen {
		if rest, ok := strings.CutPrefix(at.pointer, "/paths/"); ok {
			templates[template(rest)] = true
		}
	}
	out := map[location]bool{}
	for _, side := range sides {
		for at := range side {
			if rest, ok := strings.CutPrefix(at.pointer, "/paths/"); ok && templates[template(rest)] {
				out[at] = true
			}
		}
	}
	return out
}

// template is a path without the names of its parameters.
func template(path string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(path, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		b.WriteByte('{')
		_, path, _ = strings.Cut(rest, "}")
	}
}

// spread adds to a set all that edges lead to from it.
func spread(set map[location]bool, edges func(visit func(from, to location))) {
	out := map[location][]location{}
	edges(func(from, to location) { out[from] = append(out[from], to) })
	reach(set, out)
}

// reach adds to a set all that edges, listed by where they begin, lead to from it.
func reach(set map[location]bool, out map[location][]location) {
	var todo []location
	for at := range set {
		todo = append(todo, at)
	}
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, to := range out[at] {
			if !set[to] {
				set[to] = true
				todo = append(todo, to)
			}
		}
	}
}

func partsOf(s *Spec) map[location]*part {
	out := map[location]*part{}
	for _, f := range s.files {
		for _, p := range f.parts {
			out[p.at] = p
		}
	}
	return out
}

// edges visits, for each part, the parts it refers to.
func edges(s *Spec, parts map[location]*part, visit func(from, to location)) {
	for at, p := range parts {
		for _, ref := range p.refs {
			if ref.refused == "" && ref.target.file != "" {
				visit(at, s.partOf(ref.target))
			}
		}
	}
}

// partOf is the part that a location lies in.
func (s *Spec) partOf(at location) location {
	if at.file != s.Path {
		return location{file: at.file}
	}
	path := steps(at.pointer)
	n := 1
	if len(path) > 0 {
		switch path[0] {
		case "paths", "webhooks":
			n = 2
		case "components":
			n = 3
		}
	}
	return location{at.file, spell(path[:min(n, len(path))])}
}

// leadsToMany reports whether a location in the own file is more than one part.
func (s *Spec) leadsToMany(at location) bool {
	if at.file != s.Path {
		return false
	}
	path := steps(at.pointer)
	switch {
	case len(path) == 0:
		return true
	case path[0] == "paths" || path[0] == "webhooks":
		return len(path) < 2
	case path[0] == "components":
		return len(path) < 3
	}
	return false
}

// same reports whether two nodes are the same, but for the order of keys, which has no meaning. References count as they are
// spelt: the checker matches the alternatives of a oneOf by that.
func same(a, b *document.Node) bool {
	if a.Kind != b.Kind || len(a.Pairs) != len(b.Pairs) || len(a.Items) != len(b.Items) || a.Text != b.Text {
		return false
	}
	for i := range a.Items {
		if !same(a.Items[i], b.Items[i]) {
			return false
		}
	}
	for i, p := range a.Pairs {
		q := b.Pairs[i].Value
		if b.Pairs[i].Key.Text != p.Key.Text {
			if q = b.Get(p.Key.Text); q == nil {
				return false
			}
		}
		if !same(p.Value, q) {
			return false
		}
	}
	return true
}
