package audit_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// TestEvents: only drift is an event, each with its own plan's facts, and no value is among them.
func TestEvents(t *testing.T) {
	drift := func(action string) finding.ResourceChange {
		return finding.ResourceChange{Address: "a.b", Action: action, More: 2, Attributes: []finding.AttributeChange{{Path: "tags.owner", Before: "canary", After: "canary"}}}
	}
	r := &finding.Report{
		Repository: finding.Repository{Head: "worktree"},
		Plans: []finding.Plan{
			{Root: "one", Digest: "sha256:1", Drift: []finding.ResourceChange{drift("update")}},
			{Root: "two", Digest: "sha256:2", Drift: []finding.ResourceChange{drift("delete")}},
		},
		Findings: []finding.Finding{
			{Rule: "IAC003", Resource: "a.b", Message: "canary", Clauses: []string{"INF-3.3"}, Fingerprint: "f1"},
			{Rule: "IAC004", Resource: "a.b"},
			{Rule: "IAC003", Resource: "a.b", Clauses: []string{"INF-3.3"}, Fingerprint: "f2"},
			{Rule: "IAC003", Resource: "c.d", Clauses: []string{"INF-3.3"}, Fingerprint: "f3"},
		},
	}
	text, err := json.Marshal(audit.Events(r))
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"type":"io.cdbgate.drift.v1","data":{"head":"worktree","root":"one","plan":"sha256:1","resource":"a.b","action":"update","attributes":["tags.owner"],"more":2,"rule":"IAC003","clauses":["INF-3.3"],"fingerprint":"f1"}},` +
		`{"type":"io.cdbgate.drift.v1","data":{"head":"worktree","root":"two","plan":"sha256:2","resource":"a.b","action":"delete","attributes":["tags.owner"],"more":2,"rule":"IAC003","clauses":["INF-3.3"],"fingerprint":"f2"}},` +
		`{"type":"io.cdbgate.drift.v1","data":{"head":"worktree","resource":"c.d","rule":"IAC003","clauses":["INF-3.3"],"fingerprint":"f3"}}]`
	if string(text) != want {
		t.Errorf("%s\nwant\n%s", text, want)
	}
	if strings.Contains(string(text), "canary") {
		t.Error("a value is part of an event")
	}
}
