package k8sreadiness_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/config"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/gate/k8sreadiness"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// BenchmarkJudge judges one Deployment that breaks several rules, facts and evaluation only. CDBGATE_BENCH_POLICY names
// another bundle to compare.
func BenchmarkJudge(b *testing.B) {
	dir := b.TempDir()
	text, err := os.ReadFile("../../../testdata/repos/shop/k8s/orders.yaml")
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "orders.yaml"), text, 0o644); err != nil {
		b.Fatal(err)
	}
	r, err := repo.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	snapshot, err := r.Worktree(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	bundle, err := policy.Embedded()
	if other := os.Getenv("CDBGATE_BENCH_POLICY"); other != "" {
		bundle, err = policy.Load(os.DirFS(other), other)
	}
	if err != nil {
		b.Fatal(err)
	}
	run := &gate.Run{
		Snapshot: snapshot, Scope: func(string) bool { return true }, Config: &config.Config{}, Bundle: bundle, Jobs: 1,
		Now: time.Unix(0, 0), FailOn: finding.Error,
	}
	collection, err := k8sreadiness.Gate{}.Collect(context.Background(), run)
	if err != nil {
		b.Fatal(err)
	}
	engine, err := run.Engine()
	if err != nil {
		b.Fatal(err)
	}
	session, err := engine.Open(context.Background(), "k8s-readiness")
	if err != nil {
		b.Fatal(err)
	}
	subject := collection.Subjects[0]
	b.Run("facts", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			subject.Input()
		}
	})
	input := subject.Input()
	b.Run("rules", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := session.Eval(context.Background(), input); err != nil {
				b.Fatal(err)
			}
		}
	})
}
