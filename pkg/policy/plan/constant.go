package plan

import (
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
)

// known is what is certain of a local at some point of a function.
type known struct {
	kind    knowledge
	operand int32    // isConstant: its operand; isPath: the path
	pending *pending // isOpen
	base    bool     // it was looked up in a base document by one reference
}

type knowledge uint8

const (
	isUnknown  knowledge = iota // nothing but what base says
	isConstant                  // it is a constant, which its register holds as well
	isPath                      // it is the input's value at a path
	isOpen                      // it is a collection that nothing has read yet and to which only constants were added
	isMade                      // it is a collection made here, at run time
)

type kind uint8

const (
	arrayKind kind = iota
	objectKind
	setKind
)

// pending is a collection whose making is put off until it is clear whether it is a constant.
type pending struct {
	kind      kind
	additions []addition
}

// addition is an instruction that adds a to a collection, or a with b.
type addition struct {
	op   opcode
	a, b int32
}

// read returns the operand for what a statement reads.
func (t *translator) read(o ir.Operand) int32 {
	switch v := o.Value.(type) {
	case ir.StringIndex:
		return t.text(t.policy.Static.Strings[v].Value)
	case ir.Bool:
		if v {
			return t.boolean(true)
		}
		return t.boolean(false)
	}
	return t.local(o.Value.(ir.Local))
}

func (t *translator) boolean(v bool) int32 {
	if _, ok := t.numbers["true"]; !ok { // no number is spelt like this
		t.numbers["true"] = t.builder.constant(ast.InternedTerm(true))
		t.numbers["false"] = t.builder.constant(ast.InternedTerm(false))
	}
	if v {
		return t.numbers["true"]
	}
	return t.numbers["false"]
}

// local returns the operand for a local: a constant, or its register, in which an array in the making is finished first.
func (t *translator) local(l ir.Local) int32 {
	t.fn.registers = max(t.fn.registers, int(l)+1)
	switch k := t.known[l]; k.kind {
	case isConstant:
		return k.operand
	case isOpen:
		return t.seal(l, k.pending)
	}
	if slot, ok := t.builders[l]; ok {
		t.emit(instr{op: opFinish, c: int32(l), d: slot})
	}
	return int32(l)
}

// assign forgets what was known of a local that a statement assigns.
func (t *translator) assign(l ir.Local) int32 {
	delete(t.known, l)
	return int32(l)
}

// load puts a constant into a local.
func (t *translator) load(l ir.Local, operand int32) {
	t.emit(instr{op: opAssign, a: operand, c: t.assign(l)})
	t.known[l] = known{kind: isConstant, operand: operand}
	switch t.value(operand).Value.(type) {
	case *ast.Array, ast.Object, ast.Set:
		t.sealed[l] = true
	}
}

func (t *translator) open(l ir.Local, of kind) {
	t.known[l] = known{kind: isOpen, pending: &pending{kind: of}}
}

// change adds to a collection.
func (t *translator) change(l ir.Local, a addition) error {
	switch k := t.known[l]; k.kind {
	case isConstant, isPath:
		return fmt.Errorf("%w: local %d is changed after use", ErrUnsupported, l)
	case isOpen:
		constant := a.a < 0 && (a.b < 0 || a.op == opAppend || a.op == opSetAdd)
		if constant && a.op != opInsertOnce {
			k.pending.additions = append(k.pending.additions, a)
			return nil
		}
		t.make(l, k.pending)
	case isUnknown:
		t.blind[l] = true
	}
	t.add(l, a)
	return nil
}

func (t *translator) add(l ir.Local, a addition) {
	in := instr{op: a.op, a: a.a, b: a.b, c: int32(l), d: 0}
	if a.op == opAppend {
		in.d = t.builders[l]
	} else if t.borrowed[l] && t.known[l].kind != isMade {
		in.d = 1
	}
	t.emit(in)
}

// make emits what makes a pending collection at run time.
func (t *translator) make(l ir.Local, p *pending) {
	in := instr{op: opMakeObject, c: int32(l)}
	switch p.kind {
	case arrayKind:
		in.op, in.d = opMakeArray, t.builders[l]
	case setKind:
		in.op = opMakeSet
	}
	t.emit(in)
	t.known[l] = known{kind: isMade}
	for _, a := range p.additions {
		t.add(l, a)
	}
}

// seal turns a pending collection into a constant.
func (t *translator) seal(l ir.Local, p *pending) int32 {
	var v ast.Value
	switch p.kind {
	case arrayKind:
		elems := make([]*ast.Term, len(p.additions))
		for i, a := range p.additions {
			elems[i] = t.value(a.a)
		}
		v = ast.NewArray(elems...)
	case objectKind:
		object := ast.NewObject()
		for _, a := range p.additions {
			object.Insert(t.value(a.a), t.value(a.b))
		}
		v = object
	case setKind:
		set := ast.NewSet()
		for _, a := range p.additions {
			set.Add(t.value(a.a))
		}
		v = set
	}
	operand := t.builder.constant(ast.NewTerm(v))
	t.load(l, operand)
	return operand
}

// settle decides on all pending collections before a nested block: those that it or a later statement adds to are made, the
// others have got all their elements.
func (t *translator) settle(nested *touched) {
	var later *touched
	for l, k := range t.known {
		if k.kind != isOpen {
			continue
		}
		if later == nil {
			later = &touched{}
			t.touchedBySome(later, t.rest)
		}
		if slices.Contains(nested.changed, l) || slices.Contains(nested.assigned, l) || slices.Contains(later.changed, l) {
			t.make(l, k.pending)
		} else {
			t.seal(l, k.pending)
		}
	}
}

// flush makes all pending collections at the end of a block: blocks that follow may add to them.
func (t *translator) flush() {
	for l, k := range t.known {
		if k.kind == isOpen {
			t.make(l, k.pending)
		}
	}
}

// forget drops what is known of locals that a block assigns, which may or may not have happened once it is left.
func (t *translator) forget(nested *touched) {
	for _, l := range nested.assigned {
		delete(t.known, l)
	}
}
