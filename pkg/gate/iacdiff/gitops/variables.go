package gitops

import (
	"regexp"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// variable is one of Flux's substitutions: ${name}, ${name:=default}, ${name:-default}.
var variable = regexp.MustCompile(`\$\{([_A-Za-z][_A-Za-z0-9]*)(?:(:?[=-])([^{}]*))?\}`)

// Value is a text of an object with Flux's variables put in. Known says that all of them are: they stand in the postBuild of
// the reconciler that covers the object, or in a ConfigMap of the repository that it names. One with a default is not known
// when somebody may set it elsewhere.
type Value struct {
	Text  string
	Known bool
}

// Resolve puts the variables into a text of an object. Flux leaves a text as it is, defaults included, where its Kustomization
// names no variable at all and where the object asks for that.
func (g *Graph) Resolve(o *Object, text string) Value {
	if !strings.Contains(text, "${") {
		return Value{text, true}
	}
	values, open := g.substitutions(o)
	if len(values) == 0 && !open || unsubstituted(o) {
		return Value{text, true}
	}
	known := true
	out := variable.ReplaceAllStringFunc(text, func(found string) string {
		m := variable.FindStringSubmatch(found)
		v, ok := values[m[1]]
		if m[2] != "" && (ok && v == "" || !ok && !open) {
			return m[3] // a default stands in for an empty value too
		}
		if ok {
			return v
		}
		known = false
		return found
	})
	return Value{out, known && !strings.Contains(out, "${")}
}

// unsubstituted reports whether an object takes no part in substitution.
func unsubstituted(o *Object) bool {
	const mark = "kustomize.toolkit.fluxcd.io/substitute"
	return o.Node.Lookup("metadata", "annotations", mark).Str() == "disabled" || o.Node.Lookup("metadata", "labels", mark).Str() == "disabled"
}

// substitutions are the variables of the reconciler that covers an object. open says that more may come from a place that is
// not in the repository, such as a Secret, or that no reconciler of the repository covers the object at all.
func (g *Graph) substitutions(o *Object) (values map[string]string, open bool) {
	by := g.covered[o]
	if by == nil || by.Family != "flux" {
		return nil, true
	}
	post := by.Node.Lookup("spec", "postBuild")
	values = map[string]string{}
	for _, ref := range items(post.Get("substituteFrom")) {
		name := ref.Get("name").Str()
		from := g.find(by, ref.Get("kind").Str(), by.Namespace, name)
		if from == nil || from.Kind != "ConfigMap" {
			open = true
			continue
		}
		put(values, from.Node.Get("data"))
	}
	// What the reconciler itself says comes last.
	put(values, post.Get("substitute"))
	return values, open
}

func put(values map[string]string, n *document.Node) {
	if n == nil || n.Kind != document.Mapping {
		return
	}
	for _, p := range n.Pairs {
		if p.Value.Kind != document.Mapping && p.Value.Kind != document.Sequence {
			values[p.Key.Text] = p.Value.Text
		}
	}
}
