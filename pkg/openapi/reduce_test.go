package openapi

import (
	"slices"
	"strings"
	"testing"
)

// TestReduce says which paths and webhooks are compared after an edit. The others are the same on both sides.
func TestReduce(t *testing.T) {
	for _, c := range []struct{ name, file, old, now, want string }{
		{"nothing", "", "paths:\n", "# a comment\npaths:\n", "unchanged"},
		{"an operation", "", "operationId: quiet", "operationId: loud", "/quiet/{id}"},
		{"another template of a path", "", "  /ring:\n", "  /quiet/{key}:\n    get: {}\n  /ring:\n", "/quiet/{id} /quiet/{key}"},
		{"what one operation reaches", "", "enum: [a, b]", "enum: [a]", "/quiet/{id} lost"},
		{"a ring", "", "properties: {c:", "properties: {d:", "/ring"},
		{"a chain", "", "    Alias: {$ref: '#/components/schemas/Slot'}", "    Alias: {$ref: '#/components/schemas/Leaf'}", "/shared/first /shared/second/{id} shipped"},
		{"a parameter", "", "Page: {name: page", "Page: {name: side", "/shared/first /shared/second/{id}"},
		{"another file", common, "maximum: 100", "maximum: 10", "/foreign /shared/item"},
		{"a file behind another", more, "maxLength: 10", "maxLength: 9", "/foreign /shared/item"},
		{"what another file refers to", "", "{twig: {type: string}}", "{twig: {type: integer}}", ""},
		{"a leaf", "", "{leaf: {type: string}}", "{leaf: {type: integer}}", "/foreign /inline/{id} /pets /shared/item"},
		{"a name in a mapping", "", "Dog: {type: object", "Dog: {type: array", "/pets"},
		{"security", "", "security:\n- key: []\n", "security: []\n", "all"},
		{"a security scheme", "", "name: X-Key", "name: X-Other", "all"},
		{"a server", "", "/v1", "/v2", "all"},
		{"an anchor", "", "enum: [a, b]}", "enum: [a, b], not: {$ref: '#hush'}}", "all"},
		{"a reference to all schemas", "", "enum: [a, b]}", "enum: [a, b], not: {$ref: '#/components/schemas'}}", "all"},
		{"a reference to all", more, "maxLength: 10}", "maxLength: 10, not: {$ref: '../openapi.yaml'}}", "all"},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := filled("3.1", true, slots{})
			head, ok := textEdit{file: c.file, old: c.old, new: c.now}.apply(base)
			if !ok {
				t.Fatal("nothing to edit")
			}
			was, is := sound(t, base), loaded(t, head)
			for _, pair := range [][2]*Spec{{was, is}, {is, was}} {
				keep, changed := reduce(pair[0], pair[1])
				var kept []string
				for pointer := range keep {
					if path := steps(pointer); len(path) == 2 && !strings.HasPrefix(path[1], "x-") {
						kept = append(kept, path[1])
					}
				}
				slices.Sort(kept)
				got := strings.Join(kept, " ")
				switch {
				case !changed:
					got = "unchanged"
				case keep == nil:
					got = "all"
				}
				if got != c.want {
					t.Errorf("kept %q, want %q", got, c.want)
				}
			}
		})
	}
}

func TestTemplate(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"/a/{x}", "/a/{y}", true},
		{"/a/{x}/b/{y}", "/a/{y}/b/{x}", true},
		{"/a/{x}", "/a/x", false},
		{"/a/{x}", "/a/{x}/", false},
		{"/a/{x}.json", "/a/{y}.json", true},
		{"/a/{x", "/a/{y", true},
	} {
		if got := template(c.a) == template(c.b); got != c.same {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
}
