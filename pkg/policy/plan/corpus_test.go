package plan_test

import (
	"context"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"
	"sigs.k8s.io/yaml"

	"github.com/claire-de-binare/cdbgate/pkg/config"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/gate/k8sreadiness"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
	"github.com/claire-de-binare/cdbgate/policies"
)

// collected returns what the gate hands to the rules for every subject below dir.
func collected(tb testing.TB, dir string) []ast.Value {
	tb.Helper()
	r, err := repo.Open(dir)
	if err != nil {
		tb.Fatal(err)
	}
	snapshot, err := r.Worktree(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	b, err := policy.Embedded()
	if err != nil {
		tb.Fatal(err)
	}
	run := &gate.Run{
		Snapshot: snapshot, Scope: func(string) bool { return true }, Config: &config.Config{}, Bundle: b, Jobs: 1,
		Now: time.Unix(0, 0), FailOn: finding.Error,
	}
	collection, err := k8sreadiness.Gate{}.Collect(context.Background(), run)
	if err != nil {
		tb.Fatal(err)
	}
	var out []ast.Value
	for i := range collection.Subjects {
		out = append(out, collection.Subjects[i].Input())
	}
	return out
}

// TestSubjectsAgree judges all that the gate finds below testdata, and below CDBGATE_CORPUS when that is set.
func TestSubjectsAgree(t *testing.T) {
	e := bundle(t)
	dirs := []string{"../../../testdata"}
	if corpus := os.Getenv("CDBGATE_CORPUS"); corpus != "" {
		dirs = append(dirs, corpus)
	}
	for _, dir := range dirs {
		subjects := collected(t, dir)
		if len(subjects) == 0 {
			t.Fatalf("%s: %d subjects", dir, len(subjects))
		}
		for _, input := range subjects {
			if d := e.differ(ast.NewTerm(input)); d != "" {
				t.Errorf("%s: %v\n%s", dir, input, d)
			}
		}
		t.Logf("%s: %d subjects", dir, len(subjects))
	}
}

// TestInputsOfRegoTestsAgree judges every input that a test in the bundle makes up.
func TestInputsOfRegoTestsAgree(t *testing.T) {
	e := bundle(t)
	inputs := inputsOfRegoTests(t)
	if len(inputs) < 200 {
		t.Fatalf("%d inputs", len(inputs))
	}
	for _, input := range inputs {
		if d := e.differ(input); d != "" {
			t.Errorf("%v\n%s", input, d)
		}
	}
	t.Logf("%d inputs", len(inputs))
}

// inputsOfRegoTests runs the bundle's tests and notes each input they evaluate anything with.
func inputsOfRegoTests(tb testing.TB) []*ast.Term {
	tb.Helper()
	parsed := map[string]*ast.Module{}
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
		case strings.HasSuffix(name, ".rego"):
			parsed[name], err = ast.ParseModuleWithOpts(name, string(text), ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	compiler := ast.NewCompiler()
	if compiler.Compile(parsed); compiler.Failed() {
		tb.Fatal(compiler.Errors)
	}
	store := inmem.NewFromObject(data)
	ctx := context.Background()
	tracer := &inputTracer{seen: map[string]*ast.Term{}}
	for _, m := range parsed {
		for _, rule := range m.Rules {
			if !strings.HasPrefix(rule.Head.Name.String(), "test_") {
				continue
			}
			txn, err := store.NewTransaction(ctx)
			if err != nil {
				tb.Fatal(err)
			}
			q := topdown.NewQuery(ast.NewBody(ast.NewExpr(ast.NewTerm(rule.Ref())))).WithCompiler(compiler).WithStore(store).
				WithTransaction(txn).WithQueryTracer(tracer)
			if _, err := q.Run(ctx); err != nil {
				tb.Fatal(err)
			}
			store.Abort(ctx, txn)
		}
	}
	var out []*ast.Term
	for _, input := range tracer.seen {
		out = append(out, input)
	}
	return out
}

type inputTracer struct {
	seen map[string]*ast.Term
	last *ast.Term
}

func (*inputTracer) Enabled() bool               { return true }
func (*inputTracer) Config() topdown.TraceConfig { return topdown.TraceConfig{} }
func (t *inputTracer) TraceEvent(e topdown.Event) {
	if e.Op != topdown.EnterOp || e.Input() == nil || e.Input() == t.last {
		return
	}
	t.last = e.Input()
	t.seen[t.last.String()] = t.last
}

// BenchmarkBundle judges one Deployment that breaks several rules, with each engine.
func BenchmarkBundle(b *testing.B) {
	e := bundle(b)
	var input *ast.Term
	for _, s := range collected(b, "../../../testdata/repos/shop") {
		if strings.Contains(s.String(), `"kind": "Deployment"`) {
			input = ast.NewTerm(s)
			break
		}
	}
	for name, eval := range map[string]func(*ast.Term) (*ast.Term, error){"topdown": e.topdown, "plan": e.plan} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := eval(input); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
