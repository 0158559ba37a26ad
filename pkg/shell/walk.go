package shell

import "mvdan.cc/sh/v3/syntax"

func (r *reader) statements(list []*syntax.Stmt) {
	for _, s := range list {
		r.stmt(s, nil)
	}
}

// perhaps reads statements of which it is not certain that they are run, or that what they set stays.
func (r *reader) perhaps(list []*syntax.Stmt) {
	r.maybe++
	r.statements(list)
	r.maybe--
}

// stmt reads a statement. input is what it is given to read, as far as that is known.
func (r *reader) stmt(s *syntax.Stmt, input *input) {
	if own := r.input(s.Redirs); own != nil {
		input = own
	}
	switch c := s.Cmd.(type) {
	case nil:
	case *syntax.CallExpr:
		r.call(c, input)
	case *syntax.BinaryCmd:
		r.binary(c, input)
	case *syntax.Block:
		for _, s := range c.Stmts {
			r.stmt(s, input)
		}
	case *syntax.Subshell:
		r.maybe++
		for _, s := range c.Stmts {
			r.stmt(s, input)
		}
		r.maybe--
	case *syntax.IfClause:
		r.ifClause(c)
	case *syntax.WhileClause:
		r.perhaps(c.Cond)
		r.perhaps(c.Do)
	case *syntax.ForClause:
		r.loop(c)
	case *syntax.CaseClause:
		r.inside(c.Word)
		for _, item := range c.Items {
			for _, p := range item.Patterns {
				r.inside(p)
			}
			r.perhaps(item.Stmts)
		}
	case *syntax.FuncDecl:
		r.declareFunction(c)
	case *syntax.DeclClause:
		r.declare(c)
	case *syntax.TimeClause:
		if c.Stmt != nil {
			r.through("time", func() { r.stmt(c.Stmt, input) })
		}
	case *syntax.CoprocClause:
		r.perhaps([]*syntax.Stmt{c.Stmt})
	case *syntax.TestDecl:
		r.inside(c.Description)
		r.perhaps([]*syntax.Stmt{c.Body})
	case *syntax.LetClause:
		r.let(c)
	case *syntax.ArithmCmd:
		r.inside(c.X)
	case *syntax.TestClause:
		r.inside(c.X)
	}
	r.redirections(s.Redirs)
}

// through reads something that runs through a program.
func (r *reader) through(name string, read func()) {
	before := r.via
	r.via = append(before[:len(before):len(before)], name)
	read()
	r.via = before
}

// binary reads a list or a pipe. Long ones nest to the left, so that is not done by recursion.
func (r *reader) binary(c *syntax.BinaryCmd, input *input) {
	chain := []*syntax.BinaryCmd{c}
	first := c.X
	for {
		left, ok := first.Cmd.(*syntax.BinaryCmd)
		if !ok || len(first.Redirs) > 0 {
			break
		}
		chain = append(chain, left)
		first = left.X
	}
	piped := func(i int) bool { // the command left of chain[i] runs in a pipe
		return i < len(chain) && (chain[i].Op == syntax.Pipe || chain[i].Op == syntax.PipeAll)
	}
	last := len(chain) - 1
	r.part(first, input, piped(last))
	in := input
	for i := last; i >= 0; i-- {
		left := first
		if i < last {
			left = chain[i+1].Y
		}
		if piped(i) {
			in = r.output(left, in)
		} else {
			in = input
		}
		r.part(chain[i].Y, in, true)
	}
}

func (r *reader) part(s *syntax.Stmt, input *input, maybe bool) {
	if maybe {
		r.maybe++
		defer func() { r.maybe-- }()
	}
	r.stmt(s, input)
}

func (r *reader) ifClause(c *syntax.IfClause) {
	for first := true; c != nil; c = c.Else {
		if first {
			r.statements(c.Cond)
		} else {
			r.perhaps(c.Cond)
		}
		r.perhaps(c.Then)
		first = false
	}
}

// loop reads a for or select, whose variable has each of the values.
func (r *reader) loop(c *syntax.ForClause) {
	switch l := c.Loop.(type) {
	case *syntax.WordIter:
		for _, w := range l.Items {
			r.inside(w)
		}
		values := []string{unknown}
		if l.InPos.IsValid() {
			values = nil
			for _, words := range r.words(l.Items) {
				for _, f := range words {
					values = append(values, f.string)
				}
			}
		}
		r.maybe++
		r.set(l.Name.Value, values)
		r.maybe--
	case *syntax.CStyleLoop:
		for _, x := range []syntax.ArithmExpr{l.Init, l.Cond, l.Post} {
			r.inside(x)
		}
	}
	r.perhaps(c.Do)
}

// declareFunction notes what a function does with its arguments and with variables. Its commands are listed when the
// script was read to the end, since it may be called only then.
func (r *reader) declareFunction(c *syntax.FuncDecl) {
	f := &function{}
	if c.Name != nil {
		r.functions[c.Name.Value] = f
	}
	r.maybe++
	defer func() { r.maybe-- }()
	if r.calling != nil || r.quiet || c.Body == nil {
		r.body(body{f, c.Body})
		return
	}
	r.quiet = true
	r.body(body{f, c.Body})
	r.quiet = false
	r.bodies = append(r.bodies, body{f, c.Body})
}

func (r *reader) let(c *syntax.LetClause) {
	from, to := r.origin(c.Let, c.End())
	words := []field{{text: text{string: "let"}, from: from, to: to}}
	for _, x := range c.Exprs {
		words = append(words, field{text: text{string: unknown}, from: from, to: to})
		r.inside(x)
	}
	r.run(words, context{via: r.via})
}
