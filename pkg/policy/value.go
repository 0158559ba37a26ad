package policy

import (
	"encoding/json"
	"fmt"

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

// Fact converts what a gate found out to what rules see: nil, booleans, int, string, and []any, []string and map[string]any
// of them, with terms that were converted already among them. Any other type is a mistake of the program.
func Fact(v any) *ast.Term {
	switch v := v.(type) {
	case nil:
		return ast.InternedNullTerm
	case *ast.Term:
		return v
	case bool:
		return ast.InternedTerm(v)
	case int:
		return ast.InternedTerm(v)
	case string:
		return ast.StringTerm(v)
	case []string:
		items := make([]*ast.Term, len(v))
		for i, item := range v {
			items[i] = ast.StringTerm(item)
		}
		return ast.ArrayTerm(items...)
	case []any:
		items := make([]*ast.Term, len(v))
		for i, item := range v {
			items[i] = Fact(item)
		}
		return ast.ArrayTerm(items...)
	case map[string]any:
		pairs := make([][2]*ast.Term, 0, len(v))
		for key, value := range v {
			pairs = append(pairs, [2]*ast.Term{Key(key), Fact(value)})
		}
		return ast.ObjectTerm(pairs...)
	}
	panic(fmt.Sprintf("policy: no fact can be a %T", v))
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
