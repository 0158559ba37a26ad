package openapi

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestSoundMissesNothing divides descriptions of all kinds, and whatever is sound in shares has no finding as a whole.
func TestSoundMissesNothing(t *testing.T) {
	ctx := context.Background()
	divided, sound := 0, 0
	try := func(name string, files tree) {
		s := loaded(t, files)
		if s.Root == nil || !s.Supported() || hasErrors(s.Problems) {
			return
		}
		m, err := s.build(ctx, nil, false)
		whole := err != nil
		if err == nil {
			found, err := m.validate()
			whole = err != nil || len(found) > 0
		}
		for n := 2; n < 5; n++ {
			if s.shares(n, 1) != nil {
				divided++
			}
			if s.sound(ctx, n, 1) {
				sound++
				if whole {
					t.Errorf("%s: sound in %d shares, and not as a whole: %v", name, n, err)
				}
			}
		}
	}
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 120 {
		if raced && i%sample != 0 {
			continue
		}
		text := many(8)
		for range r.IntN(3) {
			fault := faults[r.IntN(len(faults))]
			at := r.IntN(8)
			text = strings.Replace(text, fmt.Sprintf(fault[0], at), fmt.Sprintf(fault[1], at), 1)
		}
		try(fmt.Sprint("description ", i), tree{own: text})
	}
	for name, paths := range acrossPaths {
		try(name, tree{own: "openapi: 3.1.0\ninfo: {title: t, version: 1.0.0}\n" + paths, "api/item.yaml": "get: {operationId: one, responses: {'200': {description: ok}}}\n"})
	}
	t.Logf("%d divided, %d sound", divided, sound)
	if !raced && (divided < 100 || sound < 50) {
		t.Error("too few to tell")
	}
}

// many is a sound description of n paths, each with a schema of its own and one that it shares with the next.
func many(n int) string {
	var paths, schemas strings.Builder
	for i := range n {
		fmt.Fprintf(&paths, "  /p%[1]d/{id}: {get: {operationId: get%[1]d, parameters: [{name: id, in: path, required: true, schema: {type: string}}], "+
			"responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/S%[1]d'}}}}}}}\n", i)
		fmt.Fprintf(&schemas, "    S%[1]d: {type: object, properties: {a%[1]d: {type: string}, next: {$ref: '#/components/schemas/S%[2]d'}}}\n", i, (i+1)%n)
	}
	return "openapi: 3.0.3\ninfo: {title: t, version: 1.0.0}\npaths:\n" + paths.String() + "components:\n  schemas:\n" + schemas.String()
}

// faults are what is replaced by what, both with a number of a path.
var faults = [][2]string{
	{"a%d: {type: string}", "a%d: {type: strange}"},
	{"a%d: {type: string}", "a%d: {type: string, default: 7}"},
	{"a%d: {type: string}", "a%d: {type: string, enum: [x, x]}"},
	{"a%d: {type: string}", "a%d: {type: string, format: int32}"},
	{"a%d: {type: string}", "a%d: {type: string, minLength: 5, maxLength: 2}"},
	{"a%d: {type: string}", "a%d: {type: string, pattern: '('}"},
	{"a%d: {type: string}", "a%d: {type: string, description: fine}"},
	{"operationId: get%d, ", "operationId: get%d, x-note: fine, "},
	{"operationId: get%d, ", "operationId: get%[1]d, security: [{nobody%[1]d: []}], "},
	{"operationId: get%d, ", "operationId: get%[1]d, tags: [a, a%[1]d], "},
	{"/p%d/{id}", "/p%d/{other}"},
	{"/p%d/{id}", "p%d/{id}"},
}

// acrossPaths are descriptions that are wrong only as a whole, and the same without the fault.
var acrossPaths = map[string]string{
	"one id twice":                 "paths:\n  /a: {get: {operationId: x, responses: {'200': {description: ok}}}}\n  /b: {get: {operationId: x, responses: {'200': {description: ok}}}}\n",
	"two ids":                      "paths:\n  /a: {get: {operationId: x, responses: {'200': {description: ok}}}}\n  /b: {get: {operationId: y, responses: {'200': {description: ok}}}}\n",
	"one item twice":               "paths:\n  /a: {$ref: item.yaml}\n  /b: {$ref: item.yaml}\n",
	"an item and a reference":      "paths:\n  /a: {$ref: '#/paths/~1b'}\n  /b: {get: {operationId: y, responses: {'200': {description: ok}}}}\n",
	"one template twice":           "paths:\n  /{a}: {get: {parameters: [{name: a, in: path, required: true, schema: {type: string}}], responses: {'200': {description: ok}}}}\n  /{b}: {get: {parameters: [{name: b, in: path, required: true, schema: {type: string}}], responses: {'200': {description: ok}}}}\n",
	"read only, and only sent":     mutable("readOnly", false),
	"read only, sent and answered": mutable("readOnly", true),
	"write only, and answered":     mutable("writeOnly", false),
	"an unused component is wrong": "paths:\n  /a: {get: {responses: {'200': {description: ok}}}}\n  /b: {get: {responses: {'200': {description: ok}}}}\ncomponents: {schemas: {S: {type: strange}}}\n",
	"a webhook is wrong":           "paths:\n  /a: {get: {responses: {'200': {description: ok}}}}\n  /b: {get: {responses: {'200': {description: ok}}}}\nwebhooks: {w: {post: {responses: {'200': {}}}}}\n",
	"a path without a slash":       "paths:\n  a: {get: {responses: {'200': {description: ok}}}}\n  /b: {get: {responses: {'200': {description: ok}}}}\n",
	"a tag twice":                  "tags: [{name: a}, {name: a}]\npaths:\n  /a: {get: {responses: {'200': {description: ok}}}}\n  /b: {get: {responses: {'200': {description: ok}}}}\n",
}

func mutable(word string, both bool) string {
	text := "paths:\n  /a: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}}, responses: {'200': {description: ok}}}}\n" +
		"  /b: {get: {responses: {'200': {description: ok}}}}\ncomponents: {schemas: {S: {type: object, properties: {p: {type: string, " + word + ": true}}}}}\n"
	if both || word == "writeOnly" {
		text = strings.Replace(text, "/b: {get: {responses: {'200': {description: ok}}}}", "/b: {get: {responses: {'200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}}}}}", 1)
	}
	if word == "writeOnly" {
		text = strings.Replace(text, "requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}}, ", "", 1)
	}
	return text
}
