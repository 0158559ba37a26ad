package openapidrift

import "testing"

func TestNamesVersion(t *testing.T) {
	for text, want := range map[string]bool{
		`{"openapi": "3.0.3"}`:                              true,
		`{"info": {"a": [1, {}]}, "swagger": "2.0"}`:        true,
		`{"openapi": "3.1.0", "paths": {`:                   true, // the rest is told by whoever parses it
		`{"dependencies": {"openapi": "1.0.0"}}`:            false,
		`{"openapi": {"enabled": true}}`:                    false,
		`{"openapi": "^3.0"}`:                               false,
		`{"openapi": ""}`:                                   false,
		`{"openapi": 3}`:                                    false,
		`[{"openapi": "3.0.3"}]`:                            false,
		`{"info": {"title": "cut off`:                       false,
		``:                                                  false,
		`{"x": "\"openapi\": \"3.0.3\"", "openapi": "3.0"}`: true,
	} {
		if got := namesVersion([]byte(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestAPISchemaTarget(t *testing.T) {
	for text, want := range map[string]bool{
		"api-schema:\n\ttrue\n":             true,
		"all: x\napi-schema: generate\n":    true,
		"docs api-schema clients:\n":        true,
		"api-schema::\n\ttrue\n":            true,
		"api-schema :":                      true,
		".PHONY: api-schema\n":              false,
		"api-schema := x\n":                 false,
		"api-schema ::= x\n":                false,
		"api-schema = x\n":                  false,
		"\tapi-schema: x\n":                 false,
		"# api-schema: x\n":                 false,
		"api-schema-old:\n":                 false,
		"x:\n\techo api-schema: not here\n": false,
	} {
		if got := apiSchema.MatchString(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestWords(t *testing.T) {
	for want, args := range map[string][]string{
		"make -s api-schema":          {"make", "-s", "api-schema"},
		"sh -c 'a > b'":               {"sh", "-c", "a > b"},
		`echo 'it'\''s' ''`:           {"echo", "it's", ""},
		"./gen --out=a/b.yaml x@1+2%": {"./gen", "--out=a/b.yaml", "x@1+2%"},
		"printf 'a\nb'":               {"printf", "a\nb"},
	} {
		if got := words(args); got != want {
			t.Errorf("%q: %s", args, got)
		}
	}
}
