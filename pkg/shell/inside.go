package shell

import (
	"reflect"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// inside reads the commands that a word or an expression runs while the shell works it out. Expressions nest deeply, so
// it keeps the nodes it has to look at in a list.
func (r *reader) inside(n syntax.Node) {
	if w, ok := n.(*syntax.Word); ok && plain(w) {
		return
	}
	todo := []syntax.Node{n}
	push := func(nodes ...syntax.Node) {
		for i := len(nodes) - 1; i >= 0; i-- {
			todo = append(todo, nodes[i])
		}
	}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n == nil || reflect.ValueOf(n).IsNil() {
			continue
		}
		switch n := n.(type) {
		case *syntax.CmdSubst:
			r.perhaps(n.Stmts)
		case *syntax.ProcSubst:
			r.perhaps(n.Stmts)
		case *syntax.ExtGlob:
			r.pattern(n)
		case *syntax.Word:
			for i := len(n.Parts) - 1; i >= 0; i-- {
				todo = append(todo, n.Parts[i])
			}
		case *syntax.DblQuoted:
			for i := len(n.Parts) - 1; i >= 0; i-- {
				todo = append(todo, n.Parts[i])
			}
		case *syntax.ParamExp:
			push(parameterParts(n)...)
		case *syntax.ArithmExp:
			push(n.X)
		case *syntax.BinaryArithm:
			push(n.X, n.Y)
		case *syntax.UnaryArithm:
			push(n.X)
		case *syntax.ParenArithm:
			push(n.X)
		case *syntax.FlagsArithm:
			push(n.X)
		case *syntax.BinaryTest:
			push(n.X, n.Y)
		case *syntax.UnaryTest:
			push(n.X)
		case *syntax.ParenTest:
			push(n.X)
		}
	}
}

// plain reports whether a word is made of text alone, as most are.
func plain(w *syntax.Word) bool {
	if w == nil {
		return true
	}
	for _, p := range w.Parts {
		switch p.(type) {
		case *syntax.Lit, *syntax.SglQuoted:
		default:
			return false
		}
	}
	return true
}

func parameterParts(p *syntax.ParamExp) []syntax.Node {
	parts := []syntax.Node{p.NestedParam, p.Index}
	if p.Slice != nil {
		parts = append(parts, p.Slice.Offset, p.Slice.Length)
	}
	if p.Repl != nil {
		parts = append(parts, p.Repl.Orig, p.Repl.With)
	}
	if p.Exp != nil {
		parts = append(parts, p.Exp.Word)
	}
	return parts
}

// pattern reads what a pattern such as @(a|$(b)) runs, which the parser leaves as it is written.
func (r *reader) pattern(g *syntax.ExtGlob) {
	if !strings.ContainsAny(g.Pattern.Value, "$`") {
		return
	}
	p := syntax.NewParser(syntax.Variant(variants[r.dialect]))
	w, err := p.Document(&source{g.Pattern.Value})
	if err != nil || w == nil {
		return
	}
	from, to := r.origin(g.Pattern.Pos(), g.Pattern.End())
	in := r.within(text{g.Pattern.Value, []span{{0, len(g.Pattern.Value), from, to}}})
	in.inside(w)
}

// within returns a reader of a script in this one, which knows the same variables.
func (r *reader) within(t text) *reader {
	in := *r
	in.text, in.spans, in.bodies = t.string, t.spans, nil
	if len(in.spans) == 0 {
		in.spans = []span{{}}
	}
	return &in
}

// inAssign reads the commands that an assignment runs.
func (r *reader) inAssign(a *syntax.Assign) {
	r.inside(a.Index)
	r.inside(a.Value)
	if a.Array == nil {
		return
	}
	for _, e := range a.Array.Elems {
		r.inside(e.Index)
		r.inside(e.Value)
	}
}

// redirections reads the commands that redirections run: in their targets and in here documents.
func (r *reader) redirections(list []*syntax.Redirect) {
	for _, d := range list {
		r.inside(d.Word)
		r.inside(d.Hdoc)
	}
}
