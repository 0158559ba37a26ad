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
		return ast.InternedTerm(n.Text)
	case document.Sequence:
		items := make([]*ast.Term, len(n.Items))
		for i, item := range n.Items {
			items[i] = Term(item)
		}
		return ast.ArrayTerm(items...)
	case document.Mapping:
		pairs := make([][2]*ast.Term, len(n.Pairs))
		for i, p := range n.Pairs {
			pairs[i] = [2]*ast.Term{ast.InternedTerm(p.Key.Text), Term(p.Value)}
		}
		return ast.ObjectTerm(pairs...)
	}
	return ast.InternedNullTerm
}
