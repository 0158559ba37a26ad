package audit_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// TestEvents: the run, then each finding, drift with its own plan's facts, and no value or message is among them.
func TestEvents(t *testing.T) {
	drift := func(action string) finding.ResourceChange {
		return finding.ResourceChange{Address: "a.b", Action: action, More: 2, Attributes: []finding.AttributeChange{{Path: "tags.owner", Before: "canary", After: "canary"}}}
	}
	r := &finding.Report{
		Tool:       finding.Tool{Version: "v1"},
		Repository: finding.Repository{Head: "worktree", HeadCommit: "c0", Base: "b0", Trusted: "b0"},
		Policy:     finding.Policy{Digest: "sha256:p", Source: "canary"},
		Config:     finding.Config{Digest: "sha256:c", Source: "canary"},
		Weakened:   []string{"--policy replaces the embedded rules by canary"},
		Mode:       finding.Analysis,
		Gates:      []finding.GateResult{{Name: "iac-diff", Status: finding.Fail, Reason: "canary"}},
		Plans: []finding.Plan{
			{Root: "one", Digest: "sha256:1", Drift: []finding.ResourceChange{drift("update")}},
			{Root: "two", Digest: "sha256:2", Drift: []finding.ResourceChange{drift("delete")}},
		},
		Findings: []finding.Finding{
			{Rule: "IAC003", Gate: "iac-diff", Severity: "error", Resource: "a.b", Message: "canary", Clauses: []string{"INF-3.3"}, Fingerprint: "f1", Location: &finding.Location{Path: "one/main.tf", StartLine: 7}},
			{Rule: "IAC004", Gate: "iac-diff", Severity: "warning", Resource: "a.b", Excerpt: "canary", Remediation: "canary", Title: "canary", Fingerprint: "f4", Location: &finding.Location{Path: "one/main.tf", StartLine: 7}},
			{Rule: "IAC003", Gate: "iac-diff", Severity: "error", Resource: "a.b", Clauses: []string{"INF-3.3"}, Fingerprint: "f2"},
			{Rule: "IAC003", Gate: "iac-diff", Severity: "error", Resource: "c.d", Clauses: []string{"INF-3.3"}, Fingerprint: "f3"},
			{Rule: "K8S000", Gate: "k8s-readiness", Severity: "error", Incomplete: true, Resource: strings.Repeat("ä", 4000)},
		},
		Summary: finding.Summary{Error: 4, Warning: 1},
	}
	events := audit.Events(r, audit.Outcome{Verdict: "failed", Exit: 1, FailOn: "error", CI: &audit.CI{System: "github", Run: "12"}})
	text, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	run := events[0].Data.(audit.Run).Run
	if len(run) != 26 || strings.Count(string(text), run) != 6 {
		t.Errorf("the run's id %q stands %d times among %d events", run, strings.Count(string(text), run), len(events))
	}
	want := `[{"type":"io.cdbgate.run.v1","data":{"run":"R","tool":"v1","gates":[{"name":"iac-diff","status":"fail"}],"head":"worktree","head_commit":"c0","base":"b0","trusted":"b0","policy":"sha256:p","config":"sha256:c","weakened":["--policy"],"mode":"analysis","fail_on":"error","verdict":"failed","exit":1,"found":{"error":4,"note":0,"warning":1},"events":5,"ci":{"system":"github","run":"12"}}},` +
		`{"type":"io.cdbgate.drift.v1","data":{"run":"R","gate":"iac-diff","rule":"IAC003","clauses":["INF-3.3"],"severity":"error","head":"worktree","root":"one","plan":"sha256:1","path":"one/main.tf","line":7,"resource":"a.b","action":"update","attributes":["tags.owner"],"more":2,"fingerprint":"f1"}},` +
		`{"type":"io.cdbgate.violation.v1","data":{"run":"R","gate":"iac-diff","rule":"IAC004","clauses":[],"severity":"warning","path":"one/main.tf","line":7,"resource":"a.b","fingerprint":"f4"}},` +
		`{"type":"io.cdbgate.drift.v1","data":{"run":"R","gate":"iac-diff","rule":"IAC003","clauses":["INF-3.3"],"severity":"error","head":"worktree","root":"two","plan":"sha256:2","resource":"a.b","action":"delete","attributes":["tags.owner"],"more":2,"fingerprint":"f2"}},` +
		`{"type":"io.cdbgate.drift.v1","data":{"run":"R","gate":"iac-diff","rule":"IAC003","clauses":["INF-3.3"],"severity":"error","head":"worktree","resource":"c.d","fingerprint":"f3"}},` +
		`{"type":"io.cdbgate.violation.v1","data":{"run":"R","gate":"k8s-readiness","rule":"K8S000","clauses":[],"severity":"error","incomplete":true,"resource":"` + strings.Repeat("ä", 2048) + `…","fingerprint":""}}]`
	if got := strings.ReplaceAll(string(text), run, "R"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if strings.Contains(string(text), "canary") {
		t.Error("a value or a message is part of an event")
	}
}
