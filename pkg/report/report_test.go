package report_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const (
	baseID    = "1a2b3c4d5e6f708192a3b4c5d6e7f80910213243"
	digest    = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	container = "apps/v1 Deployment default/web container web"
)

// source is what the sample's findings point into.
var source = map[string]string{
	"k8s/web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
          image: registry.example/web:1.4.2
          env:
            - name: DB_PASSWORD
              value: hunter2
`,
	"k8s/wörker.yaml": "# 工作 \tworker\nkind: Pod\nspec:\n\tcontainers: 名前 { name: worker }\n",
}

func readSource(path string) ([]byte, error) {
	text, ok := source[path]
	if !ok {
		return nil, errors.New("no such file")
	}
	return []byte(text), nil
}

func at(path string, numbers ...int) *finding.Location {
	l := &finding.Location{Path: path}
	for i, p := range []*int{&l.StartLine, &l.StartColumn, &l.EndLine, &l.EndColumn} {
		if i < len(numbers) {
			*p = numbers[i]
		}
	}
	return l
}

var rules = []finding.Rule{
	{
		ID: "K8S003", Gate: "k8s-readiness", Title: "No secret is a literal environment value", Severity: finding.Error,
		Description: "A password in a manifest is readable by everyone who can read the repository.",
		Clauses:     []string{"INF-7", "INF-8"}, Remediation: "Move the value into a Secret and reference it.",
	},
	{
		ID: "K8S010", Gate: "k8s-readiness", Title: "Long-running containers have a readiness probe", Severity: finding.Error,
		Description: "Without one, traffic reaches a container that cannot serve it yet.",
		Clauses:     []string{"INF-7"},
		Remediation: "Add a readinessProbe that asks the endpoint the container serves, with a period that fits its start.",
	},
	{
		ID: "K8S013", Gate: "k8s-readiness", Title: "Liveness and readiness differ", Severity: finding.Warning,
		Clauses: []string{"INF-7"}, Remediation: "Let the two probes ask different things.",
	},
	{
		ID: "DEL001", Gate: "delivery-gate", Title: "A delivery is approved", Severity: finding.Error,
		Clauses: []string{"GOV-4"}, Remediation: "Ask a signer to approve the delivery.",
	},
	{ID: "API001", Gate: "openapi-drift", Title: "The specification is the generated one", Severity: finding.Error},
	{ID: "API000", Gate: "openapi-drift", Title: "Could be evaluated", Severity: finding.Error},
	{ID: "GIT006", Gate: "iac-diff", Title: "Drift fixes are recorded", Severity: finding.Note, Clauses: []string{"INF-3.3"}},
}

func violation(id, message, resource, fingerprint string, l *finding.Location) finding.Finding {
	f := finding.Finding{Rule: id, Message: message, Resource: resource, Location: l, Fingerprint: fingerprint}
	for _, rule := range rules {
		if rule.ID == id {
			f.Title, f.Severity, f.Gate = rule.Title, rule.Severity, rule.Gate
			f.Clauses, f.Remediation = rule.Clauses, rule.Remediation
		}
	}
	return f
}

// sample is a run with everything in it: several severities, files, a finding without a place, a skipped gate and one
// that could not judge all.
func sample() *finding.Report {
	r := &finding.Report{
		SchemaVersion: 1,
		Tool:          finding.Tool{Name: "cdbgate", Version: "1.2.3"},
		Repository: finding.Repository{
			Head: "worktree", HeadCommit: strings.Repeat("c0ffee", 7)[:40], Base: baseID, BaseRef: "origin/main", BaseSource: "GITHUB_BASE_REF", Trusted: baseID,
			Notes: []string{"2 files changed by this run's head decide about it: .cdbgate.yaml, .gitleaksignore"},
		},
		Policy:   finding.Policy{Source: "embedded", Digest: digest, Rules: 48},
		Config:   finding.Config{Source: ".cdbgate.yaml", Digest: digest},
		Weakened: []string{"--allow-network: what is fetched is no part of the repository"},
		Mode:     "delivery",
		Gates: []finding.GateResult{
			{Name: "k8s-readiness", Status: finding.Fail, Documents: 12, DurationMS: 3},
			{Name: "delivery-gate", Status: finding.Fail, Documents: 1, DurationMS: 1},
			{Name: "iac-diff", Status: finding.Pass, Documents: 4, DurationMS: 1},
			{Name: "sbom-sign", Status: finding.Skipped, Reason: "the config names no artifact"},
			{Name: "secret-scan", Status: finding.Incomplete, Reason: "the history is shallow: 3 of 40 commits", Documents: 3},
			{Name: "openapi-drift", Status: finding.Pass, Documents: 1, DurationMS: 2},
		},
		Findings: []finding.Finding{
			violation("DEL001", "this delivery has no approval", "", "f0", nil),
			violation("K8S010", `container "web" has no readinessProbe`, container, "f1", at("k8s/web.yaml", 9, 11, 10, 45)),
			violation("K8S013", "both probes ask GET /healthz", container, "f2", at("k8s/web.yaml", 10, 11, 10, 16)),
			violation("K8S003", "DB_PASSWORD holds its value in plain text", container, "f3", at("k8s/web.yaml", 13, 15, 13, 29)),
			violation("K8S010", `container "worker" has no readinessProbe`, "v1 Pod default/worker", "f4", at("k8s/wörker.yaml", 4, 14, 4, 34)),
			violation("GIT006", "", "", "f5", at("k8s/wörker.yaml")),
		},
		Rules: rules,
	}
	for _, f := range r.Findings {
		switch f.Severity {
		case finding.Error:
			r.Summary.Error++
		case finding.Warning:
			r.Summary.Warning++
		default:
			r.Summary.Note++
		}
	}
	return r
}

// green is a run that found nothing.
func green() *finding.Report {
	r := sample()
	r.Findings, r.Summary = nil, finding.Summary{}
	r.Gates = []finding.GateResult{
		{Name: "k8s-readiness", Status: finding.Pass, Documents: 12, DurationMS: 3},
		{Name: "iac-diff", Status: finding.Skipped, Reason: "nothing to look at"},
	}
	r.Repository = finding.Repository{Head: "files", Trusted: "files"}
	r.Mode, r.Config, r.Weakened = "", finding.Config{}, nil
	return r
}

func write(t testing.TB, format string, opt report.Options, r *finding.Report) string {
	t.Helper()
	w, err := report.New(format, opt)
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := w.Write(&buf, r); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return buf.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: run the test with -update", err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run the test with -update if that is meant. Got:\n%s", name, got)
	}
}

func TestGolden(t *testing.T) {
	extension := map[string]string{
		"text": "txt", "json": "json", "sarif": "sarif", "junit": "xml", "github": "github.txt", "gitlab": "gitlab.json", "markdown": "md",
	}
	for _, format := range report.Formats() {
		t.Run(format, func(t *testing.T) {
			golden(t, "sample."+extension[format], write(t, format, report.Options{}, sample()))
			golden(t, "green."+extension[format], write(t, format, report.Options{}, green()))
		})
	}
	variants := map[string]report.Options{
		"frames":  {Frames: true, Source: readSource, Width: 60},
		"color":   {Color: true, Source: readSource, FrameLines: 2},
		"verbose": {Verbose: true},
		"quiet":   {Quiet: true},
	}
	for name, opt := range variants {
		t.Run("text "+name, func(t *testing.T) {
			golden(t, "sample."+name+".txt", write(t, "text", opt, sample()))
		})
	}
}

// Two writes of one report are the same bytes: nothing may depend on a map's order.
func TestStable(t *testing.T) {
	for _, format := range report.Formats() {
		first := write(t, format, report.Options{}, sample())
		for range 5 {
			if write(t, format, report.Options{}, sample()) != first {
				t.Fatalf("%s: two writes differ", format)
			}
		}
	}
}

func TestNewUnknownFormat(t *testing.T) {
	for typed, want := range map[string]string{
		"jsno": `did you mean "json"?`, "JSON": `did you mean "json"?`, "md": "known formats: text, github", "mark": `"markdown"`,
		"": "known formats", strings.Repeat("sarif", 1e5): "known formats",
	} {
		if _, err := report.New(typed, report.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New(%.20q): %.200v, want %s", typed, err, want)
		}
	}
}

func TestQuiet(t *testing.T) {
	if got := write(t, "text", report.Options{Quiet: true}, green()); got != "" {
		t.Errorf("a green quiet run printed %q", got)
	}
	r := green()
	r.Gates[0].Status, r.Gates[0].Reason = finding.Incomplete, "chart web does not render"
	if got := write(t, "text", report.Options{Quiet: true}, r); !strings.Contains(got, "chart web does not render") {
		t.Errorf("a quiet run hid an incomplete gate: %q", got)
	}
}
