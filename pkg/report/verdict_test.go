package report_test

import (
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

func TestVerdict(t *testing.T) {
	fault := finding.Finding{Rule: "K8S000", Severity: finding.Error}
	violation := func(sev finding.Severity) finding.Finding { return finding.Finding{Rule: "K8S010", Severity: sev} }
	tests := []struct {
		name     string
		status   finding.Status
		findings []finding.Finding
		failOn   finding.Severity
		want     report.Outcome
		exit     int
	}{
		{"nothing", finding.Pass, nil, finding.Error, report.Passed, 0},
		{"skipped", finding.Skipped, nil, finding.Error, report.Passed, 0},
		{"below the threshold", finding.Pass, []finding.Finding{violation(finding.Warning)}, finding.Error, report.Passed, 0},
		{"at the threshold", finding.Fail, []finding.Finding{violation(finding.Warning)}, finding.Warning, report.Failed, 1},
		{"no threshold means error", finding.Fail, []finding.Finding{violation(finding.Note)}, "", report.Passed, 0},
		{"incomplete gate", finding.Incomplete, nil, finding.Error, report.Incomplete, 3},
		{"violation in an incomplete gate", finding.Incomplete, []finding.Finding{violation(finding.Error)}, finding.Error, report.Failed, 1},
		{"only a fault", finding.Incomplete, []finding.Finding{fault}, finding.Error, report.Incomplete, 3},
		{"a rule that says so", finding.Pass, []finding.Finding{{Rule: "DEL007", Severity: finding.Error, Incomplete: true}}, finding.Error, report.Incomplete, 3},
		{"a fault its gate forgot", finding.Pass, []finding.Finding{fault}, finding.Error, report.Incomplete, 3},
		{"a fault and a violation", finding.Fail, []finding.Finding{fault, violation(finding.Error)}, finding.Error, report.Failed, 1},
		{"unknown severity", finding.Pass, []finding.Finding{violation("fatal")}, finding.Error, report.Failed, 1},
		{"unknown status", "", nil, finding.Error, report.Incomplete, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &finding.Report{Gates: []finding.GateResult{{Name: "k8s-readiness", Status: tt.status}}, Findings: tt.findings}
			got := report.Verdict(r, tt.failOn)
			if got != tt.want || got.ExitCode() != tt.exit {
				t.Errorf("got %s, exit %d; want %s, exit %d", got, got.ExitCode(), tt.want, tt.exit)
			}
		})
	}
}

func TestUnevaluated(t *testing.T) {
	for rule, want := range map[string]bool{
		"K8S000": true, "IAC000": true, "K8S001": false, "K8S1000": false, "000": false, "": false, "K8S010": false,
	} {
		if got := report.Unevaluated(&finding.Finding{Rule: rule}); got != want {
			t.Errorf("Unevaluated(%q) = %v", rule, got)
		}
	}
}
