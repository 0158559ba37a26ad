package policy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/tester"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// testTimeout bounds one test.
const testTimeout = 3 * time.Minute

// TestResult is one test's outcome.
type TestResult struct {
	File     string
	Line     int
	Name     string
	Passed   bool
	Skipped  bool   // a todo_ test; it never counts as passed
	Error    string // why it could not be run, "" when it ran
	Duration time.Duration
}

// TestReport is the outcome of a bundle's tests.
type TestReport struct {
	Results  []TestResult
	Coverage float64 // percent of the lines of all rules that some test evaluated, tests themselves left out
	Files    []FileCoverage
	Unfailed []string // ids of rules that deny in no test: nobody knows that they can
}

// FileCoverage is the coverage of one module.
type FileCoverage struct {
	File      string
	Coverage  float64 // percent
	Uncovered []LineRange
}

// LineRange is a range of lines, both ends included.
type LineRange struct{ From, To int }

// OK reports whether every test passed.
func (r *TestReport) OK() bool {
	return !slices.ContainsFunc(r.Results, func(t TestResult) bool { return !t.Passed })
}

// Test runs the bundle's *_test.rego under the same restrictions as the rules themselves. A filter is a regular
// expression over package and name, "" runs all. A bundle without a test that matches is an error.
func (b *Bundle) Test(ctx context.Context, filter string) (*TestReport, error) {
	engine, err := b.Compile() // the refusals come first: what is no valid bundle needs no test
	if err != nil {
		return nil, err
	}
	texts := maps.Clone(b.rego)
	maps.Copy(texts, b.tests)
	modules, err := parse(texts)
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", b.source, err)
	}
	store := inmem.NewFromObject(b.data)
	tracer := &testTracer{Cover: cover.New(), exits: map[string]bool{}}
	var report TestReport
	err = storage.Txn(ctx, store, storage.TransactionParams{}, func(txn storage.Transaction) error {
		runner := tester.NewRunner().
			SetCompiler(newCompiler()).
			SetStore(store).
			SetModules(modules).
			SetCoverageQueryTracer(tracer).
			CapturePrintOutput(false).
			RaiseBuiltinErrors(true).
			SetTimeout(testTimeout).
			Filter(filter)
		results, err := runner.RunTests(ctx, txn)
		if err != nil {
			return err
		}
		for r := range results {
			report.Results = append(report.Results, testResult(r))
		}
		return nil
	})
	if err != nil {
		var list ast.Errors
		if errors.As(err, &list) {
			err = compileErrors(list)
		}
		return nil, fmt.Errorf("policy %s: tests: %w", b.source, err)
	}
	if len(report.Results) == 0 {
		return nil, fmt.Errorf("policy %s: no test was run: tests are rules named test_… in *_test.rego%s", b.source, matching(filter))
	}
	slices.SortFunc(report.Results, func(a, b TestResult) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Name, b.Name))
	})
	report.cover(tracer, engine, b.rego)
	return &report, nil
}

func matching(filter string) string {
	if filter == "" {
		return ""
	}
	return fmt.Sprintf(", and none matches %q", filter)
}

func testResult(r *tester.Result) TestResult {
	t := TestResult{Name: r.Package + "." + r.Name, Passed: r.Pass(), Skipped: r.Skip, Duration: r.Duration}
	if r.Location != nil {
		t.File, t.Line = r.Location.File, r.Location.Row
	}
	if r.Error != nil {
		t.Error = evalError(r.Error).Error()
	}
	return t
}

// cover fills in what the tests evaluated of the rules themselves.
func (r *TestReport) cover(tracer *testTracer, engine *Engine, rego map[string]string) {
	modules := map[string]*ast.Module{}
	for _, name := range slices.Sorted(maps.Keys(rego)) {
		modules[name] = engine.compiler.Modules[name]
	}
	lines := tracer.Report(modules)
	covered, all := 0, 0
	for _, name := range slices.Sorted(maps.Keys(rego)) {
		file := lines.Files[name]
		if file == nil {
			continue
		}
		fc := FileCoverage{File: name, Coverage: 100}
		if n := file.CoveredLines + file.NotCoveredLines; n > 0 {
			fc.Coverage = 100 * float64(file.CoveredLines) / float64(n)
		}
		for _, u := range file.NotCovered {
			fc.Uncovered = append(fc.Uncovered, LineRange{u.Start.Row, u.End.Row})
		}
		covered, all = covered+file.CoveredLines, all+file.CoveredLines+file.NotCoveredLines
		r.Files = append(r.Files, fc)
	}
	if all > 0 {
		r.Coverage = 100 * float64(covered) / float64(all)
	}
	set := engine.compiler.GetAnnotationSet()
	for name := range rego {
		for _, rule := range engine.compiler.Modules[name].Rules {
			if rule.Head.Name != "deny" || tracer.exits[place(rule.Location)] {
				continue
			}
			if meta, err := ruleOf(set, rule, ""); err == nil {
				r.Unfailed = append(r.Unfailed, meta.ID)
			}
		}
	}
	slices.Sort(r.Unfailed)
}

// testTracer records lines, as cover.Cover does, and which rules came to a result.
type testTracer struct {
	*cover.Cover
	mu    sync.Mutex
	exits map[string]bool
}

func (t *testTracer) TraceEvent(e topdown.Event) {
	t.Cover.TraceEvent(e)
	if rule, ok := e.Node.(*ast.Rule); ok && e.Op == topdown.ExitOp {
		t.mu.Lock()
		t.exits[place(rule.Location)] = true
		t.mu.Unlock()
	}
}

func place(loc *ast.Location) string { return fmt.Sprintf("%s:%d", loc.File, loc.Row) }
