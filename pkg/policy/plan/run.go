package plan

import (
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// errConflict is a rule, function or object key with more than one value.
var errConflict = errors.New("plan: a complete rule, a function or an object key has more than one value")

// errPlan is a plan that does what no planner's does.
var errPlan = errors.New("plan: illegal statement")

// making stands for an array in the making.
var making = &ast.Term{Value: ast.InternedEmptyArrayValue}

// run executes a function and returns its value, nil when it is undefined.
func (m *machine) run(fn *function, f *frame) (*ast.Term, error) {
	code, consts, regs := fn.code, m.p.consts, f.registers
	get := func(operand int32) *ast.Term {
		if operand >= 0 {
			return regs[operand]
		}
		return consts[^operand]
	}
	for pc := int32(0); ; {
		in := &code[pc]
		pc++
		switch in.op {
		case opJump:
			pc = in.fail
		case opReturn:
			return get(in.a), nil
		case opResult:
			m.result = get(in.a)
		case opAssign:
			regs[in.c] = get(in.a)
		case opReset:
			regs[in.c] = nil
		case opOnce:
			v := get(in.a)
			if old := regs[in.c]; old == nil {
				regs[in.c] = v
			} else if v == nil || !equal(old, v) {
				return nil, errConflict
			}
		case opDot:
			source, key := get(in.a), get(in.b)
			if source == nil || key == nil {
				pc = in.fail
				continue
			}
			if in.d == 1 && !sameInStore(source, key) {
				return nil, fmt.Errorf("%w: base documents under a key of type %s", ErrUnsupported, ast.ValueName(key.Value))
			}
			v := lookup(source, key)
			if v == nil {
				pc = in.fail
				continue
			}
			regs[in.c] = v
		case opPath:
			v := m.path(in.a)
			if v == nil {
				pc = in.fail
				continue
			}
			regs[in.c] = v
		case opEqual:
			a, b := get(in.a), get(in.b)
			if a == nil || b == nil {
				return nil, errPlan
			}
			if !equal(a, b) {
				pc = in.fail
			}
		case opNotEqual:
			a, b := get(in.a), get(in.b)
			if a == nil || b == nil {
				return nil, errPlan
			}
			if equal(a, b) {
				pc = in.fail
			}
		case opDefined:
			if get(in.a) == nil {
				pc = in.fail
			}
		case opUndefined:
			if get(in.a) != nil {
				pc = in.fail
			}
		case opScan:
			m.scan(&f.iterators[in.d], get(in.a))
		case opNext:
			if m.ticks++; m.ticks&255 == 0 && m.cancel != nil && m.cancel.Cancelled() {
				return nil, cancelled()
			}
			it := &f.iterators[in.d]
			if it.at >= it.end {
				pc = in.fail
				continue
			}
			if it.array != nil {
				if in.c >= 0 {
					regs[in.c] = ast.InternedTerm(it.at)
				}
				if in.e >= 0 {
					regs[in.e] = it.array.Elem(it.at)
				}
				it.at++
				continue
			}
			if in.c >= 0 {
				regs[in.c] = it.elements[it.at]
			}
			if in.e >= 0 {
				regs[in.e] = it.elements[it.at+it.stride-1]
			}
			it.at += it.stride
		case opCall:
			c := m.p.calls[in.a]
			v, err := m.called(c, f)
			if err != nil {
				return nil, err
			}
			if v == nil {
				pc = in.fail
				continue
			}
			regs[in.c] = v
		case opBuiltin:
			c := m.p.calls[in.a]
			v, err := m.builtin(c, f)
			if err != nil {
				return nil, err
			}
			if v == nil {
				pc = in.fail
				continue
			}
			regs[in.c] = v
		default:
			next, err := m.collection(in, f, pc)
			if err != nil {
				return nil, err
			}
			pc = next
		}
	}
}

func cancelled() error {
	return &topdown.Error{Code: topdown.CancelErr, Message: "caller cancelled query execution"}
}

// equal compares as Rego does: 1 and 1.0 are the same number.
func equal(a, b *ast.Term) bool {
	if a == b {
		return true
	}
	if x, ok := a.Value.(ast.String); ok {
		y, ok := b.Value.(ast.String)
		return ok && x == y
	}
	return ast.Compare(a.Value, b.Value) == 0
}

// called evaluates the rule or function of a call.
func (m *machine) called(c *call, f *frame) (*ast.Term, error) {
	if m.ticks++; m.ticks&255 == 0 && m.cancel != nil && m.cancel.Cancelled() {
		return nil, cancelled()
	}
	if len(c.args) == 0 {
		return m.rule(c.fn)
	}
	at := len(m.args)
	for _, operand := range c.args {
		v := m.operand(operand, f)
		if v == nil {
			return nil, errPlan
		}
		m.args = append(m.args, v)
	}
	v, err := m.apply(c.fn, m.args[at:])
	m.args = m.args[:at]
	return v, err
}

func (m *machine) operand(operand int32, f *frame) *ast.Term {
	if operand >= 0 {
		return f.registers[operand]
	}
	return m.p.consts[^operand]
}

// scan starts iterating in the order of topdown: arrays by index, objects and sets by sorted key.
func (m *machine) scan(it *iterator, source *ast.Term) {
	*it = iterator{}
	if source == nil {
		return
	}
	switch v := source.Value.(type) {
	case *ast.Array:
		it.array, it.end = v, v.Len()
	case ast.Set:
		it.elements = v.Slice()
		it.stride, it.end = 1, len(it.elements)
	case ast.Object:
		start := len(m.pairs)
		v.Foreach(m.collect)
		it.elements = m.pairs[start:len(m.pairs):len(m.pairs)]
		it.stride, it.end = 2, len(it.elements)
	}
}

// collection executes the instructions that build or examine collections, and returns where to go on.
func (m *machine) collection(in *instr, f *frame, pc int32) (int32, error) {
	regs := f.registers
	switch in.op {
	case opLen:
		v := m.operand(in.a, f)
		if v == nil {
			return 0, errPlan
		}
		n, ok := length(v.Value)
		if !ok {
			return 0, errPlan
		}
		regs[in.c] = ast.InternedTerm(n)
	case opIsArray, opIsObject, opIsSet:
		if !is(in.op, m.operand(in.a, f)) {
			return in.fail, nil
		}
	case opMakeArray:
		f.builders[in.d] = f.builders[in.d][:0]
		regs[in.c] = making
	case opAppend:
		if regs[in.c] != making {
			return 0, errPlan
		}
		v := m.operand(in.a, f)
		if v == nil {
			return 0, errPlan
		}
		f.builders[in.d] = append(f.builders[in.d], v)
	case opFinish:
		if regs[in.c] == making {
			elements := make([]*ast.Term, len(f.builders[in.d]))
			copy(elements, f.builders[in.d])
			regs[in.c] = ast.NewTerm(ast.NewArray(elements...))
		}
	case opMakeObject:
		regs[in.c] = ast.NewTerm(ast.NewObject())
	case opMakeSet:
		regs[in.c] = ast.NewTerm(ast.NewSet())
	case opSetAdd:
		v := m.operand(in.a, f)
		set, ok := changeable[ast.Set](in, regs)
		if !ok || v == nil {
			return 0, errPlan
		}
		set.Add(v)
	case opInsert, opInsertOnce:
		k, v := m.operand(in.a, f), m.operand(in.b, f)
		object, ok := changeable[ast.Object](in, regs)
		if !ok || k == nil || v == nil {
			return 0, errPlan
		}
		if in.op == opInsertOnce {
			if old := object.Get(k); old != nil {
				if !equal(old, v) {
					return 0, errConflict
				}
				return pc, nil
			}
		}
		object.Insert(k, v)
	case opMerge:
		a, b := m.operand(in.a, f), m.operand(in.b, f)
		if !is(opIsObject, a) || !is(opIsObject, b) {
			return 0, fmt.Errorf("%w: base and virtual documents in one place", ErrUnsupported)
		}
		both, ok := a.Value.(ast.Object).Merge(b.Value.(ast.Object))
		if !ok {
			return 0, errConflict
		}
		regs[in.c] = ast.NewTerm(both)
	default:
		return 0, fmt.Errorf("%w %d", errPlan, in.op)
	}
	return pc, nil
}

// changeable returns the collection that an instruction adds to, copied first when it may be somebody else's.
func changeable[T interface {
	ast.Value
	Copy() T
}](in *instr, regs []*ast.Term) (T, bool) {
	var none T
	if regs[in.c] == nil {
		return none, false
	}
	v, ok := regs[in.c].Value.(T)
	if !ok {
		return none, false
	}
	if in.d == 1 {
		v = v.Copy()
		regs[in.c] = ast.NewTerm(v)
	}
	return v, true
}

func is(op opcode, t *ast.Term) bool {
	if t == nil {
		return false
	}
	var ok bool
	switch op {
	case opIsArray:
		_, ok = t.Value.(*ast.Array)
	case opIsObject:
		_, ok = t.Value.(ast.Object)
	case opIsSet:
		_, ok = t.Value.(ast.Set)
	}
	return ok
}

func length(v ast.Value) (int, bool) {
	switch v := v.(type) {
	case *ast.Array:
		return v.Len(), true
	case ast.Object:
		return v.Len(), true
	case ast.Set:
		return v.Len(), true
	}
	return 0, false
}
