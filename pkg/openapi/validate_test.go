package openapi

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// problems lists what validating a tree brings up: identifier, operation, file and line.
func problems(t *testing.T, files tree) (list []string, full []Problem) {
	t.Helper()
	found, err := Validate(t.Context(), loaded(t, files))
	if err != nil {
		t.Fatalf("Validate: %v", err)
	}
	for _, p := range found {
		list = append(list, fmt.Sprintf("%s %s %s:%d", p.ID, p.Operation, strings.TrimPrefix(p.Place.Path, "api/"), p.Place.Range.Start.Line))
	}
	return list, found
}

func TestSoundIsValid(t *testing.T) {
	for _, version := range []string{"3.0", "3.1"} {
		for _, several := range []bool{false, true} {
			got, full := problems(t, filled(version, several, slots{}))
			for i, p := range full {
				if p.Level == Error {
					t.Errorf("%s: %s: %s", version, got[i], p.Text)
				}
			}
		}
	}
}

// TestSeveralProblems has several faults in one description; each is told at its own line, in one run.
func TestSeveralProblems(t *testing.T) {
	const faulty = `openapi: VERSION
info: {title: T, version: '1'}
paths:
  /a/{id}:
    get:
      operationId: same
      responses: {'200': {description: ok}}
  /b:
    get:
      operationId: same
      parameters:
      - {name: q, in: nowhere, schema: {type: string}}
      responses: {'200': {description: ok}}
    post:
      responses:
        '200': {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}
  /c:
    get:
      responses: {'200': {$ref: 'parts.yaml#/r'}}
components:
  schemas:
    A: {type: sting}
    B:
      type: string
      pattern: '['
`
	const want = `path-parameters-mismatch  openapi.yaml:4
duplicate-operation-id  openapi.yaml:10
parameter-in-invalid GET /b openapi.yaml:12
response-description-required POST /b openapi.yaml:16
schema-type-unsupported  openapi.yaml:22
schema-pattern-regex-invalid  openapi.yaml:25
schema-type-unsupported GET /c parts.yaml:4`
	for _, version := range []string{"3.0.3", "3.1.0"} {
		got, full := problems(t, one(strings.Replace(faulty, "VERSION", version, 1)).with(tree{"api/parts.yaml": "r:\n  description: ok\n  content: {application/json: {schema:\n    {type: strung}}}\n"}))
		if strings.Join(got, "\n") != want {
			t.Errorf("%s: got\n%s\nof %+v", version, strings.Join(got, "\n"), full)
		}
	}
}

func TestUnbuildable(t *testing.T) {
	got, full := problems(t, one(`openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /a:
    get: [wrong]
  /b:
    get:
      parameters: {}
      responses: {'200': {description: ok}}
  /c:
    get:
      responses: {'200': {description: ok, content: {a/b: {schema: {$ref: '#/components/schemas/Wrong'}}}}}
  /d:
    get:
      responses: {'200': {description: ok}}
components:
  schemas:
    Wrong: {type: object, properties: [a]}
    Right: {type: string}
`))
	for _, p := range full {
		if strings.Contains(p.Text, "yaml error") || !strings.HasPrefix(p.Text, "cannot unmarshal") {
			t.Errorf("says %q", p.Text)
		}
	}
	if want := "invalid-structure  openapi.yaml:4\ninvalid-structure  openapi.yaml:6\ninvalid-structure  openapi.yaml:18"; strings.Join(got, "\n") != want {
		t.Errorf("got %q", got)
	}
}

// TestUnbuildableReferences has references that lead to something of another kind, beside a wrong type.
func TestUnbuildableReferences(t *testing.T) {
	files := one(`openapi: 3.0.3
info: {title: T, version: '1'}
tags: []
paths:
  /a: {get: {responses: {'200': {$ref: '#/components/schemas/A'}}}}
  /b: {get: {parameters: [{$ref: 'list.yaml'}], responses: {'200': {description: ok}}}}
  /c: {get: {responses: {'200': {description: ok, content: {a/b: {schema: {$ref: '#/components/schemas/A'}}}}}}}
components:
  schemas:
    A: {type: string}
    B: {type: object, required: a}
    C: {allOf: [{$ref: '#/components/schemas/B'}]}
`).with(tree{"api/list.yaml": "[]"})
	const wrongType = "invalid-structure  openapi.yaml:11"
	got, full := problems(t, files)
	if want := "invalid-structure  openapi.yaml:5\ninvalid-structure  openapi.yaml:6\n" + wrongType; strings.Join(got, "\n") != want {
		t.Errorf("got %q of %+v", got, full)
	}
	// Without sound tags nothing can be built, so only what can be read alone is told.
	files[own] = strings.Replace(files[own], "tags: []", "tags: 1", 1)
	got, full = problems(t, files)
	if want := "invalid-structure  openapi.yaml:3\n" + wrongType; strings.Join(got, "\n") != want {
		t.Errorf("got %q of %+v", got, full)
	}
}

// TestUnbuildableIsBounded has a fault in each of many paths, or in what all of them refer to.
func TestUnbuildableIsBounded(t *testing.T) {
	if raced {
		t.Skip("nothing of it is done side by side, and it takes minutes with the race detector")
	}
	text := large(150)
	for name, text := range map[string]string{
		"wrong types":       strings.ReplaceAll(text, "tags: [things]", "tags: 1"),
		"one wrong type":    strings.Replace(text, "tags: [things]", "tags: 1", 1),
		"a type in a ring":  strings.Replace(text, "required: [name]", "required: name", 1),
		"wrong references":  strings.ReplaceAll(text, "schemas/S7'\n        '404'", "schemas'\n        '404'"),
		"a wrong reference": strings.Replace(text, "list: {type: array, items: {$ref: '#/components/schemas/S7'}}", "list: {type: array, items: {$ref: '#/paths/~1things7~1{id}'}}", 1),
	} {
		start := time.Now()
		got, _ := problems(t, one(text))
		if len(got) == 0 || time.Since(start) > 30*time.Second {
			t.Errorf("%s: %d problems in %v", name, len(got), time.Since(start))
		}
	}
}

// TestManyFiles has more files and lines than can be told apart, of which one has a problem.
func TestManyFiles(t *testing.T) {
	if raced {
		t.Skip("nothing of it is done side by side, and it takes minutes with the race detector")
	}
	files := tree{}
	text := "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    A: {type: sting}\n"
	lines := strings.Repeat("- 1\n", 2_000)
	for i := range 300 {
		text += fmt.Sprintf("    B%d: {$ref: 'b%d.yaml'}\n", i, i)
		files[fmt.Sprintf("api/b%d.yaml", i)] = "type: string\nx-list:\n" + lines
	}
	files[own] = text
	if _, err := Validate(t.Context(), loaded(t, files)); !errors.Is(err, errTooLarge) {
		t.Errorf("got %v", err)
	}
}

func TestValidateStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, text := range []string{minimal, strings.Replace(minimal, "paths: {}", "paths: {/a: {get: 1}}", 1)} {
		if list, err := Validate(ctx, loaded(t, one(text))); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, %v", list, err)
		}
	}
}

// TestOddTexts has text that JSON and YAML write in different ways, in a description with a problem, which is read in both.
func TestOddTexts(t *testing.T) {
	for name, text := range map[string]string{
		"control characters":    `\u0001\u001b\u007f\u0080\u0085\u009f`,
		"separators":            `\u2028\u2029\u00a0\ufeff`,
		"characters of no use":  `\ufffe\uffff`,
		"a character far away":  `\ud83d\ude00`,
		"quotes and backslash":  `\"'\\\/`,
		"a tab and a line":      `\t\n\r`,
		"what means something":  `: # & * ! | > % @ - ? [ ] { }`,
		"a long word":           strings.Repeat("x", 3000),
		"a number":              "0x1F",
		"a merge key":           "<<",
		"a null":                "~",
		"a date":                "2020-01-01",
		"the end of a document": "\\n---\\n...\\n",
	} {
		t.Run(name, func(t *testing.T) {
			files := one(fmt.Sprintf(`{"openapi": "3.0.3", "info": {"title": %[1]q, "version": "1"}, "paths": {}, "x-%[2]s": {%[3]q: %[3]q},
"components": {"schemas": {"A": {"type": "sting"}}}}`, "T", "a", "TEXT"))
			files[own] = strings.ReplaceAll(files[own], "TEXT", text)
			got, _ := problems(t, files)
			if len(got) != 1 || !strings.HasSuffix(got[0], "openapi.yaml:2") {
				t.Errorf("got %q", got)
			}
			s := sound(t, files)
			plain, err := s.build(t.Context(), nil, false)
			if err != nil {
				t.Fatalf("as JSON: %v", err)
			}
			lined, err := s.build(t.Context(), nil, true)
			if err != nil {
				t.Fatalf("as YAML: %v", err)
			}
			if a, b := fmt.Sprintf("%q", plain.doc.Extensions), fmt.Sprintf("%q", lined.doc.Extensions); a != b {
				t.Errorf("JSON %s\nYAML %s", a, b)
			}
		})
	}
}
