package plan

import "github.com/open-policy-agent/opa/v1/ir"

// touched collects the locals that statements assign or, for collections, change in place.
type touched struct {
	assigned map[ir.Local]bool
	changed  map[ir.Local]bool
}

func touchedBy(blocks ...*ir.Block) *touched {
	t := &touched{assigned: map[ir.Local]bool{}, changed: map[ir.Local]bool{}}
	t.blocks(blocks)
	return t
}

func (t *touched) blocks(blocks []*ir.Block) {
	for _, b := range blocks {
		for _, s := range b.Stmts {
			t.stmt(s)
		}
	}
}

func (t *touched) stmt(s ir.Stmt) {
	switch s := s.(type) {
	case *ir.BlockStmt:
		t.blocks(s.Blocks)
	case *ir.NotStmt:
		t.blocks([]*ir.Block{s.Block})
	case *ir.ScanStmt:
		t.assigned[s.Key], t.assigned[s.Value] = true, true
		t.blocks([]*ir.Block{s.Block})
	case *ir.ArrayAppendStmt:
		t.changed[s.Array] = true
	case *ir.ObjectInsertStmt:
		t.changed[s.Object] = true
	case *ir.ObjectInsertOnceStmt:
		t.changed[s.Object] = true
	case *ir.SetAddStmt:
		t.changed[s.Set] = true
	default:
		if target, ok := targetOf(s); ok {
			t.assigned[target] = true
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
