package report_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

// hostile is everything a repository might put into a name to take over where it is shown.
const hostile = "::stop-commands::x\n::stop-commands::x\r\n  ::error::x\u2028::add-mask::x ##[stop-commands]x ##vso[task.setvariable]x " +
	"\x1b[2J\x1b]0;x\x07\b\x00\x7f \u009b31m ]]> <![CDATA[ <script>&amp; | `x` ``` [a](javascript:x) ![b](c) @octocat #1 www.example.org " +
	"https://example.org \u202eevil\u202c \u2066x\u2069 \u200b\ufeff \U000e0041 \xff\xc3( \uffff % , : = ü 名 {0} *x* _x_ ~x~ $x$ \\ \t"

func hostileReport(message, resource, path string) *finding.Report {
	mk := func(sev finding.Severity, l *finding.Location) finding.Finding {
		return finding.Finding{
			Rule: path, Title: message, Severity: sev, Gate: resource, Message: message, Remediation: message + message,
			Clauses: []string{resource, path, message}, Resource: resource, Location: l, Fingerprint: resource,
		}
	}
	return &finding.Report{
		Tool: finding.Tool{Name: message, Version: resource},
		Repository: finding.Repository{
			Head: path, HeadCommit: message, Base: resource, BaseRef: message, BaseSource: message, Trusted: path, Subdirectory: path, Notes: []string{message, resource, path},
		},
		Policy: finding.Policy{Source: path, Digest: message},
		Config: finding.Config{Source: message, Digest: resource}, Weakened: []string{path, message},
		Mode: finding.Mode(resource),
		Gates: []finding.GateResult{
			{Name: message, Status: finding.Incomplete, Reason: resource},
			{Name: path, Status: finding.Skipped, Reason: message},
			{Name: resource, Status: finding.Fail, Reason: path},
			{Name: "odd", Status: finding.Status(message)},
		},
		Findings: []finding.Finding{
			mk(finding.Error, at(path, 3, 4, 3, 9)), mk(finding.Error, at(path, 3, 4, 3, 9)), mk(finding.Warning, at(path)),
			mk(finding.Note, nil), mk(finding.Severity(message), at(path, 7, -2, 3, 1)),
			{Rule: "K8S000", Message: message},
		},
		Rules: []finding.Rule{{
			ID: path, Gate: resource, Title: message, Description: message, Severity: "x", Clauses: []string{path, path}, Remediation: resource,
		}},
	}
}

func hostileSource(string) ([]byte, error) { return []byte(strings.Repeat(hostile+"\n", 3)), nil }

var hostileOptions = report.Options{Frames: true, Source: hostileSource, Verbose: true}

func TestHostile(t *testing.T) {
	reports := map[string]*finding.Report{
		"everything": hostileReport(hostile, hostile, hostile),
		"long":       longReport(),
		"path":       hostileReport("m", "r", "a b/ü%20#x?y/:z&<>.yaml"),
		"bare":       hostileReport("::stop-commands::x", "::x::", "::stop-commands::x"),
		"spaced":     hostileReport(" \u00a0::stop-commands::x", "\u3000::x::", "\u00a0::stop-commands::x"),
		"empty":      hostileReport("", "", ""),
		"nothing":    {},
		"sample":     sample(),
	}
	for name, r := range reports {
		for _, format := range report.Formats() {
			t.Run(format+" "+name, func(t *testing.T) { check(t, format, write(t, format, hostileOptions, r)) })
		}
	}
}

// longReport has a megabyte wherever a repository may put one.
func longReport() *finding.Report {
	long := strings.Repeat(hostile, 1<<20/len(hostile))
	r := hostileReport("message", "resource", "path")
	r.Gates[0].Reason = long
	r.Findings[0].Message = long
	r.Findings[1].Resource = long
	r.Findings[2].Location = at(long, 1, 2, 3, 4)
	return r
}

// check asserts what every output of a format must be, whatever was in the report.
func check(t *testing.T, format, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Error("not UTF-8")
	}
	for i, c := range out {
		if c != '\n' && (unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || c == '\u2028' || c == '\u2029') {
			t.Fatalf("%U at %d: %q", c, i, excerpt(out, i))
		}
	}
	if out != "" && !strings.HasSuffix(out, "\n") {
		t.Error("the last line does not end")
	}
	for line := range strings.Lines(out) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") && (format != "github" || !ownCommand.MatchString(line)) {
			t.Errorf("a workflow command got through: %.200q", line)
		}
	}
	if i := logMarker.FindStringIndex(out); i != nil {
		t.Errorf("a log marker got through: %q", excerpt(out, i[0]))
	}
	switch format {
	case "json", "gitlab":
		if !json.Valid([]byte(out)) {
			t.Error("not JSON")
		}
	case "sarif":
		validateSARIF(t, out)
	case "junit":
		validateJUnit(t, out)
	case "markdown":
		checkMarkdown(t, out)
	}
}

var (
	ownCommand = regexp.MustCompile(`^::(?:(?:error|warning|notice) (?:file=[^:,]+(?:,(?:line|col|endLine|endColumn)=\d+)*,)?title=[^:,]*::.*|` +
		`group::cdbgate: .*|endgroup::)\n$`)
	logMarker = regexp.MustCompile(`##[A-Za-z]*\[`)
	ownLink   = regexp.MustCompile(`\[[A-Za-z0-9]+\]\(https://github\.com/claire-de-binare/cdbgate/blob/main/docs/rules/[A-Za-z0-9]+\.md\)`)
	ownTags   = regexp.MustCompile(`</?(?:code|details|summary)>|<br>`)
	reference = regexp.MustCompile(`&#\d+;`)
	prefix    = regexp.MustCompile(`^(?:#{2,3} |- \*\*[a-z]+:\*\* )`)
)

// checkMarkdown takes away the markup that is ours; what is left must hold none.
func checkMarkdown(t *testing.T, out string) {
	t.Helper()
	if len(out) > 1<<20 {
		t.Errorf("%d bytes: GitHub drops it", len(out))
	}
	columns := 0
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		pipes := strings.Count(line, "|")
		if strings.HasPrefix(line, "|") && columns != 0 && pipes != columns {
			t.Errorf("%d columns where the table has %d: %.300q", pipes-1, columns-1, line)
		}
		columns = pipes
		line = prefix.ReplaceAllString(ownLink.ReplaceAllString(ownTags.ReplaceAllString(line, ""), ""), "")
		line = strings.ReplaceAll(reference.ReplaceAllString(line, ""), "|", "")
		if i := strings.IndexAny(line, "\\`*_[]<>#@&$~"); i >= 0 || strings.Contains(line, "://") || strings.Contains(line, "www.") {
			t.Errorf("markup got through: %.300q", line)
		}
	}
}

func validateJUnit(t *testing.T, out string) {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(out))
	for {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("not XML: %v", err)
		}
	}
	if strings.Contains(out, "]]>") {
		t.Error("]]> in text is no XML")
	}
}

var sarifSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	f, err := os.Open("testdata/schema/sarif-2.1.0-rtm.5.json")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("sarif.json")
})

func validateSARIF(t *testing.T, out string) {
	t.Helper()
	schema, err := sarifSchema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(doc); err != nil {
		t.Errorf("not SARIF 2.1.0: %.2000v", err)
	}
}

func excerpt(s string, i int) string { return s[max(i-40, 0):min(i+40, len(s))] }

func FuzzWriters(f *testing.F) {
	f.Add(hostile, hostile, hostile)
	f.Add("message", "v1 Pod a/b", "k8s/web.yaml")
	f.Add("::a::", "##[b]", "://c")
	f.Add("#", "##", "##\x1b[")
	f.Fuzz(func(t *testing.T, message, resource, path string) {
		r := hostileReport(message, resource, path)
		for _, format := range report.Formats() {
			check(t, format, write(t, format, hostileOptions, r))
		}
	})
}
