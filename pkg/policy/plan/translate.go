package plan

import (
	"fmt"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// translator turns the blocks of one function into instructions. Constants are worked out on the way: what the planner
// builds statement by statement each time a rule runs (the metadata of a rule, a literal list) becomes one term.
type translator struct {
	*builder
	fn       *function
	code     []instr
	labels   []int32
	known    map[ir.Local]known
	builders map[ir.Local]int32 // locals that hold arrays in the making
	borrowed map[ir.Local]bool  // locals that hold values made elsewhere
	sealed   map[ir.Local]bool  // locals that a constant collection was put into
	blind    map[ir.Local]bool  // locals changed where it is not known which statement made them
	touches  map[*ir.Block]*touched
	rest     []ir.Stmt   // what follows the current statement in its block
	depth    int         // of nested scans
	outcome  *ir.Operand // what the function returns as soon as a body succeeds, when all bodies agree on it
	result   ir.Local    // the local that bodies assign outcome to
}

// place is where a break leads to: the end of an enclosing block. Planner and reference compiler disagree on the meaning
// of a break that leaves an iteration or a negation, which no plan seen does, so opaque ones are refused.
type place struct {
	label  int32
	opaque bool
}

func (b *builder) translate(fn *function, blocks []*ir.Block, f *ir.Func) error {
	t := &translator{
		builder: b, fn: fn, known: map[ir.Local]known{
			ir.Input: {kind: isPath, operand: inputPath},
		},
		touches: map[*ir.Block]*touched{}, builders: map[ir.Local]int32{}, borrowed: map[ir.Local]bool{}, sealed: map[ir.Local]bool{}, blind: map[ir.Local]bool{},
	}
	if b.data != nil {
		t.known[ir.Data] = known{kind: isConstant, operand: b.constant(b.data), base: true}
	}
	fn.registers = int(ir.Data) + 1
	for _, param := range fn.params {
		fn.registers = max(fn.registers, int(param)+1)
	}
	every(blocks, t.survey)
	if f != nil {
		t.findOutcome(f)
	}
	for _, block := range blocks {
		if err := t.nested([]*ir.Block{block}, nil, false); err != nil {
			return err
		}
	}
	for local := range t.blind {
		if t.sealed[local] {
			return fmt.Errorf("%w: local %d is a constant and changed", ErrUnsupported, local)
		}
	}
	fn.code = t.finish()
	return nil
}

// survey notes what must be known of a function's locals before the first of its statements is translated.
func (t *translator) survey(s ir.Stmt) {
	if target, ok := targetOf(s); ok {
		t.fn.registers = max(t.fn.registers, int(target)+1)
	}
	switch s := s.(type) {
	case *ir.ScanStmt:
		t.fn.registers = max(t.fn.registers, int(s.Key)+1, int(s.Value)+1, int(s.Source)+1)
		t.borrowed[s.Key], t.borrowed[s.Value] = true, true
	case *ir.MakeArrayStmt:
		if _, ok := t.builders[s.Target]; !ok {
			t.builders[s.Target] = int32(t.fn.builders)
			t.fn.builders++
		}
	case *ir.DotStmt, *ir.CallStmt, *ir.AssignVarStmt, *ir.AssignVarOnceStmt, *ir.ObjectMergeStmt:
		target, _ := targetOf(s)
		t.borrowed[target] = true
	case *ir.ReturnLocalStmt:
		t.fn.registers = max(t.fn.registers, int(s.Source)+1)
	}
}

// findOutcome notices a function whose bodies all yield the same scalar, which it then returns at once, as topdown's early
// exit does: looking for a second way to say yes costs time and can change nothing.
func (t *translator) findOutcome(f *ir.Func) {
	var outcome *ir.Operand
	var result ir.Local
	agreed := true
	every(f.Blocks, func(s ir.Stmt) {
		switch s := s.(type) {
		case *ir.MakeSetStmt:
			agreed = agreed && s.Target != f.Return
		case *ir.MakeObjectStmt:
			agreed = agreed && s.Target != f.Return
		case *ir.AssignVarOnceStmt:
			if s.Target == f.Return {
				return
			}
			source := s.Source
			switch source.Value.(type) {
			case ir.Bool, ir.StringIndex:
			default:
				agreed = false
			}
			if outcome != nil && (outcome.Value != source.Value || result != s.Target) {
				agreed = false
			}
			outcome, result = &source, s.Target
		}
	})
	if agreed {
		t.outcome, t.result = outcome, result
	}
}

func (t *translator) emit(in instr) { t.code = append(t.code, in) }

func (t *translator) label() int32 {
	t.labels = append(t.labels, -1)
	return int32(len(t.labels) - 1)
}

func (t *translator) here(label int32) { t.labels[label] = int32(len(t.code)) }

// nested translates blocks that follow one another: a statement that is undefined goes on after its own block.
func (t *translator) nested(blocks []*ir.Block, around []place, opaque bool) error {
	for _, block := range blocks {
		end := t.label()
		if err := t.block(block, append(around[:len(around):len(around)], place{label: end, opaque: opaque})); err != nil {
			return err
		}
		t.here(end)
	}
	return nil
}

// block translates one block whose place is the last of places.
func (t *translator) block(block *ir.Block, places []place) error {
	touched := t.touchedBy(block)
	t.settle(touched)
	around := t.rest
	for i, s := range block.Stmts {
		t.rest = block.Stmts[i+1:]
		if err := t.stmt(s, places); err != nil {
			return err
		}
	}
	t.rest = around
	t.flush()
	t.forget(touched)
	return nil
}

func (t *translator) stmt(s ir.Stmt, places []place) error {
	fail := places[len(places)-1].label
	switch s := s.(type) {
	case *ir.NopStmt:
	case *ir.BlockStmt:
		return t.nested(s.Blocks, places, false)
	case *ir.BreakStmt:
		return t.leave(int(s.Index), places)
	case *ir.NotStmt:
		failed := t.label()
		if err := t.block(s.Block, append(places[:len(places):len(places)], place{label: failed, opaque: true})); err != nil {
			return err
		}
		t.emit(instr{op: opJump, fail: fail})
		t.here(failed)
	case *ir.ScanStmt:
		return t.scan(s, places)
	case *ir.CallStmt:
		return t.call(s, fail)
	case *ir.ReturnLocalStmt:
		t.emit(instr{op: opReturn, a: t.local(s.Source)})
	case *ir.ResultSetAddStmt:
		t.emit(instr{op: opResult, a: t.local(s.Value)})
	case *ir.DotStmt:
		return t.dot(s, fail)
	case *ir.LenStmt:
		t.emit(instr{op: opLen, a: t.read(s.Source), c: t.assign(s.Target)})
	case *ir.EqualStmt:
		t.emit(instr{op: opEqual, a: t.read(s.A), b: t.read(s.B), fail: fail})
	case *ir.NotEqualStmt:
		t.emit(instr{op: opNotEqual, a: t.read(s.A), b: t.read(s.B), fail: fail})
	case *ir.IsArrayStmt:
		t.emit(instr{op: opIsArray, a: t.read(s.Source), fail: fail})
	case *ir.IsObjectStmt:
		t.emit(instr{op: opIsObject, a: t.read(s.Source), fail: fail})
	case *ir.IsSetStmt:
		t.emit(instr{op: opIsSet, a: t.read(s.Source), fail: fail})
	case *ir.IsDefinedStmt:
		t.emit(instr{op: opDefined, a: t.local(s.Source), fail: fail})
	case *ir.IsUndefinedStmt:
		t.emit(instr{op: opUndefined, a: t.local(s.Source), fail: fail})
	case *ir.ResetLocalStmt:
		t.emit(instr{op: opReset, c: t.assign(s.Target)})
	case *ir.AssignVarOnceStmt:
		if t.outcome != nil && s.Target == t.result {
			t.emit(instr{op: opReturn, a: t.read(s.Source)})
			return nil
		}
		a := t.read(s.Source)
		delete(t.known, s.Target)
		t.emit(instr{op: opOnce, a: a, c: int32(s.Target)})
	case *ir.AssignVarStmt:
		t.copy(s)
	case *ir.AssignIntStmt:
		t.load(s.Target, t.number(strconv.FormatInt(s.Value, 10)))
	case *ir.MakeNumberIntStmt:
		t.load(s.Target, t.number(strconv.FormatInt(s.Value, 10)))
	case *ir.MakeNumberRefStmt:
		t.load(s.Target, t.number(t.policy.Static.Strings[s.Index].Value))
	case *ir.MakeNullStmt:
		t.load(s.Target, t.constant(ast.InternedNullTerm))
	case *ir.MakeArrayStmt:
		t.open(s.Target, arrayKind)
	case *ir.MakeObjectStmt:
		t.open(s.Target, objectKind)
	case *ir.MakeSetStmt:
		t.open(s.Target, setKind)
	case *ir.ArrayAppendStmt:
		return t.change(s.Array, addition{op: opAppend, a: t.read(s.Value)})
	case *ir.ObjectMergeStmt:
		t.emit(instr{op: opMerge, a: t.local(s.A), b: t.local(s.B), c: t.assign(s.Target)})
	case *ir.SetAddStmt:
		return t.change(s.Set, addition{op: opSetAdd, a: t.read(s.Value)})
	case *ir.ObjectInsertStmt:
		return t.change(s.Object, addition{op: opInsert, a: t.read(s.Key), b: t.read(s.Value)})
	case *ir.ObjectInsertOnceStmt:
		return t.change(s.Object, addition{op: opInsertOnce, a: t.read(s.Key), b: t.read(s.Value)})
	default:
		return fmt.Errorf("%w: %T", ErrUnsupported, s)
	}
	return nil
}

func (t *translator) leave(index int, places []place) error {
	if index >= len(places) {
		return fmt.Errorf("%w: a break out of %d blocks where there are %d", ErrUnsupported, index+1, len(places))
	}
	for i := range index {
		if places[len(places)-1-i].opaque {
			return fmt.Errorf("%w: a break out of an iteration or a negation", ErrUnsupported)
		}
	}
	t.emit(instr{op: opJump, fail: places[len(places)-1-index].label})
	return nil
}

// scan translates an iteration. An undefined statement goes on with the next element; what follows the iteration runs when
// there are no more.
func (t *translator) scan(s *ir.ScanStmt, places []place) error {
	source, base := t.local(s.Source), t.known[s.Source].base
	body := &touched{}
	t.touchedBySome(body, []ir.Stmt{s})
	t.settle(body)
	t.forget(body)
	iterator := int32(t.depth)
	t.depth++
	t.fn.iterators = max(t.fn.iterators, t.depth)
	next, done := t.label(), t.label()
	t.emit(instr{op: opScan, a: source, d: iterator})
	t.here(next)
	t.known[s.Value] = known{base: base}
	t.emit(instr{op: opNext, d: iterator, c: int32(s.Key), e: int32(s.Value), fail: done})
	if err := t.block(s.Block, append(places[:len(places):len(places)], place{label: next, opaque: true})); err != nil {
		return err
	}
	t.emit(instr{op: opJump, fail: next})
	t.here(done)
	t.forget(body)
	t.depth--
	return nil
}

func (t *translator) copy(s *ir.AssignVarStmt) {
	if source, ok := s.Source.Value.(ir.Local); ok {
		if k := t.known[source]; k.kind == isPath {
			a := t.local(source)
			t.emit(instr{op: opAssign, a: a, c: t.assign(s.Target)})
			t.known[s.Target] = k
			return
		}
	}
	a := t.read(s.Source)
	if a < 0 {
		t.load(s.Target, a)
		return
	}
	t.emit(instr{op: opAssign, a: a, c: t.assign(s.Target)})
}

// dot translates a lookup: at once in constants, by path in the input, else by an instruction.
func (t *translator) dot(s *ir.DotStmt, fail int32) error {
	source, ok := s.Source.Value.(ir.Local)
	if !ok {
		t.emit(instr{op: opJump, fail: fail})
		return nil
	}
	key, k := t.read(s.Key), t.known[source]
	if k.kind == isPath && key < 0 {
		if name, ok := t.value(key).Value.(ast.String); ok {
			id := t.path(k.operand, name)
			t.emit(instr{op: opPath, a: id, c: t.assign(s.Target), fail: fail})
			t.known[s.Target] = known{kind: isPath, operand: id}
			return nil
		}
	}
	a := t.local(source)
	if a >= 0 || key >= 0 {
		in := instr{op: opDot, a: a, b: key, c: t.assign(s.Target), fail: fail}
		if k.base {
			in.d = 1
			t.known[s.Target] = known{base: true}
		}
		t.emit(in)
		return nil
	}
	if k.base && !sameInStore(t.value(a), t.value(key)) {
		return fmt.Errorf("%w: base documents under a key of type %s", ErrUnsupported, ast.ValueName(t.value(key).Value))
	}
	found := lookup(t.value(a), t.value(key))
	if found == nil {
		t.emit(instr{op: opJump, fail: fail})
		return nil
	}
	t.load(s.Target, t.builder.constant(found))
	if k.base {
		k = t.known[s.Target]
		k.base = true
		t.known[s.Target] = k
	}
	return nil
}

func (t *translator) call(s *ir.CallStmt, fail int32) error {
	c := &call{fn: t.byName[s.Func]}
	args := s.Args
	if c.fn != nil {
		if len(args) != len(c.fn.params)+2 || args[0].Value != ir.Input || args[1].Value != ir.Data {
			return fmt.Errorf("%w: %s is not called with input and data", ErrUnsupported, s.Func)
		}
		args = args[2:]
	} else if err := t.builtin(c, s); err != nil {
		return err
	}
	for _, a := range args {
		c.args = append(c.args, t.read(a))
	}
	in := instr{op: opBuiltin, a: int32(len(t.calls)), c: t.assign(s.Result), fail: fail}
	if c.fn != nil {
		in.op = opCall
	}
	t.calls = append(t.calls, c)
	t.emit(in)
	return nil
}

func (t *translator) builtin(c *call, s *ir.CallStmt) error {
	decl := t.allowed[s.Func]
	if c.builtin = topdown.GetBuiltin(s.Func); decl == nil || c.builtin == nil || decl.Nondeterministic || clocked(s.Func) {
		return fmt.Errorf("%w: built-in function %s", ErrUnsupported, s.Func)
	}
	if decl.Decl.Arity() != len(s.Args) {
		return fmt.Errorf("%w: %s with %d arguments", ErrUnsupported, s.Func, len(s.Args))
	}
	c.relation, c.void, c.direct = decl.Relation, decl.Decl.Result() == nil, directs[s.Func]
	l := s.GetLocation()
	c.location = &ast.Location{Row: l.Row, Col: l.Col, Text: l.Text}
	if l.File < len(t.policy.Static.Files) {
		c.location.File = t.policy.Static.Files[l.File].Value
	}
	return nil
}
