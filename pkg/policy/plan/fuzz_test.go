package plan_test

import (
	"math/rand/v2"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
)

// FuzzPlanAgrees changes inputs of the bundle's own tests at random places and has both engines judge them.
func FuzzPlanAgrees(f *testing.F) {
	e := bundle(f)
	inputs := inputsOfRegoTests(f)
	for i := range inputs {
		if i%16 == 0 {
			f.Add(uint64(i), uint64(i), uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, which, seed uint64, changes uint8) {
		r := rand.New(rand.NewPCG(which, seed))
		input := inputs[which%uint64(len(inputs))]
		for range changes%8 + 1 {
			donor := inputs[r.IntN(len(inputs))]
			input = mutate(r, input, pick(r, donor))
		}
		if d := e.differ(input); d != "" {
			t.Fatalf("%v\n%s", input, d)
		}
	})
}

var odd = []*ast.Term{
	ast.NullTerm(), ast.BooleanTerm(true), ast.BooleanTerm(false), ast.IntNumberTerm(0), ast.IntNumberTerm(1),
	ast.NumberTerm("1.0"), ast.NumberTerm("1e3"), ast.NumberTerm("-5"), ast.NumberTerm("123456789012345678901234567890"),
	ast.StringTerm(""), ast.StringTerm("tresor"), ast.StringTerm("a\"b\\c\nä"), ast.StringTerm("POSTGRES_PASSWORD"),
	ast.ArrayTerm(), ast.ObjectTerm(), ast.StringTerm("hostPath"), ast.StringTerm("compose"), ast.StringTerm("kubernetes"),
	ast.StringTerm("object"), ast.StringTerm("workload"), ast.StringTerm("${TOKEN}"), ast.StringTerm("100%s"),
}

// pick returns some part of a value.
func pick(r *rand.Rand, t *ast.Term) *ast.Term {
	for r.IntN(5) > 0 {
		switch v := t.Value.(type) {
		case *ast.Array:
			if v.Len() == 0 {
				return t
			}
			t = v.Elem(r.IntN(v.Len()))
		case ast.Object:
			if v.Len() == 0 {
				return t
			}
			t = v.Get(v.Keys()[r.IntN(v.Len())])
		default:
			return t
		}
	}
	return t
}

// mutate returns a copy of a value with one place in it changed, dropped or replaced by part.
func mutate(r *rand.Rand, t, part *ast.Term) *ast.Term {
	replacement := part
	if r.IntN(2) == 0 {
		replacement = odd[r.IntN(len(odd))]
	}
	switch v := t.Value.(type) {
	case *ast.Array:
		if v.Len() == 0 {
			return ast.ArrayTerm(replacement)
		}
		at, drop := r.IntN(v.Len()), r.IntN(10) == 0
		var out []*ast.Term
		for i := range v.Len() {
			switch {
			case i != at:
				out = append(out, v.Elem(i))
			case !drop:
				out = append(out, mutate(r, v.Elem(i), part))
			}
		}
		return ast.ArrayTerm(out...)
	case ast.Object:
		if v.Len() == 0 || r.IntN(12) == 0 {
			break
		}
		at, drop := r.IntN(v.Len()), r.IntN(10) == 0
		var out [][2]*ast.Term
		for i, k := range v.Keys() {
			switch {
			case i != at:
				out = append(out, ast.Item(k, v.Get(k)))
			case !drop:
				out = append(out, ast.Item(k, mutate(r, v.Get(k), part)))
			}
		}
		return ast.ObjectTerm(out...)
	}
	return replacement
}
