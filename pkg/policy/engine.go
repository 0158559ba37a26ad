package policy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/policy/plan"
)

// Violation is one verdict of one rule over one document.
type Violation struct {
	Rule    string
	Message string
	Path    []any // into the input document: string keys and int indexes
	// Severity is the rule's own unless the violation says that it is less severe.
	Severity finding.Severity
}

// Session evaluates documents for one gate. It is safe for concurrent use; Close it when done.
type Session struct {
	engine *Engine
	gate   string
	txn    storage.Transaction
	cancel topdown.Cancel
	stop   func() bool
}

// Open starts evaluating documents for a gate. A gate without rules is an error: it would pass everything.
func (e *Engine) Open(ctx context.Context, gate string) (*Session, error) {
	if len(e.queries[gate]) == 0 {
		return nil, fmt.Errorf("the policy has no rules for %s: it would pass everything; add `deny contains violation if {…}` to package %s", gate, PackageOf(gate))
	}
	txn, err := e.store.NewTransaction(ctx)
	if err != nil {
		return nil, err
	}
	s := &Session{engine: e, gate: gate, txn: txn, cancel: topdown.NewCancel()}
	s.stop = context.AfterFunc(ctx, s.cancel.Cancel)
	return s, nil
}

// Close ends the session.
func (s *Session) Close(ctx context.Context) {
	s.stop()
	s.engine.store.Abort(ctx, s.txn)
}

// Eval judges one input. Violations are sorted. An evaluation error and a violation of the wrong shape are errors of the
// policy, not verdicts.
func (s *Session) Eval(ctx context.Context, input ast.Value) ([]Violation, error) {
	deny, err := s.Ask(ctx, verdict, input)
	if err != nil {
		return nil, err
	}
	set, ok := deny.(ast.Set)
	if !ok {
		return nil, fmt.Errorf("policy: %s: deny is not a set", s.gate)
	}
	out := make([]Violation, 0, set.Len())
	for _, t := range set.Slice() {
		v, err := s.violation(t)
		if err != nil {
			return nil, fmt.Errorf("policy: %s: %w", s.gate, err)
		}
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b Violation) int {
		if c := strings.Compare(a.Rule, b.Rule); c != 0 {
			return c
		}
		if c := cmpPath(a.Path, b.Path); c != 0 {
			return c
		}
		return strings.Compare(a.Message, b.Message)
	})
	return out, nil
}

// Ask evaluates another document of the gate's package than its verdict, one of those the gate is known to need. An
// undefined document is an error: a question without an answer must not pass for one.
func (s *Session) Ask(ctx context.Context, question string, input ast.Value) (ast.Value, error) {
	query, known := s.engine.queries[s.gate][question]
	if !known {
		return nil, fmt.Errorf("the policy has no %s in package %s: the gate cannot work without it; `cdbgate policy export DIR` writes rules that have it", question, PackageOf(s.gate))
	}
	answer, err := s.evaluate(ctx, query, ast.NewTerm(input))
	if err != nil {
		return nil, fmt.Errorf("policy: %s: %s: %w", s.gate, question, evalError(err))
	}
	return answer.Value, nil
}

// evaluate answers a query: by its plan, and by topdown where there is none. Topdown also words the errors. When it finds
// none where the plan did, the plan's error stands: two evaluators that disagree must not pass anything.
func (s *Session) evaluate(ctx context.Context, query preparedQuery, input *ast.Term) (*ast.Term, error) {
	if query.program == nil {
		return s.topdown(ctx, query, input)
	}
	planned, planErr := query.program.Eval(ctx, input, s.cancel)
	if planErr == nil && planned != nil {
		return planned, nil
	}
	out, err := s.topdown(ctx, query, input)
	if err != nil || errors.Is(planErr, plan.ErrUnsupported) {
		return out, err
	}
	if planErr == nil {
		planErr = errors.New("undefined in its plan")
	}
	return nil, planErr
}

func (s *Session) topdown(ctx context.Context, query preparedQuery, input *ast.Term) (*ast.Term, error) {
	q := topdown.NewQuery(query.body).
		WithQueryCompiler(query.compiler).
		WithCompiler(s.engine.compiler).
		WithStore(s.engine.store).
		WithTransaction(s.txn).
		WithStrictBuiltinErrors(true).
		WithIndexing(true).
		WithEarlyExit(true).
		WithCancel(s.cancel).
		WithInput(input)
	var out *ast.Term
	err := q.Iter(ctx, func(result topdown.QueryResult) error {
		out = result[ast.Var(resultVar)]
		return nil
	})
	if err == nil && out == nil {
		err = errors.New("undefined")
	}
	return out, err
}

// evalError puts the rule's place in front of topdown's message.
func evalError(err error) error {
	var e *topdown.Error
	if errors.As(err, &e) && e.Location != nil {
		return fmt.Errorf("%s:%d:%d: %s", e.Location.File, e.Location.Row, e.Location.Col, e.Message)
	}
	return err
}

var (
	keyRule    = ast.StringTerm("rule")
	keyMessage = ast.StringTerm("message")
	keyPath    = ast.StringTerm("path")
	keySevere  = ast.StringTerm("severity")
)

const shape = "a violation is what lib.violation(rego.metadata.rule(), path, message) or lib.graded_violation returns"

func (s *Session) violation(t *ast.Term) (Violation, error) {
	obj, ok := t.Value.(ast.Object)
	if !ok {
		return Violation{}, fmt.Errorf("deny holds %s: %s", ast.ValueName(t.Value), shape)
	}
	rule, ok1 := stringAt(obj, keyRule)
	message, ok2 := stringAt(obj, keyMessage)
	severity, lesser := stringAt(obj, keySevere)
	path, ok3 := obj.Get(keyPath), obj.Len() == 3 || obj.Len() == 4 && lesser
	if !ok1 || !ok2 || !ok3 || path == nil || strings.TrimSpace(message) == "" {
		return Violation{}, fmt.Errorf("deny holds an object of another shape: %s", shape)
	}
	known, ok := s.engine.rules[s.gate][rule]
	if !ok {
		return Violation{}, fmt.Errorf("a violation names rule %q, which %s does not have: %s", rule, s.gate, shape)
	}
	as := known.Severity
	if lesser {
		var err error
		if as, err = finding.ParseSeverity(severity); err != nil || !known.Severity.AtLeast(as) {
			return Violation{}, fmt.Errorf("%s: a violation of severity %q: a rule of severity %s may only lower it", rule, severity, known.Severity)
		}
	}
	array, ok := path.Value.(*ast.Array)
	if !ok {
		return Violation{}, fmt.Errorf("%s: the path of a violation is %s, not an array", rule, ast.ValueName(path.Value))
	}
	v := Violation{Rule: rule, Message: message, Severity: as, Path: make([]any, 0, array.Len())}
	for i := range array.Len() {
		switch step := array.Elem(i).Value.(type) {
		case ast.String:
			v.Path = append(v.Path, string(step))
		case ast.Number:
			n, ok := step.Int()
			if !ok {
				return Violation{}, fmt.Errorf("%s: step %d of a violation's path is no whole number", rule, i)
			}
			v.Path = append(v.Path, n)
		default:
			return Violation{}, fmt.Errorf("%s: step %d of a violation's path is %s", rule, i, ast.ValueName(step))
		}
	}
	return v, nil
}

func stringAt(obj ast.Object, key *ast.Term) (string, bool) {
	t := obj.Get(key)
	if t == nil {
		return "", false
	}
	s, ok := t.Value.(ast.String)
	return string(s), ok
}
