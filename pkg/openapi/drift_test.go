package openapi

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// before is what generated descriptions are compared with.
const before = `openapi: 3.1.0
info:
  title: Things
  version: 1.0.0
tags:
- name: a
- name: b
paths:
  /things:
    get:
      operationId: list
      tags: [a, b]
      security:
      - key: []
      - oauth: [read]
      parameters:
      - {name: limit, in: query, schema: {type: integer, maximum: 100}}
      - {name: page, in: query, schema: {type: string}}
      - $ref: '#/components/parameters/Sort'
      responses:
        '200':
          description: things
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Thing'}
              example: {a: null, n: 1}
  /linked:
    $ref: 'parts.yaml#/linked'
components:
  schemas:
    Thing:
      type: object
      properties:
        kind: {type: string, enum: [x, y]}
        $ref: {type: string}
  parameters:
    Sort: {name: sort, in: query, schema: {type: string, default: 'no'}}
webhooks:
  made:
    post:
      responses: {'200': {description: ok}}
`

const beforeParts = `linked:
  get:
    responses:
      '200': {description: linked}
`

var committed = tree{own: before, "api/parts.yaml": beforeParts}

// edited is what is committed with a text replaced, in the description or, when it is only there, in its other file.
func edited(t *testing.T, old, now string) tree {
	t.Helper()
	for _, name := range []string{own, "api/parts.yaml"} {
		if text := committed[name]; strings.Contains(text, old) {
			return committed.with(tree{name: strings.Replace(text, old, now, 1)})
		}
	}
	t.Fatalf("%q is not there", old)
	return nil
}

func TestWhatIsNoDrift(t *testing.T) {
	for _, c := range []struct{ name, old, now string }{
		{"a comment", "paths:\n", "# here\npaths: # and here\n"},
		{"the order of keys", "  title: Things\n  version: 1.0.0\n", "  version: 1.0.0\n  title: Things\n"},
		{"quotes", "title: Things", `title: "Things"`},
		{"an escape", "title: Things", `title: "Th\u0069ngs"`},
		{"a block", "title: Things", "title: >-\n    Things"},
		{"flow style", "tags:\n- name: a\n- name: b\n", "tags: [{name: a}, {name: b}]\n"},
		{"a status without quotes", "'200':\n          description: things", "200:\n          description: things"},
		{"a fraction of zero", "maximum: 100", "maximum: 100.0"},
		{"an exponent", "maximum: 100", "maximum: 1e2"},
		{"a large exponent", "maximum: 100", "maximum: 1000e-1"},
		{"a hexadecimal number", "maximum: 100", "maximum: 0x64"},
		{"a sign", "maximum: 100", "maximum: +100"},
		{"a reference by the file's name", "'#/components/schemas/Thing'", "'openapi.yaml#/components/schemas/Thing'"},
		{"a reference by a dot", "'parts.yaml#/linked'", "'./parts.yaml#/linked'"},
		{"a reference by a folder and back", "'parts.yaml#/linked'", "'../api/parts.yaml#/linked'"},
		{"an escape in a reference", "'#/components/schemas/Thing'", "'#/components/schemas/%54hing'"},
		{"an escape in a file's name", "'parts.yaml#/linked'", "'p%61rts.yaml#/linked'"},
		{"null in words", "example: {a: null", "example: {a: ~"},
		{"ends of lines", "\n", "\r\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := sound(t, committed), sound(t, edited(t, c.old, c.now))
			for _, d := range append(Differences(a, b), Differences(b, a)...) {
				t.Errorf("a difference: %+v", d)
			}
			if len(Rewritten(a, b)) != 1 {
				t.Errorf("rewritten: %+v", Rewritten(a, b))
			}
		})
	}
}

func TestDifferences(t *testing.T) {
	for _, c := range []struct {
		name, old, now string
		want           []string // operation, field, kind, line; committed → generated
	}{
		{"a title", "title: Things", "title: Thing", []string{`info, title, changed, 3: "Things" → "Thing"`}},
		{"a number", "maximum: 100", "maximum: 101", []string{"GET /things, parameters[query limit].schema.maximum, changed, 17: 100 → 101"}},
		{"a number and a string", "maximum: 100", "maximum: '100'", []string{`GET /things, parameters[query limit].schema.maximum, changed, 17: 100 → "100"`}},
		{"a word and a boolean", "default: 'no'", "default: false", []string{`components.parameters.Sort, schema.default, changed, 37: "no" → false`}},
		{"null and nothing", "example: {a: null, n: 1}", "example: {n: 1}", []string{"GET /things, responses.200.content.application/json.example.a, removed, 26: null → "}},
		{"null and a value", "a: null", "a: ''", []string{`GET /things, responses.200.content.application/json.example.a, changed, 26: null → ""`}},
		{
			"parameters in another order", "      - {name: limit, in: query, schema: {type: integer, maximum: 100}}\n      - {name: page, in: query, schema: {type: string}}\n", "      - {name: page, in: query, schema: {type: string}}\n      - {name: limit, in: query, schema: {type: integer, maximum: 100}}\n",
			[]string{"GET /things, parameters, order, 16: [query limit, query page, Sort] → [query page, query limit, Sort]"},
		},
		{"a parameter less", "      - {name: page, in: query, schema: {type: string}}\n", "", []string{"GET /things, parameters[query page], removed, 18: {name, in, schema} → "}},
		{"a parameter more", "      - {name: page,", "      - {name: new, in: query}\n      - {name: page,", []string{"GET /things, parameters[query new], added, 16:  → {name, in}"}},
		{"a reference less", "      - $ref: '#/components/parameters/Sort'\n", "", []string{"GET /things, parameters[Sort], removed, 19: $ref #/components/parameters/Sort → "}},
		{"tags in another order", "tags: [a, b]", "tags: [b, a]", []string{"GET /things, tags, order, 12: [a, b] → [b, a]"}},
		{"a tag", "tags: [a, b]", "tags: [a]", []string{`GET /things, tags[b], removed, 12: "b" → `}},
		{"a value of an enum", "enum: [x, y]", "enum: [x, y, z]", []string{`components.schemas.Thing, properties.kind.enum[z], added, 34:  → "z"`}},
		{"a scheme", "      - oauth: [read]\n", "", []string{"GET /things, security[oauth], removed, 15: {oauth} → "}},
		{"scopes", "oauth: [read]", "oauth: [read, write]", []string{`GET /things, security[oauth].oauth[write], added, 15:  → "write"`}},
		{"security of none", "      security:\n      - key: []\n      - oauth: [read]\n", "      security: []\n", []string{"GET /things, security[key], removed, 14: {key} → ", "GET /things, security[oauth], removed, 15: {oauth} → "}},
		{"a property that is called $ref", "$ref: {type: string}", "$ref: {type: integer}", []string{`components.schemas.Thing, properties.$ref.type, changed, 35: "string" → "integer"`}},
		{"a reference to something else", "schemas/Thing'}", "parameters/Sort'}", []string{`GET /things, responses.200.content.application/json.schema.$ref, changed, 25: "#/components/schemas/Thing" → "#/components/parameters/Sort"`}},
		{"a component more", "  parameters:\n    Sort", "    Other: {type: string}\n  parameters:\n    Sort", []string{"components.schemas.Other, , added, 30:  → {type}"}},
		{"a kind of components less", "  parameters:\n    Sort: {name: sort, in: query, schema: {type: string, default: 'no'}}\n", "", []string{"components.parameters, , removed, 36: {Sort} → "}},
		{"an operation more", "  /linked:", "    put: {responses: {}}\n  /linked:", []string{"PUT /things, , added, 9:  → {responses}"}},
		{"a path less", "  /linked:\n    $ref: 'parts.yaml#/linked'\n", "", []string{"/linked, , removed, 27: $ref parts.yaml#/linked → ", "api/parts.yaml, , removed, 0:  → "}},
		{"a webhook", "  made:\n", "  done:\n", []string{"POST webhook made, , removed, 40: {responses} → ", "POST webhook done, , added, 38:  → {responses}"}},
		{"a webhook's operation", "{'200': {description: ok}}", "{'200': {description: OK}}", []string{`POST webhook made, responses.200.description, changed, 41: "ok" → "OK"`}},
		{"another file", "description: linked", "description: other", []string{`api/parts.yaml, linked.get.responses.200.description, changed, 4: "linked" → "other"`}},
		{"the version", "openapi: 3.1.0", "openapi: 3.1.1", []string{`openapi, , changed, 1: "3.1.0" → "3.1.1"`}},
		{"another type of value", "tags:\n- name: a\n- name: b\n", "tags: {}\n", []string{"tags, , changed, 5: [a, b] → {}"}},
		{"a mapping that is none", "paths:\n", "x-paths:\n", []string{"paths, , removed, 8: {/things, /linked} → ", "api/parts.yaml, , removed, 0:  → ", "x-paths, , added, 1:  → {/things, /linked}"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := sound(t, committed), loaded(t, edited(t, c.old, c.now))
			var got []string
			for _, d := range Differences(a, b) {
				if d.Place.Path != own && d.Place.Path != "api/parts.yaml" {
					t.Errorf("%+v has no place", d)
				}
				got = append(got, fmt.Sprintf("%s, %s, %s, %d: %s → %s", d.Operation, d.Field, d.Kind, d.Place.Range.Start.Line, d.Committed, d.Generated))
			}
			if strings.Join(sorted(got), "\n") != strings.Join(sorted(c.want), "\n") {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			if len(Differences(b, a)) == 0 {
				t.Error("nothing in the other direction")
			}
		})
	}
}

// TestDifferencesOfEdits says of descriptions whether they differ at all, in both directions, and that none differs from itself.
func TestDifferencesOfEdits(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 40 {
		base, head := combined(r)
		a, b := sound(t, base), sound(t, head)
		for _, s := range []*Spec{a, b} {
			if list := Differences(s, s); len(list) > 0 {
				t.Errorf("%d: differs from itself: %+v", i, list)
			}
		}
		if there, back := len(Differences(a, b)), len(Differences(b, a)); (there == 0) != (back == 0) {
			t.Errorf("%d: %d differences there, %d back", i, there, back)
		}
		if _, changed := reduce(a, b); !changed && len(Differences(a, b)) > 0 {
			t.Errorf("%d: nothing changed, but %+v", i, Differences(a, b))
		}
	}
}

func TestRewritten(t *testing.T) {
	for _, c := range []struct{ name, a, b, want string }{
		{"the first line", "a: 1\nb: 2\n", "a:  1\nb: 2\n", "1: a: 1 → a:  1"},
		{"another line", "a: 1\nb: 2\n", "a: 1\nb:  2\n", "2: b: 2 → b:  2"},
		{"a line more", "a: 1\n", "a: 1\n# end\n", "1:  → # end"},
		{"a line less", "a: 1\n# end\n", "a: 1\n", "2: # end → "},
		{"no end of line", "a: 1\n", "a: 1", "1: a: 1 → a: 1"},
		{"an end of line", "a: 1", "a: 1\n", "1: a: 1 → a: 1"},
		{"ends of lines", "a: 1\r\n", "a: 1\n", "1: a: 1 → a: 1"},
		{"the same", "a: 1\n", "a: 1\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			for _, d := range Rewritten(loaded(t, one(c.a)), loaded(t, one(c.b))) {
				got = fmt.Sprintf("%d: %s → %s", d.Place.Range.Start.Line, d.Committed, d.Generated)
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
