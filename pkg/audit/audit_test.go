package audit_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
)

// children are what the test binary does when it is started as a program of its own.
var children = map[string]func(ctx context.Context, path string){}

// TestMain runs a child instead of the tests when the environment names one. A child ends itself, whatever becomes of its parent.
func TestMain(m *testing.M) {
	if run, ok := children[os.Getenv("AUDIT_TEST_CHILD")]; ok {
		time.AfterFunc(20*time.Second, func() { os.Exit(3) })
		run(context.Background(), os.Getenv("AUDIT_TEST_LOG"))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// violation is an event whose fingerprint tells it from others.
func violation(fingerprint string) audit.Event {
	return audit.Event{Type: audit.ViolationType, Data: audit.Violation{
		Run: "R", Gate: "k8s-readiness", Rule: "K8S010", Clauses: []string{"INF-7"}, Severity: "error",
		Path: "k8s/web.yaml", Line: 12, Resource: "apps/v1 Deployment shop/web container web", Fingerprint: fingerprint,
	}}
}

// write makes a log of so many events, one append each, and returns its path and text.
func write(t testing.TB, events int) (string, []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	for i := range events {
		if _, err := audit.Append(t.Context(), path, []audit.Event{violation(fmt.Sprint("f", i))}); err != nil {
			t.Fatal(err)
		}
	}
	return path, read(t, path)
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// intact checks a log and returns what it is.
func intact(t testing.TB, path string) audit.Summary {
	t.Helper()
	s, err := audit.Verify(bytes.NewReader(read(t, path)))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return s
}
