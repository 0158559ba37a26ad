package policy_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/claire-de-binare/cdbgate/pkg/policy"
)

func embedded(t testing.TB) *policy.Bundle {
	t.Helper()
	b, err := policy.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestRules runs the rules' own tests: all pass, nearly all lines are evaluated, and every rule denies somewhere.
func TestRules(t *testing.T) {
	r, err := embedded(t).Test(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range r.Results {
		if !test.Passed {
			t.Errorf("%s:%d: %s: %s", test.File, test.Line, test.Name, test.Error)
		}
	}
	if r.Coverage <= 95 || len(r.Unfailed) > 0 {
		t.Errorf("%.1f %% of the lines covered; rules that deny in no test: %v", r.Coverage, r.Unfailed)
	}
}

// TestPages holds each rule's page against its metadata.
func TestPages(t *testing.T) {
	b := embedded(t)
	e, err := b.Compile()
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]bool{}
	for _, r := range e.Rules() {
		name := "../../docs/rules/" + r.ID + ".md"
		pages[r.ID+".md"] = true
		text, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
			continue
		}
		params := "none"
		if len(r.Params) > 0 {
			params = "`" + strings.Join(r.Params, "`, `") + "`"
		}
		for _, want := range []string{
			fmt.Sprintf("# %s: %s\n", r.ID, r.Title), fmt.Sprintf("| severity | %s |\n", r.Severity), fmt.Sprintf("| gate | %s |\n", r.Gate),
			fmt.Sprintf("| clauses | %s |\n", strings.Join(r.Clauses, ", ")), fmt.Sprintf("| parameters | %s |\n", params),
			"\n## What it says\n", "\n## Why\n", "\n## Avoid\n", "\n## Prefer\n", "\n## Parameters\n", "\n## Notes\n",
		} {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s does not hold %q", name, want)
			}
		}
		for _, p := range r.Params {
			if _, known := b.Params()[p]; !known {
				t.Errorf("%s names the parameter %q, which data.yaml does not have", r.ID, p)
			}
		}
	}
	entries, err := os.ReadDir("../../docs/rules")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !pages[e.Name()] {
			t.Errorf("docs/rules/%s describes no rule", e.Name())
		}
	}
}

// TestDigest: everything that decides is in the digest, tests are not.
func TestDigest(t *testing.T) {
	files := fstest.MapFS{
		"data.yaml": {Data: []byte("cdbgate: {params: {a: 1}}")}, "a.rego": {Data: []byte("package cdbgate.lib")},
		"a_test.rego": {Data: []byte("package cdbgate.lib_test")},
	}
	load := func() *policy.Bundle {
		b, err := policy.Load(files, "test")
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	first := load().Digest()
	files["a_test.rego"] = &fstest.MapFile{Data: []byte("package cdbgate.other_test")}
	if load().Digest() != first {
		t.Error("a test changes the digest")
	}
	overridden, err := load().WithParams(map[string]any{"a": 2}, "f")
	if err != nil || overridden.Digest() == first {
		t.Errorf("an override does not change the digest (%v)", err)
	}
	if load().Params()["a"] != float64(1) {
		t.Error("an override changes the bundle it was made from")
	}
	files["a.rego"] = &fstest.MapFile{Data: []byte("package cdbgate.lib\n")}
	second := load().Digest()
	files["data.yaml"] = &fstest.MapFile{Data: []byte("cdbgate: {params: {a: 2}}")}
	if second == first || load().Digest() == second {
		t.Error("the digest misses a module or the data")
	}
}

// TestLoadRefuses: what would silently be no rule or no data.
func TestLoadRefuses(t *testing.T) {
	for want, files := range map[string]fstest.MapFS{
		"no *.rego file":            {"data.yaml": {Data: []byte("cdbgate: {params: {}}")}},
		"must hold cdbgate.params":  {"a.rego": {Data: []byte("package cdbgate.lib")}},
		"is not read under this":    {"a.REGO": {Data: []byte("package cdbgate.lib")}},
		"data.json: is not read":    {"a.rego": {}, "data.json": {Data: []byte("{}")}},
		"data.yaml: error":          {"a.rego": {}, "data.yaml": {Data: []byte("a: 1\na: 2")}},
		`parameter "a" is not`:      {"a.rego": {}, "data.yaml": {Data: []byte("cdbgate: {params: {a: 1}}")}, "params.schema.json": {Data: []byte(`{"properties": {}}`)}},
		`parameter "b" of`:          {"a.rego": {}, "data.yaml": {Data: []byte("cdbgate: {params: {}}")}, "params.schema.json": {Data: []byte(`{"properties": {"b": {}}}`)}},
		"a: validating":             {"a.rego": {}, "data.yaml": {Data: []byte("cdbgate: {params: {a: x}}")}, "params.schema.json": {Data: []byte(`{"properties": {"a": {"type": "integer"}}}`)}},
		"a: \"(\" is no RE2":        {"a.rego": {}, "data.yaml": {Data: []byte("cdbgate: {params: {a: [x, '(']}}")}, "params.schema.json": {Data: []byte(`{"properties": {"a": {"type": "array", "items": {"format": "regex"}}}}`)}},
		"a: b: \"[\" is no glob":    {"a.rego": {}, "data.yaml": {Data: []byte("cdbgate: {params: {a: {b: ['[']}}}")}, "params.schema.json": {Data: []byte(`{"properties": {"a": {"type": "object", "additionalProperties": {"items": {"format": "glob"}}}}}`)}},
		"a.rego: larger than":       {"a.rego": {Data: make([]byte, 5<<20)}},
		"params.schema.json: inval": {"a.rego": {}, "data.yaml": {Data: []byte("cdbgate: {params: {}}")}, "params.schema.json": {Data: []byte(`x`)}},
	} {
		if _, err := policy.Load(files, "test"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		if _, err := embedded(b).Compile(); err != nil {
			b.Fatal(err)
		}
	}
}
