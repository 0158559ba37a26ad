package plan

import "github.com/open-policy-agent/opa/v1/ir"

// touched lists the locals that statements assign or, for collections, change in place. One may be listed twice.
type touched struct {
	assigned []ir.Local
	changed  []ir.Local
}

// touchedBy says what a block touches, with what is nested in it.
func (t *translator) touchedBy(b *ir.Block) *touched {
	if known := t.touches[b]; known != nil {
		return known
	}
	out := &touched{}
	t.touches[b] = out
	t.touchedBySome(out, b.Stmts)
	return out
}

func (t *translator) touchedBySome(out *touched, stmts []ir.Stmt) {
	nested := func(b *ir.Block) {
		inner := t.touchedBy(b)
		out.assigned = append(out.assigned, inner.assigned...)
		out.changed = append(out.changed, inner.changed...)
	}
	for _, s := range stmts {
		switch s := s.(type) {
		case *ir.BlockStmt:
			for _, b := range s.Blocks {
				nested(b)
			}
		case *ir.NotStmt:
			nested(s.Block)
		case *ir.ScanStmt:
			out.assigned = append(out.assigned, s.Key, s.Value)
			nested(s.Block)
		case *ir.ArrayAppendStmt:
			out.changed = append(out.changed, s.Array)
		case *ir.ObjectInsertStmt:
			out.changed = append(out.changed, s.Object)
		case *ir.ObjectInsertOnceStmt:
			out.changed = append(out.changed, s.Object)
		case *ir.SetAddStmt:
			out.changed = append(out.changed, s.Set)
		default:
			if target, ok := targetOf(s); ok {
				out.assigned = append(out.assigned, target)
			}
		}
	}
}

// targetOf returns the local that a statement without a block assigns.
func targetOf(s ir.Stmt) (ir.Local, bool) {
	switch s := s.(type) {
	case *ir.AssignIntStmt:
		return s.Target, true
	case *ir.AssignVarStmt:
		return s.Target, true
	case *ir.AssignVarOnceStmt:
		return s.Target, true
	case *ir.CallStmt:
		return s.Result, true
	case *ir.DotStmt:
		return s.Target, true
	case *ir.LenStmt:
		return s.Target, true
	case *ir.MakeArrayStmt:
		return s.Target, true
	case *ir.MakeNullStmt:
		return s.Target, true
	case *ir.MakeNumberIntStmt:
		return s.Target, true
	case *ir.MakeNumberRefStmt:
		return s.Target, true
	case *ir.MakeObjectStmt:
		return s.Target, true
	case *ir.MakeSetStmt:
		return s.Target, true
	case *ir.ObjectMergeStmt:
		return s.Target, true
	case *ir.ResetLocalStmt:
		return s.Target, true
	}
	return 0, false
}

// every calls f with each statement in blocks, nested ones included.
func every(blocks []*ir.Block, f func(ir.Stmt)) {
	for _, b := range blocks {
		for _, s := range b.Stmts {
			f(s)
			switch s := s.(type) {
			case *ir.BlockStmt:
				every(s.Blocks, f)
			case *ir.NotStmt:
				every([]*ir.Block{s.Block}, f)
			case *ir.ScanStmt:
				every([]*ir.Block{s.Block}, f)
			case *ir.WithStmt:
				every([]*ir.Block{s.Block}, f)
			}
		}
	}
}
