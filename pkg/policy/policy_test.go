package policy_test

import (
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/policy"
)

func TestEmbeddedCompiles(t *testing.T) {
	b, err := policy.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	e, err := b.Compile()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range e.Rules() {
		t.Log(r.ID, r.Title)
	}
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		bu, _ := policy.Embedded()
		if _, err := bu.Compile(); err != nil {
			b.Fatal(err)
		}
	}
}
