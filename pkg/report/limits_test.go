package report_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

// manyNotes puts one error behind more notes than any reader takes: the error must come first and survive.
func manyNotes(n int) *finding.Report {
	r := &finding.Report{Gates: []finding.GateResult{{Name: "k8s-readiness", Status: finding.Fail}}}
	for range n {
		r.Findings = append(r.Findings, violation("GIT006", "a note", "", "n", at("a.yaml", 1, 1, 1, 2)))
	}
	r.Findings = append(r.Findings, violation("K8S010", "the error", "", "e", at("z.yaml", 1, 1, 1, 2)))
	return r
}

type sarifRead struct {
	Runs []struct {
		Results     []struct{ Level string }
		Invocations []struct {
			ExecutionSuccessful        bool
			ToolExecutionNotifications []struct{ Message struct{ Text string } }
		}
	}
}

func TestSARIFLimits(t *testing.T) {
	for n, want := range map[int][]string{
		100: nil, 6_000: {"keeps 5000"}, 30_000: {"5001 findings were left out", "keeps 5000"},
	} {
		var log sarifRead
		if err := json.Unmarshal([]byte(write(t, "sarif", report.Options{}, manyNotes(n))), &log); err != nil {
			t.Fatal(err)
		}
		run := log.Runs[0]
		if got := len(run.Results); got != min(n+1, 25_000) {
			t.Errorf("%d findings: %d results", n, got)
		}
		if run.Results[0].Level != "error" {
			t.Errorf("%d findings: the error is not first", n)
		}
		notes := run.Invocations[0].ToolExecutionNotifications
		if len(notes) != len(want) {
			t.Fatalf("%d findings: %d notifications, want %d", n, len(notes), len(want))
		}
		for i := range want {
			if !strings.Contains(notes[i].Message.Text, want[i]) {
				t.Errorf("%d findings: notification %q, want %q", n, notes[i].Message.Text, want[i])
			}
		}
	}
}

func TestSARIFIncompleteIsNotSuccessful(t *testing.T) {
	var log sarifRead
	r := green()
	r.Gates[0].Status, r.Gates[0].Reason = finding.Incomplete, "chart web does not render"
	if err := json.Unmarshal([]byte(write(t, "sarif", report.Options{}, r)), &log); err != nil {
		t.Fatal(err)
	}
	inv := log.Runs[0].Invocations[0]
	if inv.ExecutionSuccessful || len(inv.ToolExecutionNotifications) != 1 {
		t.Errorf("got %+v", inv)
	}
}

func TestMarkdownStaysBelowGitHubsLimit(t *testing.T) {
	r := manyNotes(30_000)
	out := write(t, "markdown", report.Options{}, r)
	if len(out) > 1<<20 || len(out) < 500_000 {
		t.Errorf("%d bytes", len(out))
	}
	for _, want := range []string{"the error", "notes left out", "How to fix them"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Count(out, "<details>") != strings.Count(out, "</details>") {
		t.Error("a fold does not close")
	}
}

// GitHub keeps ten annotations a level: they must show as many different rules as there are.
func TestGitHubShowsEveryRuleFirst(t *testing.T) {
	r := &finding.Report{}
	for range 30 {
		r.Findings = append(r.Findings, violation("K8S003", "m", "", "", at("a.yaml", 1)))
	}
	r.Findings = append(r.Findings, violation("K8S010", "m", "", "", at("z.yaml", 1)))
	lines := strings.Split(write(t, "github", report.Options{}, r), "\n")
	if lines[0] != "::group::cdbgate: 31 errors (annotations show 10 of them)" {
		t.Errorf("first line %q", lines[0])
	}
	if !strings.Contains(lines[1], "K8S003") || !strings.Contains(lines[2], "K8S010") {
		t.Errorf("second rule is not second:\n%s\n%s", lines[1], lines[2])
	}
}

func TestGitLabFingerprintsAreUnique(t *testing.T) {
	var issues []struct{ Fingerprint string }
	if err := json.Unmarshal([]byte(write(t, "gitlab", report.Options{}, manyNotes(2_000))), &issues); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, issue := range issues {
		if issue.Fingerprint == "" || seen[issue.Fingerprint] {
			t.Fatalf("fingerprint %q is not unique", issue.Fingerprint)
		}
		seen[issue.Fingerprint] = true
	}
	if len(seen) != 2_001 {
		t.Errorf("%d issues", len(seen))
	}
}

// A case fails exactly when its findings reach the threshold; what could not be evaluated is an error, not a failure.
func TestJUnitCountsAsTheExitStatusDoes(t *testing.T) {
	r := sample()
	r.Findings = append(r.Findings, finding.Finding{Rule: "API000", Gate: "openapi-drift", Severity: finding.Error, Message: "no YAML"})
	for failOn, want := range map[finding.Severity]string{
		finding.Error: `failures="4" errors="2" skipped="1"`, finding.Note: `failures="6" errors="2" skipped="1"`,
	} {
		out := write(t, "junit", report.Options{FailOn: failOn}, r)
		_, counts, _ := strings.Cut(out, "<testsuites ")
		if counts, _, _ = strings.Cut(counts, ">"); !strings.Contains(counts, want) {
			t.Errorf("fail on %s: %s, want %s", failOn, counts, want)
		}
	}
}

func TestFrames(t *testing.T) {
	long := strings.Repeat("x", 500) + "NEEDLE" + strings.Repeat("y", 500)
	opt := report.Options{Frames: true, Width: 60, FrameLines: 3, Source: func(path string) ([]byte, error) {
		return []byte(map[string]string{
			"long": long, "lines": strings.Repeat("line\n", 50), "secret": "user: x\npassword: hunter2\nother: y\n", "short": "a\n",
		}[path]), nil
	}}
	frame := func(findings ...finding.Finding) string {
		return write(t, "text", opt, &finding.Report{Findings: findings})
	}
	if out := frame(violation("K8S010", "m", "", "", at("long", 1, 501, 1, 507))); !strings.Contains(out, "xNEEDLEy") || !strings.Contains(out, " ^^^^^^\n") {
		t.Errorf("the range is out of sight:\n%s", out)
	}
	if out := frame(violation("K8S010", "m", "", "", at("lines", 10, 1, 41, 1))); strings.Count(out, "line\n") != 3 || !strings.Contains(out, "29 more lines") {
		t.Errorf("a long range is not cut:\n%s", out)
	}
	if out := frame(violation("K8S010", "m", "", "", at("short", 9, 1, 9, 2))); strings.Contains(out, "^") {
		t.Errorf("a frame beyond the file's end:\n%s", out)
	}
	secret := violation("K8S003", "m", "", "", at("secret", 2, 1, 2, 9))
	if out := frame(violation("K8S010", "m", "", "", at("secret", 1, 1, 1, 2)), secret); strings.Contains(out, "hunter2") || !strings.Contains(out, "user: x") {
		t.Errorf("a secret is shown, or nothing is:\n%s", out)
	}
}
