package plan_test

import (
	"os"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
)

// TestRulesAgree evaluates each line of testdata/rules.txt over each of testdata/inputs.json, and over no input at all.
func TestRulesAgree(t *testing.T) {
	rules, err := os.ReadFile("testdata/rules.txt")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/inputs.json")
	if err != nil {
		t.Fatal(err)
	}
	inputs := []*ast.Term{nil}
	ast.MustParseTerm(string(text)).Value.(*ast.Array).Foreach(func(input *ast.Term) { inputs = append(inputs, input) })
	data := map[string]any{"base": map[string]any{"n": 1, "list": []any{1, "two", 3.0}, "k": "v"}}
	for line := range strings.Lines(string(rules)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		line, unplanned := strings.CutPrefix(line, "!")
		t.Run(line, func(t *testing.T) {
			e := both(t, "data.t.p", data, map[string]string{"t.rego": "package t\n" + strings.ReplaceAll(line, ";;", "\n")})
			if (e.program == nil) != unplanned {
				t.Fatalf("planned: %v", e.program != nil)
			}
			if unplanned {
				return
			}
			for _, input := range inputs {
				for range 2 { // the second time from what the first one kept
					if d := e.differ(input); d != "" {
						t.Fatalf("%v\n%s", input, d)
					}
				}
			}
		})
	}
}
