package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// What the delivery gate is measured on: a pull request of so many files, half of them manifests, and a branch of so many
// commits. Its budgets are two and five seconds.
const (
	changedFiles = 10_000
	commits      = 10_000
)

// delivery measures the delivery gate beside what git itself needs to say what changed.
func delivery(ctx context.Context, w *strings.Builder, gate, work string, runs int) error {
	fmt.Fprintf(w, "\n## delivery-gate\n\nA pull request of %d changed files, half of them manifests, and a branch of %d commits, beside what git needs to compare the same\n"+
		"without judging it (a ratio below 1 means that git is faster).\n\n| this | against | ratio | medians |\n|---|---|---|---|\n", changedFiles, commits)
	for _, c := range []struct {
		name, what string
		history    func(io.Writer)
		git        []string
	}{
		{"files", fmt.Sprintf("delivery-gate, %d changed files", changedFiles), manyFiles, []string{"diff", "-M", "--shortstat", "main...topic"}},
		{"commits", fmt.Sprintf("delivery-gate, %d commits", commits), manyCommits, []string{"log", "-m", "--name-only", "--format=%H", "main..topic"}},
	} {
		dir := filepath.Join(work, c.name)
		if err := importHistory(ctx, dir, c.history); err != nil {
			return err
		}
		ours := command{name: c.what, args: []string{gate, "delivery-gate", "--base", "main", "--quiet"}, dir: dir}
		theirs := command{name: "git " + strings.Join(c.git[:1], " "), args: append([]string{"git"}, c.git...), dir: dir}
		pair, err := measure(ctx, ours, theirs, runs)
		if err != nil {
			return err
		}
		pair.row(w)
	}
	return nil
}

// importHistory makes a repository of a stream and checks its topic branch out.
func importHistory(ctx context.Context, dir string, history func(io.Writer)) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"fast-import", "--quiet"}, {"checkout", "-q", "-f", "topic"}} {
		cmd := exec.CommandContext(ctx, "git", args...)
		cmd.Dir = dir
		if args[0] == "fast-import" {
			r, pipe := io.Pipe()
			cmd.Stdin = r
			go func() { history(pipe); pipe.Close() }()
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("git %s: %w: %s", args[0], err, out)
		}
	}
	return nil
}

func startCommit(w io.Writer, branch string, at int, from string) {
	fmt.Fprintf(w, "commit refs/heads/%s\ncommitter a <a@example.org> %d +0000\ndata 6\nchange\n", branch, 1_700_000_000+at)
	if from != "" {
		fmt.Fprintf(w, "from refs/heads/%s\n", from)
	}
}

func addFile(w io.Writer, name, text string) {
	fmt.Fprintf(w, "M 644 inline %s\ndata %d\n%s\n", name, len(text), text)
}

func manyFiles(w io.Writer) {
	write := func(version int) {
		for i := range changedFiles / 2 {
			filler := func(mark string) string {
				return strings.Repeat(fmt.Sprintf("%s line of %d in version %d\n", mark, i, version), 60)
			}
			addFile(w, fmt.Sprintf("apps/%d/service%d.yaml", i%50, i), fmt.Sprintf("apiVersion: v1\nkind: Service\nmetadata: {name: s%d}\nspec: {selector: {app: s%d}}\n", i, i)+filler("#"))
			addFile(w, fmt.Sprintf("src/%d/file%d.go", i%50, i), "package app\n"+filler("//"))
		}
	}
	startCommit(w, "main", 0, "")
	write(1)
	startCommit(w, "topic", 1, "main")
	write(2)
}

func manyCommits(w io.Writer) {
	startCommit(w, "main", 0, "")
	for i := range 2000 {
		addFile(w, fmt.Sprintf("src/%d/file%d.go", i%40, i), "package app\n")
	}
	addFile(w, "knowledge/governance/DELIVERY_APPROVED.yaml", "delivery: {approved: true}\n")
	addFile(w, ".github/workflows/gate.yml", "on: push\njobs: {a: {runs-on: x, steps: [{run: cdbgate check}]}}\n")
	for i := range commits {
		from := ""
		if i == 0 {
			from = "main"
		}
		startCommit(w, "topic", 1+i, from)
		addFile(w, fmt.Sprintf("src/%d/file%d.go", i%40, i%2000), fmt.Sprintf("package app // %d\n", i))
	}
}
