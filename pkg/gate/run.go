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
	for _, g := range gates {
		if r, ok := g.(Reader); ok {
			files, err := r.Reads(run)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", g.Name(), err)
			}
			run.reserved = append(run.reserved, files...)
		}
	}
	slices.Sort(run.reserved)
	results := make([]Result, len(gates))
	errs := make([]error, len(gates))
	keys := make([]string, len(gates))
	missed := false
	for i, g := range gates {
		keys[i] = run.lookUp(g, &results[i])
		missed = missed || results[i].Gate.Name == ""
	}
	if !missed {
		return results, nil
	}
	// Compiling needs no facts and collecting needs no rules: both at once.
	go func() { _, _ = run.Engine() }()
	var wg sync.WaitGroup
	for i, g := range gates {
		if results[i].Gate.Name == "" {
			wg.Go(func() { results[i], errs[i] = execute(ctx, run, g, keys[i]) })
		}
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return results, nil
}

// lookUp fills in a result that the cache holds, and returns the key to store one under.
func (r *Run) lookUp(g Gate, result *Result) string {
	if r.Cache == nil {
		return ""
	}
	options, keep := g.Memo(r)
	if !keep {
		return ""
	}
	start := time.Now()
	key := r.Cache.key(r, g.Name(), options)
	if key == "" {
		return ""
	}
	if hit, ok := r.Cache.load(key); ok {
		*result = hit.Result
		result.Rules, result.PolicyRules = hit.Rules, hit.All
		result.Gate.DurationMS = time.Since(start).Milliseconds()
	}
	return key
}

// patient is how long a gate may take and still be kept: what took longer may have met a time limit.
const patient = 30 * time.Second

func execute(ctx context.Context, run *Run, g Gate, key string) (result Result, err error) {
	start := time.Now()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: internal error: %v; please report it\n%s", g.Name(), p, debug.Stack())
		}
	}()
	if run.Progress != nil {
		run.Progress(g.Name(), 0, 0)
	}
	collection, err := g.Collect(ctx, run)
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", g.Name(), err)
	}
	engine, err := run.Engine()
	if err != nil {
		return Result{}, err
	}
	// Judging nothing still asks for the rules: a gate without any is never green, whatever there is to look at.
	if result.Findings, err = judge(ctx, run, engine, g.Name(), collection.Subjects); err != nil {
		return Result{}, err
	}
	result.Mode, result.Reconcilers, result.Plans = collection.Mode, collection.Reconcilers, collection.Plans
	result.Leaks, result.Hidden = collection.Leaks, collection.Hidden
	result.Rules, result.PolicyRules = engine.Rules(g.Name()), len(engine.Rules())
	result.Gate = summarise(run, g.Name(), collection, result.Findings)
	took := time.Since(start)
	if key != "" && !engine.UsesNow(g.Name()) && !collection.Volatile && took < patient {
		run.Cache.store(key, &cached{Result: result, Rules: result.Rules, All: result.PolicyRules})
	}
	result.Gate.DurationMS = took.Milliseconds()
	return result, nil
}

// summarise words what a gate came to.
func summarise(run *Run, name string, c *Collection, findings []finding.Finding) finding.GateResult {
	g := finding.GateResult{Name: name, Status: finding.Pass}
	faults := 0
	for i := range c.Subjects {
		if c.Subjects[i].Fault == "" {
			g.Documents++
		}
	}
	for i := range findings {
		if findings[i].Incomplete {
			faults++
		}
	}
	switch {
	case len(c.Subjects) == 0 && c.Skipped != "":
		g.Status, g.Reason = finding.Skipped, c.Skipped
	case faults > 0:
		g.Status, g.Reason = finding.Incomplete, fmt.Sprintf("%d could not be evaluated", faults)
	case slices.ContainsFunc(findings, func(f finding.Finding) bool { return f.Severity.AtLeast(run.FailOn) }):
		g.Status = finding.Fail
	}
	return g
}
