package policy

import (
	"encoding/json"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// Value converts a document's node to what rules see. Nodes that are shared through aliases are converted each time they
// occur; the document's limit on expanded nodes bounds that.
func Value(n *document.Node) ast.Value { return Term(n).Value }

// Term is Value as a term.
func Term(n *document.Node) *ast.Term {
	if n == nil {
		return ast.InternedNullTerm
	}
	switch n.Kind {
	case document.Bool:
		return ast.InternedTerm(n.Text == "true")
	case document.Number:
		return ast.NewTerm(ast.Number(json.Number(n.Text)))
	case document.String:
		return ast.StringTerm(n.Text)
	case document.Sequence:
		items := make([]*ast.Term, len(n.Items))
		for i, item := range n.Items {
			items[i] = Term(item)
		}
		return ast.ArrayTerm(items...)
	case document.Mapping:
		pairs := make([][2]*ast.Term, len(n.Pairs))
		for i, p := range n.Pairs {
			pairs[i] = [2]*ast.Term{Key(p.Key.Text), Term(p.Value)}
		}
		return ast.ObjectTerm(pairs...)
	}
	return ast.InternedNullTerm
}

// At returns the term that path leads to within a converted document, or nil. Terms are shared, so that a fact which is a
// part of its document costs nothing.
func At(t *ast.Term, path ...any) *ast.Term {
	for _, step := range path {
		if t == nil {
			return nil
		}
		switch s := step.(type) {
		case string:
			object, ok := t.Value.(ast.Object)
			if !ok {
				return nil
			}
			t = object.Get(Key(s))
		case int:
			array, ok := t.Value.(*ast.Array)
			if !ok || s < 0 || s >= array.Len() {
				return nil
			}
			t = array.Elem(s)
		}
	}
	return t
}
