package openapi

import (
	"fmt"
	"strings"
	"testing"
)

// large is a description of many paths, whose schemas make a ring of 200. With 2,000 paths it has 1.3 MB.
func large(paths int) string {
	var b strings.Builder
	b.WriteString("openapi: 3.0.3\ninfo: {title: Large, version: 1.0.0}\npaths:\n")
	for i := range paths {
		fmt.Fprintf(&b, `  /things%[1]d/{id}:
    get:
      operationId: get%[1]d
      summary: Returns thing %[1]d with all that belongs to it
      tags: [things]
      parameters:
      - name: id
        in: path
        required: true
        schema:
          type: string
          maxLength: 40
      - name: limit
        in: query
        schema: {type: integer, minimum: 1, maximum: 100}
      responses:
        '200':
          description: what was asked for
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/S%[2]d'
        '404':
          description: there is none
`, i, i%200)
	}
	b.WriteString("components:\n  schemas:\n")
	for i := range 200 {
		fmt.Fprintf(&b, "    S%[1]d:\n      type: object\n      required: [name]\n      properties:\n        name: {type: string, maxLength: %[3]d}\n        next: {$ref: '#/components/schemas/S%[2]d'}\n        list: {type: array, items: {$ref: '#/components/schemas/S%[2]d'}}\n", i, (i+1)%200, 10+i)
	}
	return b.String()
}

func BenchmarkLoad(b *testing.B) {
	files := one(large(2000))
	b.SetBytes(int64(len(files[own])))
	for b.Loop() {
		sound(b, files)
	}
}

func BenchmarkValidate(b *testing.B) {
	text := large(2000)
	for name, text := range map[string]string{
		"sound":       text,
		"one problem": strings.Replace(text, "name: limit\n        in: query", "name: limit\n        in: nowhere", 1),
		"no building": strings.Replace(text, "      tags: [things]\n", "      tags: 1\n", 1),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				list, err := Validate(b.Context(), loaded(b, one(text)))
				if err != nil || len(list) > 1 || (len(list) == 0) != (name == "sound") {
					b.Fatal(err, list)
				}
			}
		})
	}
}

func BenchmarkBreaking(b *testing.B) {
	text := large(2000)
	for name, edit := range map[string][2]string{
		"one path":          {"summary: Returns thing 7 with all", "deprecated: true\n      summary: Returns thing 7 with all"},
		"a ring of schemas": {"name: {type: string, maxLength: 20}", "name: {type: string, maxLength: 19}"},
		"nothing":           {"info:", "# a comment\ninfo:"},
	} {
		b.Run(name, func(b *testing.B) {
			base, head := sound(b, one(text)), sound(b, one(strings.Replace(text, edit[0], edit[1], 1)))
			for b.Loop() {
				if _, err := Breaking(b.Context(), base, head); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
