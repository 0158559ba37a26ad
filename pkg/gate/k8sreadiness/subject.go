package k8sreadiness

import (
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/manifest"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
)

// subjects makes an object's subject, and one more for each flaw that keeps a part of it from being judged.
func subjects(to []gate.Subject, o *manifest.Object, around *surroundings, now time.Time) []gate.Subject {
	w, flaws := workloadOf(o)
	for _, f := range flaws {
		place := o.Locator.Locate(f.path)
		to = append(to, gate.FaultSubject(render.Fault{Path: place.Path, Range: place.Range, Kind: o.Source.Kind, Message: f.message}, now))
	}
	if w == nil && len(flaws) > 0 {
		return to
	}
	s := gate.Subject{
		Locate:   o.Locator.Locate,
		Resource: func(path []any) string { return describe(o, path) },
		Identity: func(path []any) string { return gate.Identity(o.Node, path) },
		Input: func() ast.Value {
			doc := policy.Term(o.Node)
			if w == nil {
				return gate.Input(doc, objectContext(o), o.Source, now)
			}
			return gate.Input(doc, w.context(doc, around), o.Source, now)
		},
	}
	return append(to, s)
}

func objectContext(o *manifest.Object) *ast.Term {
	return object(
		item("subject", str("object")),
		item("platform", str("kubernetes")),
		item("text", str(text(o.Node))),
	)
}

func str(s string) *ast.Term { return ast.StringTerm(s) }

func boolean(b bool) *ast.Term { return ast.InternedTerm(b) }

func object(items ...[2]*ast.Term) *ast.Term { return ast.ObjectTerm(items...) }

func item(key string, value *ast.Term) [2]*ast.Term {
	return [2]*ast.Term{policy.Key(key), value}
}

func array(items []*ast.Term) *ast.Term { return ast.ArrayTerm(items...) }

// pathTerm is a path as rules write it.
func pathTerm(path []any) *ast.Term {
	terms := make([]*ast.Term, len(path))
	for i, step := range path {
		switch s := step.(type) {
		case string:
			terms[i] = policy.Key(s)
		case int:
			terms[i] = ast.InternedTerm(s)
		}
	}
	return ast.ArrayTerm(terms...)
}

// stringMap is a mapping's scalars as strings: labels, annotations.
func stringMap(n *document.Node) *ast.Term {
	if n == nil || n.Kind != document.Mapping {
		return object()
	}
	items := make([][2]*ast.Term, 0, len(n.Pairs))
	for _, p := range n.Pairs {
		if p.Value.Kind != document.Mapping && p.Value.Kind != document.Sequence {
			items = append(items, item(p.Key.Text, str(p.Value.Text)))
		}
	}
	return object(items...)
}
