package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/plan/synthetic"
)

// What iac-diff is measured on: a plan of so many changes, which is about 40 MB, and a repository of so many objects that
// reconcile. The budgets are a third of conftest's time with six rules of the same meaning and four times the file in memory,
// and three seconds.
const (
	plannedChanges = 15_000
	gitopsObjects  = 10_000
)

// infrastructure measures iac-diff.
func infrastructure(ctx context.Context, w *strings.Builder, gate, work string, peers []peer, runs int) error {
	dir := filepath.Join(work, "infra")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	size, err := makePlan(ctx, filepath.Join(dir, "plan.json"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), nil, 0o600); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n## iac-diff\n\nA plan of %d changes and %d MB, and a repository of %d Flux objects.\n\n| this | against | ratio | medians |\n|---|---|---|---|\n",
		plannedChanges, size>>20, gitopsObjects)
	ours := command{name: "iac-diff, all rules", args: []string{gate, "iac-diff", "--quiet", "--plan", "plan.json"}, dir: dir}
	var peaks strings.Builder
	for _, p := range peers {
		if p.plan == nil {
			continue
		}
		rules, err := rulesDir(work, "plans")
		if err != nil {
			return err
		}
		pair, err := measure(ctx, ours, command{name: p.name + " " + p.version, args: p.plan(p.path, rules, "plan.json"), dir: dir}, runs)
		if err != nil {
			return err
		}
		pair.row(w)
		times := func(peak int64) float64 { return float64(peak) / float64(size) }
		fmt.Fprintf(&peaks, "Peak memory in times the plan's size: %.1f, %s %.1f.\n", times(pair.a.peak), p.name, times(pair.b.peak))
	}
	flux := filepath.Join(work, "flux")
	if err := manyReconcilers(flux); err != nil {
		return err
	}
	pair, err := measure(ctx, command{name: fmt.Sprintf("iac-diff, %d Flux objects", gitopsObjects), args: []string{gate, "iac-diff", "--quiet", "--no-cache"}, dir: flux},
		command{name: "k8s-readiness on the same", args: []string{gate, "k8s-readiness", "--quiet", "--no-cache"}, dir: flux}, runs)
	if err != nil {
		return err
	}
	pair.row(w)
	w.WriteString("\n" + peaks.String())
	return nil
}

// planFlag has this program write a plan and end.
const planFlag = "-write-plan"

// makePlan writes the plan, from a process of its own: Linux counts the memory of the one that starts a command as the command's.
func makePlan(ctx context.Context, file string) (size int64, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	if out, err := exec.CommandContext(ctx, self, planFlag, file).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("making a plan: %w: %s", err, out)
	}
	info, err := os.Stat(file)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func writePlan(file string) error { return os.WriteFile(file, synthetic.Plan(plannedChanges), 0o600) }

// manyReconcilers writes a quarter each of Kustomizations, Git repositories, Helm releases and Helm repositories, by the hundred
// in a file.
func manyReconcilers(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, "clusters"), 0o755); err != nil {
		return err
	}
	for file := range gitopsObjects / 100 {
		var text strings.Builder
		for i := file * 100; i < (file+1)*100; i += 4 {
			fmt.Fprintf(&text, `---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: app-%[1]d, namespace: team-%[2]d}
spec: {interval: 1m, url: "https://git.example.org/app-%[1]d", ref: {branch: main}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: app-%[1]d, namespace: team-%[2]d}
spec:
  interval: 5m
  prune: true
  path: ./apps/app-%[1]d
  sourceRef: {kind: GitRepository, name: app-%[1]d}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts-%[1]d, namespace: team-%[2]d}
spec: {interval: 1h, url: "https://charts.example.org/%[1]d"}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: chart-%[1]d, namespace: team-%[2]d}
spec:
  interval: 50m
  chart: {spec: {chart: web, version: "1.2.3", sourceRef: {kind: HelmRepository, name: charts-%[1]d}}}
  values: {replicas: 2, image: {tag: "1.2.3"}}
`, i, i%40)
		}
		if err := os.WriteFile(filepath.Join(dir, "clusters", fmt.Sprintf("%d.yaml", file)), []byte(text.String()), 0o600); err != nil {
			return err
		}
	}
	return nil
}
