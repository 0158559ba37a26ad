package plan_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"
	"sigs.k8s.io/yaml"

	"github.com/claire-de-binare/cdbgate/pkg/policy/plan"
	"github.com/claire-de-binare/cdbgate/policies"
)

// engines holds one rule, ready to be evaluated by topdown and by its plan.
type engines struct {
	compiler *ast.Compiler
	rule     ast.Ref
	body     ast.Body
	query    ast.QueryCompiler
	store    storage.Store
	program  *plan.Program
}

// both compiles modules for both engines. The program is nil when there is no plan.
func both(tb testing.TB, rule string, data map[string]any, modules map[string]string) *engines {
	tb.Helper()
	parsed := map[string]*ast.Module{}
	for name, text := range modules {
		m, err := ast.ParseModuleWithOpts(name, text, ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
		if err != nil {
			tb.Fatal(err)
		}
		parsed[name] = m
	}
	e := &engines{compiler: ast.NewCompiler().WithDefaultRegoVersion(ast.RegoV1), rule: ast.MustParseRef(rule)}
	if e.compiler.Compile(parsed); e.compiler.Failed() {
		tb.Fatal(e.compiler.Errors)
	}
	e.store = inmem.NewFromObjectWithOpts(data, inmem.OptReturnASTValuesOnRead(true), inmem.OptRoundTripOnWrite(true))
	e.query = e.compiler.QueryCompiler()
	var err error
	if e.body, err = e.query.Compile(ast.MustParseBody("x = " + rule)); err != nil {
		tb.Fatal(err)
	}
	p, err := plan.Of(context.Background(), e.compiler, e.rule)
	if err != nil {
		tb.Log(err)
		return e
	}
	if e.program, err = plan.Compile(p, ast.NewTerm(ast.MustInterfaceToValue(data)), e.compiler.Capabilities()); err != nil {
		tb.Log(err)
	}
	return e
}

func (e *engines) topdown(input *ast.Term) (*ast.Term, error) {
	ctx := context.Background()
	txn, err := e.store.NewTransaction(ctx)
	if err != nil {
		return nil, err
	}
	defer e.store.Abort(ctx, txn)
	q := topdown.NewQuery(e.body).WithQueryCompiler(e.query).WithCompiler(e.compiler).WithStore(e.store).WithTransaction(txn).
		WithStrictBuiltinErrors(true).WithIndexing(true).WithEarlyExit(true).WithInput(input)
	var out *ast.Term
	err = q.Iter(ctx, func(r topdown.QueryResult) error {
		out = r[ast.Var("x")]
		return nil
	})
	return out, err
}

func (e *engines) plan(input *ast.Term) (*ast.Term, error) {
	return e.program.Eval(context.Background(), input, nil)
}

// differ says how the engines disagree about an input, or nothing. Values are compared by their spelling: what Rego takes
// for equal, 1 and 1.0, a message still tells apart.
func (e *engines) differ(input *ast.Term) string {
	want, wantErr := e.topdown(input)
	got, gotErr := e.plan(input)
	if errors.Is(gotErr, plan.ErrUnsupported) {
		return "" // topdown judges
	}
	if (wantErr == nil) != (gotErr == nil) {
		return fmt.Sprintf("topdown: %v (%v)\nplan: %v (%v)", want, wantErr, got, gotErr)
	}
	if wantErr == nil && fmt.Sprint(want) != fmt.Sprint(got) {
		return fmt.Sprintf("topdown: %v\nplan:    %v", want, got)
	}
	return ""
}

const bundleRule = "data.cdbgate.k8s_readiness.deny"

// bundle is the rules and data in the binary, without tests.
func bundle(tb testing.TB) *engines {
	tb.Helper()
	modules := map[string]string{}
	data := map[string]any{}
	err := fs.WalkDir(policies.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(policies.FS, name)
		switch {
		case err != nil:
		case name == "data.yaml":
			err = yaml.Unmarshal(text, &data)
		case strings.HasSuffix(name, ".rego") && !strings.HasSuffix(name, "_test.rego"):
			modules[name] = string(text)
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	e := both(tb, bundleRule, data, modules)
	if e.program == nil {
		tb.Fatal("no plan for our own rules")
	}
	return e
}

func TestBundle(t *testing.T) {
	e := bundle(t)
	in := ast.MustParseTerm(`{"document": {"kind": "Deployment"}, "context": {"subject": "workload", "platform": "kubernetes", "containers": [
 {"name":"web","role":"main","long_running":true,"path":["spec",0],"label":"container \"web\"","spec":{},"image":{"name":"redis"},"env":[{"name":"PASSWORD","value":"geheim","path":["x"]}],"mounts":[],"probes":{},"quantities":{"requests":{},"limits":{},"invalid":[],"paths":{}}}],"volumes":[],"workload":{"kind":"Deployment","name":"w","labels":{},"pod":{"path":["a"],"spec":{}},"quantities":{}},"limit_ranges":[],"bindings":[],"text":""}}`)
	if d := e.differ(in); d != "" {
		t.Fatal(d)
	}
	got, _ := e.plan(in)
	t.Log(got)
}
