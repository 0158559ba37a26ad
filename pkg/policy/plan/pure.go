package plan

import "github.com/open-policy-agent/opa/v1/ir"

// findPure marks the functions whose result depends on their arguments and the base documents only, so that one result
// serves every input: those that read the input neither themselves nor through a function they call.
func (b *builder) findPure() {
	for _, fn := range b.funcs {
		fn.pure = true
	}
	for changed := true; changed; {
		changed = false
		for i, f := range b.policy.Funcs.Funcs {
			if b.funcs[i].pure && b.readsInput(f) {
				b.funcs[i].pure, changed = false, true
			}
		}
	}
}

func (b *builder) readsInput(f *ir.Func) bool {
	found := false
	every(f.Blocks, func(s ir.Stmt) {
		if c, ok := s.(*ir.CallStmt); ok {
			args := c.Args
			if callee := b.byName[c.Func]; callee != nil {
				found = found || !callee.pure
				args = args[min(2, len(args)):]
			}
			for _, a := range args {
				found = found || isInput(a)
			}
			return
		}
		found = found || mentionsInput(s)
	})
	return found
}

func isInput(o ir.Operand) bool { return o.Value == ir.Input }

// mentionsInput reports whether a statement reads the input document. A statement it does not know counts as reading it.
func mentionsInput(s ir.Stmt) bool {
	switch s := s.(type) {
	case *ir.ReturnLocalStmt:
		return s.Source == ir.Input
	case *ir.DotStmt:
		return isInput(s.Source) || isInput(s.Key)
	case *ir.LenStmt:
		return isInput(s.Source)
	case *ir.ScanStmt:
		return s.Source == ir.Input
	case *ir.AssignVarStmt:
		return isInput(s.Source)
	case *ir.AssignVarOnceStmt:
		return isInput(s.Source)
	case *ir.EqualStmt:
		return isInput(s.A) || isInput(s.B)
	case *ir.NotEqualStmt:
		return isInput(s.A) || isInput(s.B)
	case *ir.IsArrayStmt:
		return isInput(s.Source)
	case *ir.IsObjectStmt:
		return isInput(s.Source)
	case *ir.IsSetStmt:
		return isInput(s.Source)
	case *ir.IsDefinedStmt:
		return s.Source == ir.Input
	case *ir.IsUndefinedStmt:
		return s.Source == ir.Input
	case *ir.ArrayAppendStmt:
		return isInput(s.Value)
	case *ir.ObjectInsertStmt:
		return isInput(s.Key) || isInput(s.Value)
	case *ir.ObjectInsertOnceStmt:
		return isInput(s.Key) || isInput(s.Value)
	case *ir.SetAddStmt:
		return isInput(s.Value)
	case *ir.ObjectMergeStmt:
		return s.A == ir.Input || s.B == ir.Input
	case *ir.BlockStmt, *ir.NotStmt, *ir.BreakStmt, *ir.NopStmt, *ir.AssignIntStmt, *ir.ResetLocalStmt, *ir.MakeNullStmt,
		*ir.MakeNumberIntStmt, *ir.MakeNumberRefStmt, *ir.MakeArrayStmt, *ir.MakeObjectStmt, *ir.MakeSetStmt:
		return false
	}
	return true
}
