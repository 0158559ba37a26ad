package plan

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// Program is a plan made ready to run. It is safe for concurrent use.
type Program struct {
	consts []*ast.Term
	funcs  []*function
	query  *function
	calls  []*call
	paths  []step
	data   *ast.Term
	caps   *ast.Capabilities
	pool   sync.Pool
}

// function is a planned rule or function: its blocks as one list of instructions.
type function struct {
	name      string
	index     int
	params    []ir.Local // that follow the input and data documents
	registers int
	builders  int
	iterators int
	code      []instr
	pure      bool                    // says the same for every input
	shared    atomic.Pointer[outcome] // of a pure rule: what it is
}

// call is a place that calls a rule, a function or a built-in function.
type call struct {
	fn       *function
	args     []int32
	builtin  topdown.BuiltinFunc
	direct   direct
	relation bool
	void     bool
	location *ast.Location
}

// step is one key of a path into the input, after the path parent.
type step struct {
	parent int32
	key    *ast.Term
}

// inputPath is the path that is the input itself.
const inputPath = 0

// Compile prepares a plan that Of made. Base documents are those of data, an object, for as long as the program lives. The
// built-in functions a plan calls must be among the capabilities. An error that wraps ErrUnsupported means that the plan
// holds something this package does not execute.
func Compile(p *ir.Policy, data *ast.Term, capabilities *ast.Capabilities) (*Program, error) {
	if len(p.Plans.Plans) != 1 {
		return nil, fmt.Errorf("%w: %d queries in one plan", ErrUnsupported, len(p.Plans.Plans))
	}
	b := newBuilder(p, data, capabilities)
	for _, f := range p.Funcs.Funcs {
		if err := b.declare(f); err != nil {
			return nil, err
		}
	}
	b.findPure()
	for i, f := range p.Funcs.Funcs {
		if err := b.translate(b.Program.funcs[i], f.Blocks, f); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	b.query = &function{name: p.Plans.Plans[0].Name}
	if err := b.translate(b.query, p.Plans.Plans[0].Blocks, nil); err != nil {
		return nil, err
	}
	b.pool.New = func() any { return newMachine(b.Program) }
	return b.Program, nil
}

// builder holds what the functions of a program share while they are translated.
type builder struct {
	*Program
	policy   *ir.Policy
	byName   map[string]*function
	allowed  map[string]*ast.Builtin
	strings  map[string]int32
	numbers  map[string]int32
	children map[int32]map[string]int32
}

func newBuilder(p *ir.Policy, data *ast.Term, capabilities *ast.Capabilities) *builder {
	b := &builder{
		Program: &Program{data: data, caps: capabilities, paths: []step{{}}}, policy: p, byName: map[string]*function{},
		allowed: map[string]*ast.Builtin{}, strings: map[string]int32{}, numbers: map[string]int32{},
		children: map[int32]map[string]int32{},
	}
	for _, bi := range capabilities.Builtins {
		b.allowed[bi.Name] = bi
	}
	return b
}

func (b *builder) declare(f *ir.Func) error {
	if len(f.Params) < 2 || f.Params[0] != ir.Input || f.Params[1] != ir.Data {
		return fmt.Errorf("%w: %s does not take input and data first", ErrUnsupported, f.Name)
	}
	fn := &function{name: f.Name, index: len(b.funcs), params: f.Params[2:]}
	b.funcs = append(b.funcs, fn)
	b.byName[f.Name] = fn
	return nil
}

// constant returns the operand of a new constant.
func (b *builder) constant(t *ast.Term) int32 {
	b.consts = append(b.consts, t)
	return ^int32(len(b.consts) - 1)
}

func (b *builder) value(operand int32) *ast.Term { return b.consts[^operand] }

func (b *builder) text(s string) int32 {
	if _, ok := b.strings[s]; !ok {
		b.strings[s] = b.constant(ast.InternedTerm(s))
	}
	return b.strings[s]
}

func (b *builder) number(s string) int32 {
	if _, ok := b.numbers[s]; !ok {
		b.numbers[s] = b.constant(ast.NewTerm(ast.Number(s)))
	}
	return b.numbers[s]
}

// path returns the path one key below parent.
func (b *builder) path(parent int32, key ast.String) int32 {
	below := b.children[parent]
	if below == nil {
		below = map[string]int32{}
		b.children[parent] = below
	}
	id, ok := below[string(key)]
	if !ok {
		id = int32(len(b.paths))
		b.paths = append(b.paths, step{parent: parent, key: b.value(b.text(string(key)))})
		below[string(key)] = id
	}
	return id
}
