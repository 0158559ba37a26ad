package openapi

import (
	"context"
	"testing"
)

// TestRewrite: what contains itself other than by schemas is validated and compared like anything else, and what it hides is found.
func TestRewrite(t *testing.T) {
	for name, c := range map[string]struct {
		text      string
		rewritten int
	}{
		"a callback of its own path item": {`
  /a: {post: {callbacks: {again: {'{$request.body#/url}': {$ref: '#/paths/~1a'}}}, responses: {'200': {description: ok}}}}
`, 1},
		"a callback that calls back": {`
  /a: {post: {callbacks: {c: {$ref: '#/components/callbacks/C'}}, responses: {'200': {description: ok}}}}
components:
  callbacks:
    C: {'{$request.body#/url}': {post: {callbacks: {c: {$ref: '#/components/callbacks/C'}}, responses: {'200': {description: ok}}}}}
`, 1},
		"two callbacks that call each other": {`
  /a: {post: {callbacks: {c: {$ref: '#/components/callbacks/C'}}, responses: {'200': {description: ok}}}}
components:
  callbacks:
    C: {'{$request.body#/url}': {post: {callbacks: {d: {$ref: '#/components/callbacks/D'}}, responses: {'200': {description: ok}}}}}
    D: {'{$request.body#/url}': {post: {callbacks: {c: {$ref: '#/components/callbacks/C'}}, responses: {'200': {description: ok}}}}}
`, 1},
		"a header that is encoded with itself": {`
  /a: {post: {responses: {'200': {description: ok, headers: {X: {$ref: '#/components/headers/X'}}}}}}
components:
  headers:
    X: {content: {multipart/form-data: {schema: {type: object}, encoding: {schema: {headers: {X: {$ref: '#/components/headers/X'}}}}}}}
`, 1},
		"recursive schemas are left alone": {`
  /a: {post: {responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}}}}}
components:
  schemas: {S: {type: object, properties: {s: {$ref: '#/components/schemas/S'}}}}
`, 0},
		"a header of an encoding": {`
  /a: {post: {requestBody: {content: {multipart/form-data: {schema: {type: object}, encoding: {a: {headers: {X: {$ref: '#/components/headers/X'}}}}}}}, responses: {'200': {description: ok}}}}
components:
  headers: {X: {schema: {type: string}}}
`, 1},
		"the same callback twice is none": {`
  /a: {post: {callbacks: {c: {$ref: '#/components/callbacks/C'}, d: {$ref: '#/components/callbacks/C'}}, responses: {'200': {description: ok}}}}
components:
  callbacks: {C: {'{$request.body#/url}': {post: {responses: {'200': {description: ok}}}}}}
`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			text := "openapi: 3.1.0\ninfo: {title: t, version: 1.0.0}\npaths:\n  /b: {get: {responses: {'200': {description: ok}, '202': {description: ok}}}}" + c.text
			s := loaded(t, map[string]string{own: text})
			if len(s.given) != c.rewritten {
				t.Errorf("%d rewritten, %d expected", len(s.given), c.rewritten)
			}
			problems, err := Validate(context.Background(), s)
			if err != nil || len(problems) > 0 {
				t.Errorf("%v %v", problems, err)
			}
			without := loaded(t, edited(t, "", "")) // another description altogether
			if _, err := Breaking(context.Background(), s, without); err != nil {
				t.Error(err)
			}
		})
	}
}
