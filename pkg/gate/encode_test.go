package gate

import (
	"reflect"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

func example() *cached {
	rule := finding.Rule{
		ID: "K8S010", Gate: "k8s-readiness", Title: "title", Description: "what", Severity: finding.Error,
		Clauses: []string{"INF-7", "GOV-2"}, Remediation: "do", Params: []string{"a"},
	}
	at := func(f finding.Finding) finding.Finding {
		f.Rule, f.Title, f.Severity, f.Gate, f.Clauses, f.Remediation = rule.ID, rule.Title, rule.Severity, rule.Gate, rule.Clauses, rule.Remediation
		return f
	}
	return &cached{
		All: 48, Rules: []finding.Rule{rule, {ID: "K8S011"}},
		Result: Result{
			Gate:        finding.GateResult{Name: "k8s-readiness", Status: finding.Incomplete, Reason: "1 could not be evaluated", Documents: 3},
			Reconcilers: []finding.Reconciler{{Resource: "r", CommitToCluster: "1m", DriftToRepair: "never: so", Path: "p", Line: 3}, {}},
			Leaks: []finding.Leak{
				{Rule: "jwt", Description: "d", Path: "p", Line: 2, Commit: "c", AuthorDate: "a", Merge: true, Entropy: 3.5, Tags: []string{"t"}, Fingerprint: "f"},
				{Decoded: true, Accepted: true},
			},
			Hidden: []finding.Location{{Path: "p", StartLine: 1, StartColumn: 2, EndLine: 3, EndColumn: 4}},
			Findings: []finding.Finding{
				at(finding.Finding{Message: "masked", Excerpt: "key = ********"}),
				at(finding.Finding{Message: "m\x00ü", Resource: "r", Fingerprint: "f", Location: &finding.Location{Path: "p", StartLine: 1, StartColumn: 2, EndLine: 300, EndColumn: 4}}),
				at(finding.Finding{Message: "nowhere"}),
				at(finding.Finding{Message: "a file", Location: &finding.Location{Path: "p"}}),
			},
		},
	}
}

func TestEncodeRoundTrip(t *testing.T) {
	want := example()
	got, err := decode(encode(want))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

// FuzzDecode: whatever lies in the cache is an entry or an error, never a panic and never half an entry.
func FuzzDecode(f *testing.F) {
	text := encode(example())
	f.Add(text)
	for cut := range len(text) {
		f.Add(text[:cut])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := decode(b); err == nil {
			if again, err := decode(encode(c)); err != nil || !reflect.DeepEqual(again, c) {
				t.Errorf("does not survive a second time: %v", err)
			}
		}
	})
}
