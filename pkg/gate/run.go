package gate

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// Execute runs gates side by side. The results are in the order of the gates. An error means that no verdict can be
// trusted: the policy does not compile, a rule misbehaves.
func Execute(ctx context.Context, run *Run, gates []Gate) ([]Result, error) {
	results := make([]Result, len(gates))
	errs := make([]error, len(gates))
	// Compiling needs no facts and collecting needs no rules: both at once.
	go func() { _, _ = run.Engine() }()
	var wg sync.WaitGroup
	for i, g := range gates {
		wg.Go(func() { results[i], errs[i] = execute(ctx, run, g) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return results, nil
}

func execute(ctx context.Context, run *Run, g Gate) (result Result, err error) {
	start := time.Now()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: internal error: %v; please report it\n%s", g.Name(), p, debug.Stack())
		}
	}()
	collection, err := g.Collect(ctx, run)
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", g.Name(), err)
	}
	result.Gate = finding.GateResult{Name: g.Name(), Status: finding.Pass}
	if collection.Skipped != "" && len(collection.Subjects) == 0 {
		// The rules are still asked for: a gate without any is never green, whatever there is to look at.
		engine, err := run.Engine()
		if err != nil {
			return Result{}, err
		}
		session, err := engine.Open(ctx, g.Name())
		if err != nil {
			return Result{}, err
		}
		session.Close(ctx)
		result.Gate.Status, result.Gate.Reason = finding.Skipped, collection.Skipped
		return result, nil
	}
	if result.Findings, err = judge(ctx, run, g.Name(), collection.Subjects); err != nil {
		return Result{}, err
	}
	faults := 0
	for i := range collection.Subjects {
		if collection.Subjects[i].Fault != "" {
			faults++
		} else {
			result.Gate.Documents++
		}
	}
	switch {
	case faults > 0:
		result.Gate.Status = finding.Incomplete
		result.Gate.Reason = fmt.Sprintf("%d could not be evaluated", faults)
	case slices.ContainsFunc(result.Findings, func(f finding.Finding) bool { return f.Severity.AtLeast(run.FailOn) }):
		result.Gate.Status = finding.Fail
	}
	result.Gate.DurationMS = time.Since(start).Milliseconds()
	return result, nil
}
