package plan

import "github.com/open-policy-agent/opa/v1/ast"

// lookup returns source[key], or nil.
func lookup(source, key *ast.Term) *ast.Term {
	switch v := source.Value.(type) {
	case ast.Object:
		return v.Get(key)
	case *ast.Array:
		return v.Get(key)
	case ast.Set:
		if v.Contains(key) {
			return key
		}
	}
	return nil
}

// sameInStore reports whether topdown finds under key what lookup does. It asks its store for references into base
// documents, and the store spells out every key: a text may name an element of an array, a number a key of an object.
func sameInStore(source, key *ast.Term) bool {
	switch k := key.Value.(type) {
	case ast.String:
		_, array := source.Value.(*ast.Array)
		return !array
	case ast.Number:
		_, array := source.Value.(*ast.Array)
		return array && whole(string(k))
	}
	return false
}
