package openapi

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// minimal is a description that has nothing.
const minimal = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"

// referring is a description with one reference in line 5.
func referring(ref string) string {
	return minimal + "components:\n  schemas: {A: {$ref: " + ref + "}, B: {type: string}}\n"
}

func TestReferences(t *testing.T) {
	other := tree{"api/b c.yaml": "{type: string}", "api/sub/b.yaml": "{A: {$ref: '../back.yaml#/B'}}", "api/back.yaml": "B: {type: string}", "top.yaml": "{type: string}", "api/not.yaml": "a: [", "api/empty.yaml": ""}
	for _, c := range []struct{ name, ref, want string }{
		{"a component", "'#/components/schemas/B'", ""},
		{"a file", "back.yaml#/B", ""},
		{"a file above, in the repository", "../top.yaml", ""},
		{"a file with a blank", "'b%20c.yaml'", ""},
		{"a reference through a file", "sub/b.yaml#/A", ""},
		{"itself", "'#/components/schemas/A'", ""},
		{"the root of a file", "'back.yaml#'", ""},
		{"out of the repository", "../../b.yaml", "refused-ref: leads out"},
		{"out and in", "../../api/back.yaml", "refused-ref: leads out"},
		{"out, with escapes", "'..%2f..%2fb.yaml'", "refused-ref: leads out"},
		{"out, after a folder", "sub/../../../b.yaml", "refused-ref: leads out"},
		{"an absolute path", "/etc/hosts", "refused-ref: is an absolute path"},
		{"an absolute path with escapes", "'%2fetc/hosts'", "refused-ref: is an absolute path"},
		{"an absolute path without a host", "///etc/hosts", "refused-ref: is an absolute path"},
		{"a path of Windows", `'c:\b.yaml'`, "refused-ref: leads to the network"},
		{"a drive of Windows", "'c:/b.yaml'", "refused-ref: leads to the network"},
		{"backslashes", `'..\b.yaml'`, "refused-ref: is an absolute path"},
		{"backslashes with escapes", "'..%5cb.yaml'", "refused-ref: is an absolute path"},
		{"the network", "https://example.org/b.yaml", "refused-ref: leads to the network"},
		{"another host", "//example.org/b.yaml", "refused-ref: leads to the network"},
		{"a file's address", "file:///etc/hosts", "refused-ref: leads to the network"},
		{"a zero byte", "'b%00.yaml'", "refused-ref: is an absolute path"},
		{"half an escape", "'b%2.yaml'", "refused-ref: is no reference"},
		{"a missing file", "none.yaml", "unresolved-ref: none.yaml, which does not exist"},
		{"a missing part", "'#/components/schemas/C'", "unresolved-ref: no such part"},
		{"a missing part of a file", "'back.yaml#/C'", "unresolved-ref: no such part"},
		{"a part of a scalar", "'#/openapi/x'", "unresolved-ref: no such part"},
		{"a file with an error", "not.yaml", "parse-error: "},
		{"an empty file", "empty.yaml", "parse-error: the file is empty"},
		{"a file that is a folder", "sub", "unresolved-ref: sub, which cannot be read: is a directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := other.with(one(referring(c.ref)))
			s, err := Load(func(name string) ([]byte, error) {
				if strings.HasPrefix(name, "/") || strings.HasPrefix(name, "..") {
					t.Errorf("%s was read", name)
				}
				if name == "api/sub" {
					return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("is a directory")}
				}
				return files.read(name)
			}, own)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range s.Problems {
				got = append(got, p.ID+": "+p.Text)
				if p.ID != "parse-error" && (p.Place.Path != own || p.Place.Range.Start.Line != 5) {
					t.Errorf("%s is at %+v", p.ID, p.Place)
				}
			}
			id, words, _ := strings.Cut(c.want, ": ")
			if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], id) || !strings.Contains(got[0], words)) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestReferencesAmongData has a reference that leads nowhere in a place where it is one, or is data.
func TestReferencesAmongData(t *testing.T) {
	const nowhere = "{$ref: nowhere.yaml}"
	for _, c := range []struct {
		name, text string
		refers     bool
	}{
		{"a schema", "components: {schemas: {A: " + nowhere + "}}", true},
		{"a property called example", "components: {schemas: {A: {properties: {example: " + nowhere + "}}}}", true},
		{"a property called x-a", "components: {schemas: {A: {properties: {x-a: {type: array, items: " + nowhere + "}}}}}", false},
		{"a response called default", "paths: {/a: {get: {responses: {default: " + nowhere + "}}}}", true},
		{"an Example Object", "components: {examples: {A: " + nowhere + "}}", true},
		{"an example's value", "components: {examples: {A: {value: " + nowhere + "}}}", false},
		{"a list of examples", "components: {schemas: {A: {examples: [" + nowhere + "]}}}", false},
		{"a media type's examples", "paths: {/a: {get: {responses: {'200': {content: {a/b: {examples: {e: " + nowhere + "}}}}}}}}", true},
		{"a default", "components: {schemas: {A: {default: " + nowhere + "}}}", false},
		{"an enum", "components: {schemas: {A: {enum: [" + nowhere + "]}}}", false},
		{"a const", "components: {schemas: {A: {const: " + nowhere + "}}}", false},
		{"an extension", "x-a: " + nowhere, false},
		{"an extension of a path", "paths: {/a: {x-a: " + nowhere + "}}", false},
		{"a property called $ref", "components: {schemas: {A: {properties: {$ref: {type: string}}}}}", false},
		{"a mapping's name", "components: {schemas: {A: {discriminator: {propertyName: a, mapping: {b: Nowhere}}}}}", false},
		{"a mapping's reference", "components: {schemas: {A: {discriminator: {propertyName: a, mapping: {b: nowhere.yaml}}}}}", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(minimal, "paths: {}\n", "", 1) + c.text + "\n"
			s := loaded(t, one(text))
			if got := len(s.Problems) > 0; got != c.refers {
				t.Errorf("problems: %+v", s.Problems)
			}
		})
	}
}

// TestReferencesReachFiles has a reference in a place that may be taken for data, though what it leads to must be read.
func TestReferencesReachFiles(t *testing.T) {
	for _, text := range []string{
		"components: {schemas: {A: {discriminator: {propertyName: a, mapping: {b: 'b.yaml'}}}}}",
		"components: {schemas: {A: {discriminator: {propertyName: a, mapping: {b: 'b.yaml#/c'}}}}}",
		"components: {headers: {x-request-id: {schema: {$ref: b.yaml}}}}",
		"components: {schemas: {x-a: {$ref: b.yaml}}}",
		"components: {schemas: {A: {properties: {x-a: {$ref: b.yaml}}}}}",
		"webhooks: {x-a: {$ref: b.yaml}}",
	} {
		s := loaded(t, one("openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"+text+"\n").with(tree{"api/b.yaml": "{type: string}"}))
		if !slices.Equal(s.Files(), []string{own, "api/b.yaml"}) {
			t.Errorf("%s: read %v", text, s.Files())
		}
	}
}

func TestLoad(t *testing.T) {
	wide := func(order func(r uint16) [2]byte) string {
		var b []byte
		for _, u := range utf16.Encode([]rune("\uFEFF" + minimal)) {
			x := order(u)
			b = append(b, x[0], x[1])
		}
		return string(b)
	}
	laughs := "a0: &a0 [x, x]\n"
	for i := range 30 {
		laughs += fmt.Sprintf("a%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	for _, c := range []struct {
		name, text, version string
		problem             string // its identifier and line
	}{
		{"3.0", "openapi: 3.0.3\n", "3.0.3", ""},
		{"3.1", "openapi: 3.1.1\n", "3.1.1", ""},
		{"a version that looks like a number", "openapi: 3.1\n", "3.1", ""},
		{"3.2", "openapi: 3.2.0\n", "3.2.0", ""},
		{"2.0", "swagger: '2.0'\n", "2.0", ""},
		{"no version", "a: 1\n", "", ""},
		{"JSON", `{"openapi": "3.0.0", "a": "\u00e9"}`, "3.0.0", ""},
		{"a byte order mark", "\uFEFF" + minimal, "3.1.0", ""},
		{"ends of lines as on Windows", strings.ReplaceAll(minimal, "\n", "\r\n"), "3.1.0", ""},
		{"UTF-16, little end first", wide(func(u uint16) [2]byte { return [2]byte{byte(u), byte(u >> 8)} }), "3.1.0", ""},
		{"UTF-16, big end first", wide(func(u uint16) [2]byte { return [2]byte{byte(u >> 8), byte(u)} }), "3.1.0", ""},
		{"nothing", "", "", "parse-error 0"},
		{"a comment", "# a\n", "", "parse-error 0"},
		{"a list", "- a\n", "", ""},
		{"a word", "openapi\n", "", ""},
		{"two documents", "openapi: 3.1.0\n---\na: 1\n", "", "parse-error 3"},
		{"a key twice", "openapi: 3.1.0\na: 1\na: 2\n", "", "parse-error 3"},
		{"half a list", "openapi: 3.1.0\na: [\n", "", "parse-error 2"},
		{"a zero byte", "openapi: 3.1.0\n\x00", "", "parse-error 2"},
		{"no UTF-8", "openapi: 3.1.0\na: \xff\n", "", "parse-error 2"},
		{"aliases that grow", "openapi: 3.1.0\n" + laughs, "", "parse-error"},
		{"deep lists", "openapi: 3.1.0\na: " + strings.Repeat("[", 100_000), "", "parse-error 2"},
		{"deep lists that end", "openapi: 3.1.0\na: " + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000), "", "parse-error 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			s := loaded(t, one(c.text))
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("took %v", d)
			}
			if s.Version != c.version {
				t.Errorf("version %q, want %q", s.Version, c.version)
			}
			got := ""
			for _, p := range s.Problems {
				got += fmt.Sprintf("%s %d", p.ID, p.Place.Range.Start.Line)
			}
			if !strings.HasPrefix(got, c.problem) || c.problem == "" && got != "" {
				t.Errorf("problems %q, want %q", got, c.problem)
			}
			if (s.Root == nil) != (c.problem != "") {
				t.Errorf("root: %v", s.Root)
			}
			if want := strings.HasPrefix(c.version, "3.0") || strings.HasPrefix(c.version, "3.1"); s.Supported() != want {
				t.Errorf("supported: %v", !want)
			}
			s.Info()
			s.Operations("paths")
			s.Locate("paths", "/a")
		})
	}
	if _, err := Load(tree{}.read, own); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing description: %v", err)
	}
}

// TestLoadReadsOnce has many references to one file, and to each other's.
func TestLoadReadsOnce(t *testing.T) {
	files := one("openapi: 3.1.0\npaths:\n  /a: {$ref: a.yaml}\n  /b: {$ref: b.yaml}\n  /c: {$ref: a.yaml}\n").
		with(tree{"api/a.yaml": "{x: {$ref: b.yaml}, y: {$ref: openapi.yaml}}", "api/b.yaml": "{x: {$ref: a.yaml}}"})
	reads := map[string]int{}
	s, err := Load(func(name string) ([]byte, error) { reads[name]++; return files.read(name) }, own)
	if err != nil || len(s.Problems) > 0 {
		t.Fatal(err, s.Problems)
	}
	for name, n := range reads {
		if n != 1 {
			t.Errorf("%s was read %d times", name, n)
		}
	}
	if string(s.Text("api/b.yaml")) != files["api/b.yaml"] || s.Text("api/c.yaml") != nil {
		t.Error("texts")
	}
}

func TestTooManyFiles(t *testing.T) {
	_, err := Load(func(name string) ([]byte, error) {
		return []byte("openapi: 3.1.0\na: {$ref: 'x" + name[strings.LastIndexByte(name, '/')+1:] + "'}\nb: {$ref: 'y.yaml'}\n"), nil
	}, own)
	if !errors.Is(err, ErrTooManyFiles) {
		t.Errorf("got %v", err)
	}
}

func TestIsName(t *testing.T) {
	for name, want := range map[string]bool{
		"openapi.yaml": true, "a/openapi.json": true, "OpenAPI.yml": true, "shop.openapi.yaml": true, "openapi-v2.yaml": true, "swagger.json": true,
		"openapi": false, "openapi.md": false, "myopenapi.yaml": false, "openapis.yaml": false, "things.yaml": false, "openapi/things.yaml": false,
	} {
		if IsName(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}
