package policy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/policy/plan"
)

// Gates lists the gates a bundle may hold rules for.
var Gates = []string{"delivery-gate", "iac-diff", "k8s-readiness", "openapi-drift", "sbom-sign", "secret-scan"}

// Engine is a compiled bundle. It is safe for concurrent use.
type Engine struct {
	compiler *ast.Compiler
	store    storage.Store
	rules    map[string]map[string]finding.Rule  // gate -> id -> rule
	queries  map[string]map[string]preparedQuery // gate -> question -> query
	usesNow  map[string]bool                     // by gate
}

// verdict is the question every gate is about.
const verdict = "deny"

// questions are what a gate asks its rules beside the verdict: documents of its package that need not be used by deny.
var questions = map[string][]string{"delivery-gate": {"mode", "watched", "classes"}}

type preparedQuery struct {
	body     ast.Body
	compiler ast.QueryCompiler
	program  *plan.Program // nil when only topdown can evaluate the rules
}

// resultVar holds a gate's violations in the prepared query.
const resultVar = "violations"

// Compile compiles the bundle and refuses whatever could make a gate silently green: an unknown package, a rule without
// metadata or with an id that another has, a deny that is not a set of violations, a rule no deny uses, a compile warning.
func (b *Bundle) Compile() (*Engine, error) {
	modules, err := parse(b.rego)
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", b.source, err)
	}
	compiler := newCompiler()
	compiler.Compile(modules)
	if compiler.Failed() {
		return nil, fmt.Errorf("policy %s: %w", b.source, compileErrors(compiler.Errors))
	}
	e := &Engine{compiler: compiler, queries: map[string]map[string]preparedQuery{}, usesNow: map[string]bool{}}
	if e.rules, err = check(compiler, modules); err != nil {
		return nil, fmt.Errorf("policy %s: %w", b.source, err)
	}
	// AST values are handed out as they are stored: no conversion for each document.
	e.store = inmem.NewFromObjectWithOpts(b.data, inmem.OptReturnASTValuesOnRead(true), inmem.OptRoundTripOnWrite(true))
	data, err := baseDocuments(e.store)
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", b.source, err)
	}
	for gate := range e.rules {
		e.queries[gate] = map[string]preparedQuery{}
		for _, question := range append([]string{verdict}, questions[gate]...) {
			if ref, err := questionRef(gate, question); err != nil || len(compiler.GetRulesExact(ref)) == 0 {
				continue // whoever asks it gets an error
			}
			query, err := prepare(compiler, gate, question, data)
			if err != nil {
				return nil, fmt.Errorf("policy %s: %w", b.source, err)
			}
			e.queries[gate][question] = query
		}
		e.usesNow[gate] = mentionsNow(modules, gate)
	}
	return e, nil
}

// prepare makes the query for one document of a gate's package.
func prepare(compiler *ast.Compiler, gate, question string, data *ast.Term) (q preparedQuery, err error) {
	rule, err := questionRef(gate, question)
	if err != nil {
		return q, err
	}
	body, err := ast.ParseBody(resultVar + " = " + rule.String())
	if err != nil {
		return q, err
	}
	q.compiler = compiler.QueryCompiler()
	if q.body, err = q.compiler.Compile(body); err != nil {
		return q, err
	}
	q.program, err = planned(compiler, rule, data)
	return q, err
}

func questionRef(gate, question string) (ast.Ref, error) {
	return ast.ParseRef("data." + PackageOf(gate) + "." + question)
}

// baseDocuments reads the bundle's data as rules see it.
func baseDocuments(store storage.Store) (*ast.Term, error) {
	ctx := context.Background()
	txn, err := store.NewTransaction(ctx)
	if err != nil {
		return nil, err
	}
	defer store.Abort(ctx, txn)
	data, err := store.Read(ctx, txn, storage.RootPath)
	if err != nil {
		return nil, err
	}
	value, err := ast.InterfaceToValue(data)
	return ast.NewTerm(value), err
}

// planned prepares a document of the rules for the plan evaluator, several times as fast as topdown. No program and no error means
// that they hold something it does not know.
func planned(compiler *ast.Compiler, rule ast.Ref, data *ast.Term) (*plan.Program, error) {
	p, err := plan.Of(context.Background(), compiler, rule)
	if err != nil {
		if errors.Is(err, plan.ErrUnsupported) {
			return nil, nil
		}
		return nil, err
	}
	program, err := plan.Compile(p, data, compiler.Capabilities())
	if errors.Is(err, plan.ErrUnsupported) {
		return nil, nil
	}
	return program, err
}

func newCompiler() *ast.Compiler {
	return ast.NewCompiler().WithStrict(true).WithCapabilities(capabilities()).WithDefaultRegoVersion(ast.RegoV1)
}

// parse reads the modules. All of them are read before the first error is returned, so that it names every broken file.
func parse(texts map[string]string) (map[string]*ast.Module, error) {
	modules := make(map[string]*ast.Module, len(texts))
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		m, err := ast.ParseModuleWithOpts(name, texts[name], ast.ParserOptions{
			ProcessAnnotation: true, RegoVersion: ast.RegoV1, Capabilities: capabilities(),
		})
		if err != nil {
			var list ast.Errors
			if errors.As(err, &list) {
				err = compileErrors(list)
			}
			errs = append(errs, err)
			continue
		}
		if m == nil {
			errs = append(errs, fmt.Errorf("%s: empty module: remove the file or give it a package", name))
			continue
		}
		modules[name] = m
	}
	return modules, errors.Join(errs...)
}

// compileErrors words OPA's errors as file:line:column: message, a line each.
func compileErrors(list ast.Errors) error {
	var errs []error
	for _, e := range list {
		if e.Location == nil {
			errs = append(errs, errors.New(e.Message))
			continue
		}
		errs = append(errs, fmt.Errorf("%s:%d:%d: %s", e.Location.File, e.Location.Row, e.Location.Col, e.Message))
	}
	return errors.Join(errs...)
}

// check applies the refusals that Rego's own compiler does not know.
func check(compiler *ast.Compiler, modules map[string]*ast.Module) (map[string]map[string]finding.Rule, error) {
	var errs []error
	refuse := func(loc *ast.Location, err error) {
		errs = append(errs, fmt.Errorf("%s:%d:%d: %w", loc.File, loc.Row, loc.Col, err))
	}
	set := compiler.GetAnnotationSet()
	rules := map[string]map[string]finding.Rule{}
	where := map[string]*ast.Location{}
	used := reachable(compiler)
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		m := compiler.Modules[name]
		gate, err := gateOf(m.Package, Gates)
		if err != nil {
			refuse(m.Package.Location, err)
			continue
		}
		for _, r := range m.Rules {
			isDeny := gate != "" && r.Head.Name == verdict
			if !isDeny {
				if gate != "" && !used[r] {
					refuse(r.Location, fmt.Errorf("rule %s is used by no deny rule: is it misnamed? (verdicts are `deny contains violation if {…}`)", r.Head.Ref()))
				}
				continue
			}
			if r.Head.RuleKind() != ast.MultiValue || r.Default || len(r.Head.Ref()) != 1 {
				refuse(r.Location, errors.New("deny must be a set of violations: write `deny contains violation if {…}`"))
				continue
			}
			rule, err := ruleOf(set, r, gate)
			if err != nil {
				refuse(r.Location, err)
				continue
			}
			if first, twice := where[rule.ID]; twice {
				refuse(r.Location, fmt.Errorf("rule id %s is taken already at %s:%d", rule.ID, first.File, first.Row))
				continue
			}
			where[rule.ID] = r.Location
			if rules[gate] == nil {
				rules[gate] = map[string]finding.Rule{}
			}
			rules[gate][rule.ID] = rule
		}
	}
	if len(errs) == 0 && len(rules) == 0 {
		errs = append(errs, errors.New("no deny rule in any gate's package: nothing would be judged"))
	}
	return rules, errors.Join(errs...)
}

// reachable walks the compiler's dependency graph from every rule that is asked for: the verdicts and the questions.
func reachable(compiler *ast.Compiler) map[*ast.Rule]bool {
	used := map[*ast.Rule]bool{}
	var visit func(r *ast.Rule)
	visit = func(r *ast.Rule) {
		if used[r] {
			return
		}
		used[r] = true
		for next := range compiler.Graph.Dependencies(r) {
			if n, ok := next.(*ast.Rule); ok {
				visit(n)
			}
		}
		if r.Else != nil {
			visit(r.Else)
		}
	}
	for _, m := range compiler.Modules {
		gate, _ := gateOf(m.Package, Gates)
		for _, r := range m.Rules {
			if name := string(r.Head.Name); name == verdict || slices.Contains(questions[gate], name) {
				visit(r)
			}
		}
	}
	return used
}

// mentionsNow reports whether any rule a gate may use reads input.now: its verdicts then hold for this moment only.
func mentionsNow(modules map[string]*ast.Module, gate string) bool {
	found := false
	for _, m := range modules {
		if of, _ := gateOf(m.Package, Gates); of != "" && of != gate {
			continue
		}
		ast.WalkRefs(m, func(r ast.Ref) bool {
			if !r.HasPrefix(ast.InputRootRef) {
				return false
			}
			if len(r) < 2 { // the whole input, or input[x]
				found = true
				return true
			}
			s, ground := r[1].Value.(ast.String)
			found = found || !ground || s == "now"
			return found
		})
	}
	return found
}

// UsesNow reports whether a gate's verdict may depend on the time of the run, so that it must not be cached.
func (e *Engine) UsesNow(gate string) bool { return e.usesNow[gate] }

// Rules lists the rules of the given gates (of all when none is given), sorted by id.
func (e *Engine) Rules(gates ...string) []finding.Rule {
	var out []finding.Rule
	for gate, byID := range e.rules {
		if len(gates) == 0 || slices.Contains(gates, gate) {
			out = slices.AppendSeq(out, maps.Values(byID))
		}
	}
	slices.SortFunc(out, func(a, b finding.Rule) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Has reports whether the engine holds rules for a gate.
func (e *Engine) Has(gate string) bool { return len(e.rules[gate]) > 0 }

// cmpPath orders document paths: step by step, indexes as numbers and before keys.
func cmpPath(a, b []any) int {
	for i := range min(len(a), len(b)) {
		x, xIsIndex := a[i].(int)
		y, yIsIndex := b[i].(int)
		switch {
		case xIsIndex && yIsIndex:
			if c := cmp.Compare(x, y); c != 0 {
				return c
			}
		case xIsIndex != yIsIndex:
			if xIsIndex {
				return -1
			}
			return 1
		default:
			if c := strings.Compare(a[i].(string), b[i].(string)); c != 0 {
				return c
			}
		}
	}
	return cmp.Compare(len(a), len(b))
}
