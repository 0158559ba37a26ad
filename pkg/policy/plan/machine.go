package plan

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/topdown/builtins"
)

// maxDepth bounds calls within calls. Rego has no recursion, so only a plan that no planner made gets there.
const maxDepth = 4096

// maxKept bounds what a machine keeps between evaluations, in entries.
const maxKept = 8192

// outcome is what a rule or a path turned out to be; a nil term means undefined.
type outcome struct{ term *ast.Term }

// seen is an outcome in the evaluation of that number.
type seen struct {
	in   uint64
	term *ast.Term
}

// iterator walks over one collection.
type iterator struct {
	array    *ast.Array
	elements []*ast.Term // of a set; of an object keys and values in turn
	stride   int         // 0 when there is nothing to walk over
	at, end  int
}

// machine runs one evaluation at a time.
type machine struct {
	p         *Program
	number    uint64 // of the evaluation
	input     *ast.Term
	result    *ast.Term
	cancel    topdown.Cancel
	ticks     uint32
	depth     int
	rules     []seen
	paths     []seen
	registers []*ast.Term
	builders  [][]*ast.Term
	iterators []iterator
	pairs     []*ast.Term
	short     bool // the stacks were too small, and are made larger for the next evaluation
	collect   func(k, v *ast.Term)
	args      []*ast.Term
	text      []byte
	kept      map[keptKey]outcome
	patterns  map[string]*regexp.Regexp
	bctx      topdown.BuiltinContext
}

// keptKey is a call of a pure function with strings for arguments.
type keptKey struct {
	fn   int
	a, b string
}

func newMachine(p *Program) *machine {
	m := &machine{
		p: p, rules: make([]seen, len(p.funcs)), paths: make([]seen, len(p.paths)), kept: map[keptKey]outcome{},
		patterns: map[string]*regexp.Regexp{},
	}
	m.collect = func(k, v *ast.Term) { m.pairs = append(m.pairs, k, v) }
	return m
}

// Eval evaluates the planned rule for one input and returns its value, nil when it is undefined. The cancel may be nil. An
// error is one of the policy (a conflict, a built-in function's error), never a verdict.
func (p *Program) Eval(ctx context.Context, input *ast.Term, cancel topdown.Cancel) (*ast.Term, error) {
	m := p.pool.Get().(*machine)
	m.number++
	m.input, m.result, m.cancel, m.depth, m.ticks = input, nil, cancel, 0, 0
	m.bctx = topdown.BuiltinContext{Context: ctx, Cancel: cancel, Cache: builtins.Cache{}, Capabilities: p.caps}
	m.bctx.Time = ast.InternedTerm(0) // no built-in function that Compile admits looks at the clock
	_, err := m.invoke(p.query, nil)
	result := m.result
	m.reset()
	p.pool.Put(m)
	if err != nil {
		return nil, err
	}
	if result == nil {
		return nil, nil
	}
	bindings, ok := result.Value.(ast.Object)
	if !ok {
		return nil, fmt.Errorf("plan: the query's result is %s", ast.ValueName(result.Value))
	}
	return bindings.Get(resultTerm), nil
}

var resultTerm = ast.StringTerm(resultVar)

// reset lets go of the input, which a pooled machine must not keep alive.
func (m *machine) reset() {
	m.input, m.result, m.cancel, m.bctx = nil, nil, nil, topdown.BuiltinContext{}
	m.registers, m.builders, m.iterators = m.registers[:0], m.builders[:0], m.iterators[:0]
	if m.short {
		m.registers = make([]*ast.Term, 0, max(256, 2*cap(m.registers)))
		m.builders = make([][]*ast.Term, 0, max(16, 2*cap(m.builders)))
		m.iterators = make([]iterator, 0, max(16, 2*cap(m.iterators)))
		m.short = false
	}
	clear(m.registers[:cap(m.registers)])
	clear(m.iterators[:cap(m.iterators)])
	clear(m.pairs[:cap(m.pairs)])
	clear(m.rules)
	clear(m.paths)
	for i := range m.builders[:cap(m.builders)] {
		clear(m.builders[:cap(m.builders)][i])
	}
	clear(m.args[:cap(m.args)])
	m.pairs, m.args = m.pairs[:0], m.args[:0]
	if len(m.kept) >= maxKept {
		clear(m.kept)
	}
	if len(m.patterns) >= maxKept {
		clear(m.patterns)
	}
}

// errDepth says that calls are nested too deeply.
var errDepth = errors.New("plan: calls are nested too deeply")

// frame is where a function's locals are. Stacks grow by being replaced, so that a caller's frame stays what it is.
type frame struct {
	registers []*ast.Term
	builders  [][]*ast.Term
	iterators []iterator
}

// grow returns n more elements at the end of a stack.
func grow[T any](m *machine, stack []T, n int) (grown, top []T) {
	at := len(stack)
	if cap(stack)-at < n {
		stack = make([]T, 0, n)
		at, m.short = 0, true
	}
	grown = stack[:at+n]
	return grown, grown[at:]
}

// invoke runs a function. Its arguments follow the input and data documents.
func (m *machine) invoke(fn *function, args []*ast.Term) (*ast.Term, error) {
	if m.depth++; m.depth > maxDepth {
		return nil, errDepth
	}
	registers, builders, iterators, pairs := m.registers, m.builders, m.iterators, len(m.pairs)
	var f frame
	m.registers, f.registers = grow(m, m.registers, fn.registers)
	clear(f.registers)
	f.registers[ir.Input], f.registers[ir.Data] = m.input, m.p.data
	for i, param := range fn.params {
		f.registers[param] = args[i]
	}
	if fn.builders > 0 {
		m.builders, f.builders = grow(m, m.builders, fn.builders)
	}
	if fn.iterators > 0 {
		m.iterators, f.iterators = grow(m, m.iterators, fn.iterators)
	}
	out, err := m.run(fn, &f)
	m.depth--
	m.registers, m.builders, m.iterators, m.pairs = registers, builders, iterators, m.pairs[:pairs]
	return out, err
}

func isBoolean(t *ast.Term) bool {
	_, ok := t.Value.(ast.Boolean)
	return ok
}

// path looks up the input's value at a path, once an evaluation.
func (m *machine) path(id int32) *ast.Term {
	if id == inputPath {
		return m.input
	}
	s := &m.paths[id]
	if s.in != m.number {
		step := &m.p.paths[id]
		s.term, s.in = nil, m.number
		if parent := m.path(step.parent); parent != nil {
			s.term = lookup(parent, step.key)
		}
	}
	return s.term
}

// rule returns the value of a rule, once an evaluation, or once and for all when it says the same for every input.
func (m *machine) rule(fn *function) (*ast.Term, error) {
	s := &m.rules[fn.index]
	if s.in == m.number {
		return s.term, nil
	}
	if fn.pure {
		if known := fn.shared.Load(); known != nil {
			return known.term, nil
		}
	}
	term, err := m.invoke(fn, nil)
	if err != nil {
		return nil, err
	}
	s.in, s.term = m.number, term
	if fn.pure {
		fn.shared.Store(&outcome{term: term})
	}
	return term, nil
}

// apply returns the value of a function. What pure functions decide about strings is kept: names of images and variables come
// again and again. Other results may be parts of an input, which must not live on.
func (m *machine) apply(fn *function, args []*ast.Term) (*ast.Term, error) {
	if !fn.pure || len(args) > 2 {
		return m.invoke(fn, args)
	}
	key := keptKey{fn: fn.index}
	a, ok := args[0].Value.(ast.String)
	if !ok {
		return m.invoke(fn, args)
	}
	key.a = string(a)
	if len(args) == 2 {
		if a, ok = args[1].Value.(ast.String); !ok {
			return m.invoke(fn, args)
		}
		key.b = string(a)
	}
	if known, ok := m.kept[key]; ok {
		return known.term, nil
	}
	out, err := m.invoke(fn, args)
	if err != nil || len(key.a)+len(key.b) > 128 || len(m.kept) >= maxKept {
		return out, err
	}
	if out == nil || isBoolean(out) {
		key.a, key.b = strings.Clone(key.a), strings.Clone(key.b)
		m.kept[key] = outcome{term: out}
	}
	return out, err
}
