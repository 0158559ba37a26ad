package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// command is one side of a comparison.
type command struct {
	name string
	args []string
	dir  string
	env  []string
}

// figures are what the counted runs of a command came to.
type figures struct {
	median time.Duration
	peak   int64 // bytes resident at the most, the median of the runs
}

// pair is a comparison: the runs alternate, so that both sides see the same moods of the machine.
type pair struct {
	nameA, nameB string
	a, b         figures
	ratios       []float64 // b/a, run by run, sorted
}

func (c command) run(ctx context.Context) (time.Duration, int64, error) {
	cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	cmd.Dir, cmd.Env = c.dir, append(os.Environ(), c.env...)
	cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
	start := time.Now()
	err := cmd.Run()
	took := time.Since(start)
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() < 0 || cmd.ProcessState.ExitCode() > 3 {
		return 0, 0, fmt.Errorf("%s: %w", c.name, err)
	}
	return took, peak(cmd.ProcessState), nil
}

func measure(ctx context.Context, a, b command, runs int) (*pair, error) {
	p := &pair{nameA: a.name, nameB: b.name}
	var timesA, timesB []time.Duration
	var peaksA, peaksB []int64
	for i := range runs + 1 {
		ta, peakA, err := a.run(ctx)
		if err != nil {
			return nil, err
		}
		tb, peakB, err := b.run(ctx)
		if err != nil {
			return nil, err
		}
		if i == 0 { // the first pair only warms the machine
			continue
		}
		timesA, timesB = append(timesA, ta), append(timesB, tb)
		p.ratios = append(p.ratios, float64(tb)/float64(ta))
		peaksA, peaksB = append(peaksA, peakA), append(peaksB, peakB)
	}
	slices.Sort(timesA)
	slices.Sort(timesB)
	slices.Sort(p.ratios)
	slices.Sort(peaksA)
	slices.Sort(peaksB)
	p.a.peak, p.b.peak = peaksA[len(peaksA)/2], peaksB[len(peaksB)/2]
	p.a.median, p.b.median = timesA[len(timesA)/2], timesB[len(timesB)/2]
	return p, nil
}

func head(w *strings.Builder, source string, made *corpus, runs int) {
	if source != "testdata/benchmark" {
		source = "the folder given with BENCH_MANIFESTS"
	}
	fmt.Fprintf(w, "# Benchmarks\n\nMade by `make bench` on %d cores, %s/%s, %s. Runs alternate between the two sides; a ratio is the median over %d pairs\n"+
		"(least to most in brackets) and says how many times as long the right side takes. Compare ratios, not seconds.\n\n"+
		"Corpus: %d files from %s, copied with every object renamed to %d files; %d files that some tool cannot read were left out.\n\n"+
		"| this | against | ratio | medians |\n|---|---|---|---|\n",
		runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), runs, made.base, source, made.files, made.skipped)
}

func (p *pair) row(w *strings.Builder) {
	n := len(p.ratios)
	digits := 1
	if p.ratios[n/2] < 1 {
		digits = 2
	}
	fmt.Fprintf(w, "| %s | %s | **%.*f×** (%.*f–%.*f) | %.3f s, %.3f s |\n", p.nameA, p.nameB, digits, p.ratios[n/2], digits, p.ratios[0],
		digits, p.ratios[n-1], p.a.median.Seconds(), p.b.median.Seconds())
}
