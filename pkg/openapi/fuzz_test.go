package openapi

import (
	"context"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// within fails when what was done took longer than any small text may.
func within(t *testing.T, start time.Time) {
	t.Helper()
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("took %v", d)
	}
}

// inside fails when a place is none in the text.
func inside(t *testing.T, s *Spec, at Place) {
	t.Helper()
	text := s.Text(at.Path)
	if text == nil && at.Path != own {
		t.Errorf("%+v is in no file", at)
	}
	lines := 1 + strings.Count(string(text), "\n") + strings.Count(string(text), "\r")
	r := at.Range
	if r.Start.Line > lines || r.End.Line > lines || r.Start.Line > r.End.Line || r.Start.Line == r.End.Line && r.Start.Column > r.End.Column {
		t.Errorf("%+v is not in the text of %d lines", at, lines)
	}
}

func FuzzLoad(f *testing.F) {
	for _, version := range []string{"3.0", "3.1"} {
		f.Add([]byte(filled(version, true, slots{})[own]))
	}
	for _, seed := range []string{
		minimal, referring("'#/components/schemas/A'"), referring("b.yaml"), before, "", "openapi: 3.1", "openapi: 3.0.0\npaths: {/a: {get: [1]}}", "{\"openapi\": \"3.1.0\", \"a\": \"\\u007f\"}",
		"openapi: 3.1.0\na: &a [1]\nb: *a\n<<: {c: 1}\n", "openapi: 3.0.0\ncomponents: {schemas: {A: {allOf: [{$ref: '#/components/schemas/A'}]}}}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		defer within(t, time.Now())
		if len(text) > 20_000 {
			t.Skip()
		}
		s, err := Load(one(string(text)).with(tree{"api/b.yaml": "{type: string, x: {$ref: openapi.yaml}}"}).read, own)
		if err != nil {
			t.Fatal(err)
		}
		if list := Differences(s, s); len(list) > 0 {
			t.Errorf("differs from itself: %+v", list)
		}
		found, err := Validate(t.Context(), s)
		if err != nil {
			if !strings.Contains(err.Error(), "the validator fails on it") {
				t.Errorf("Validate: %v", err)
			}
			return
		}
		for _, p := range found {
			inside(t, s, p.Place)
		}
		s.Operations("paths")
		s.Operations("webhooks")
		inside(t, s, s.Locate("paths", "/things", "get"))
	})
}

func FuzzBreaking(f *testing.F) {
	const small = "openapi: 3.1.0\ninfo: {title: T, version: 1.0.0}\npaths:\n  /a/{id}: {get: {parameters: [{name: id, in: path, required: true, schema: {$ref: '#/components/schemas/A'}}], responses: {'200': {description: ok}}}}\n" +
		"  /b: {post: {requestBody: {content: {a/b: {schema: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}}}}, responses: {'200': {description: ok, content: {a/b: {schema: {$ref: '#/components/schemas/B'}}}}}}}\n" +
		"components: {schemas: {A: {type: string, maxLength: 9}, B: {type: object, properties: {a: {$ref: '#/components/schemas/A'}, b: {$ref: '#/components/schemas/B'}}}}}\n"
	for _, edit := range [][2]string{
		{"maxLength: 9", "maxLength: 8"},
		{"/a/{id}", "/a/{key}"},
		{"{get: ", "{put: "},
		{"B: {type: object", "B: {type: array"},
		{"  /b:", "  /c:"},
		{"- {$ref: '#/comp", "- {$ref: 'openapi.yaml#/comp"},
		{"3.1.0", "3.0.0"},
		{"info: {", "security: [{k: []}]\ninfo: {"},
		{"components:", "servers: [{url: /a}]\ncomponents:"},
	} {
		f.Add(small, strings.Replace(small, edit[0], edit[1], 1))
	}
	f.Fuzz(func(t *testing.T, base, head string) {
		defer within(t, time.Now())
		if len(base) > 5_000 || len(head) > 5_000 {
			t.Skip()
		}
		var specs [2]*Spec
		for i, text := range []string{base, head} {
			s, err := Load(one(text).read, own)
			if err != nil || s.Root == nil || !s.Supported() {
				return
			}
			// Only what is valid is compared: of the rest, what is not looked at may stop oasdiff.
			list, err := Validate(t.Context(), s)
			if err != nil || hasErrors(list) {
				return
			}
			specs[i] = s
		}
		pruned, err := Breaking(context.Background(), specs[0], specs[1])
		whole, errWhole := compare(context.Background(), specs[0], specs[1], nil)
		if errWhole != nil {
			return // it cannot be compared whole, so there is nothing that the pruned one could miss
		}
		if err != nil {
			t.Fatalf("pruned: %v", err)
		}
		sameLists(t, "whole", told(whole, false), "pruned", told(pruned, false))
	})
}

// number is what JSON has for numbers.
var number = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

func FuzzCanonicalNumber(f *testing.F) {
	for _, pair := range [][2]string{{"1", "1.0"}, {"10", "1e1"}, {"0", "-0.0"}, {"0.1", "1e-1"}, {"100", "1E+2"}, {"1", "2"}, {"0e5", "0"}, {"12.340", "1234e-2"}, {"1e0", "1"}, {"1e400", "10e399"}, {"0.00", "0e-9"}} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if !number.MatchString(a) || !number.MatchString(b) || len(a) > 60 || len(b) > 60 {
			t.Skip()
		}
		x, okX := rational(a)
		y, okY := rational(b)
		if !okX || !okY {
			sameNumber(a, b)
			t.Skip()
		}
		if got, want := sameNumber(a, b), x.Cmp(y) == 0; got != want {
			t.Errorf("%s and %s: same %v, want %v", a, b, got, want)
		}
	})
}

// rational is the value of a number whose exponent is small enough to compute it.
func rational(text string) (*big.Rat, bool) {
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		if n, err := strconv.Atoi(text[i+1:]); err != nil || n < -500 || n > 500 {
			return nil, false
		}
	}
	return new(big.Rat).SetString(text)
}

func TestNumbersBeyondComputing(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"1e999999999", "10e999999998", true},
		{"1e999999999", "1e999999998", false},
		{"1e99999999999999999999", "1e99999999999999999999", true},
		{"1e99999999999999999999", "1", false},
		{"0e99999999999999999999", "0", true},
		{"10e9223372036854775807", "1e-9223372036854775808", false},
		{"-1", "1", false},
		{"-0", "0", true},
	} {
		if sameNumber(c.a, c.b) != c.want {
			t.Errorf("%s and %s: %v", c.a, c.b, !c.want)
		}
	}
}
