package plan_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// TestConcurrentEval has many goroutines ask one program about the same inputs in different orders.
func TestConcurrentEval(t *testing.T) {
	e := bundle(t)
	inputs := inputsOfRegoTests(t)
	want := make([]string, len(inputs))
	for i, input := range inputs {
		v, err := e.plan(input)
		if err != nil {
			t.Fatal(err)
		}
		want[i] = fmt.Sprint(v)
	}
	e = bundle(t) // nothing kept yet
	var wg sync.WaitGroup
	for start := range 16 {
		wg.Go(func() {
			for i := range inputs {
				at := (i*7 + start*31) % len(inputs)
				if v, err := e.plan(inputs[at]); err != nil || fmt.Sprint(v) != want[at] {
					t.Errorf("%v: %v (%v), want %v", inputs[at], v, err, want[at])
				}
			}
		})
	}
	wg.Wait()
}

// TestCancel stops an evaluation that would take hours.
func TestCancel(t *testing.T) {
	e := both(t, "data.t.p", map[string]any{}, map[string]string{"t.rego": `package t
		p contains [a, b, c, d] if { some a in input; some b in input; some c in input; some d in input; a < b; b < c; c < a }`})
	var items []*ast.Term
	for i := range 2000 {
		items = append(items, ast.IntNumberTerm(i))
	}
	cancel := topdown.NewCancel()
	cancel.Cancel()
	_, err := e.program.Eval(context.Background(), ast.ArrayTerm(items...), cancel)
	var topdownErr *topdown.Error
	if !errors.As(err, &topdownErr) || topdownErr.Code != topdown.CancelErr {
		t.Fatalf("got %v", err)
	}
}
