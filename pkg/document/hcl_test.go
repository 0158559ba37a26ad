package document

import (
	"strings"
	"testing"
)

func TestParseHCL(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"attributes", "n = -4.50\nb = true\nz = null\ns = \"é\\n\"\nv = var.x\nt = \"a ${b}\"\n", `
#0 1:1-7:1
n -4.50 1:1-1:10
b true 2:1-2:9
z null 3:1-3:9
s "é\n" 4:1-4:10
v "var.x" 5:1-5:10
t "\"a ${b}\"" 6:1-6:13`},
		{"collections", "l = [1, \"a\", f(x)]\no = {\n  a = 1, \"b\" : 2\n  (k) = 3\n}\n", `
#0 1:1-6:1
l 0 1 1:6-1:7
l 1 "a" 1:9-1:12
l 2 "f(x)" 1:14-1:18
o a 1 3:3-3:8
o b 2 3:10-3:17
o (k) 3 4:3-4:10`},
		{"heredoc", "d = <<-EOT\n    a\n      b\n  EOT\n", `
#0 1:1-5:1
d "a\n  b\n" 1:1-4:6`},
		{"blocks", "terraform {\n  x = 1\n}\nresource \"a\" \"b\" {\n  in {\n    p = 1\n  }\n  in {\n    p = 2\n  }\n}\nresource \"a\" \"c\" {}\n", `
#0 1:1-13:1
terraform x 1 2:3-2:8
resource a b in 0 p 1 6:5-6:10
resource a b in 1 p 2 9:5-9:10
resource a c {} 12:14-12:20`},
		{"empty", "# nothing\n", ``},
		{"redefined", "a = 1\na = 2\n", `
error #0 2:1-2:2 Attribute redefined`},
		{"an attribute and a block", "a = 1\na {}\n", `
error #0 2:1-2:2 key "a" is defined twice, in lines 1 and 2`},
		{"broken", "a = 1\nb = [\n", `
error #0 3:1-3:1 Missing expression`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := outline(ParseHCL("x.tf", []byte(tt.src), Options{}))
			if want := strings.TrimPrefix(tt.want, "\n"); strings.TrimSuffix(got, "\n") != want {
				t.Errorf("%q\ngot:\n%s\nwant:\n%s", tt.src, got, want)
			}
		})
	}
}

func TestHCLBlockRange(t *testing.T) {
	f := ParseHCL("x.tf", []byte("resource \"a\" \"b\" {\n  x = 1\n}\nresource \"a\" \"c\" {\n}\n"), Options{})
	for _, tt := range []struct {
		path []any
		want string
	}{
		{[]any{"resource"}, "1:1-5:2"},
		{[]any{"resource", "a"}, "1:10-5:2"},
		{[]any{"resource", "a", "b"}, "1:14-3:2"},
		{[]any{"resource", "a", "c"}, "4:14-5:2"},
	} {
		if r, _ := f.Docs[0].Locate(tt.path...); show(r) != tt.want {
			t.Errorf("%v: got %s, want %s", tt.path, show(r), tt.want)
		}
	}
}

func TestHCLLimits(t *testing.T) {
	const n = 200_000
	for name, src := range map[string]string{
		"brackets":     "a = " + strings.Repeat("[", n),
		"parentheses":  "a = " + strings.Repeat("(", n),
		"negations":    "a = " + strings.Repeat("!", n) + "b",
		"conditionals": "a = " + strings.Repeat("b?b:", n) + "b",
		"blocks":       strings.Repeat("a {\n", n/10),
		"templates":    "a = \"" + strings.Repeat("${\"", n/10),
		"directives":   "a = \"" + strings.Repeat("%{if b}", n/10),
		"bytes":        strings.Repeat("#", 40_000_000),
		"nodes":        "a = [" + strings.Repeat("1,", n) + "]",
		"labels":       "a " + strings.Repeat("\"b\" ", 2000) + "{}",
	} {
		t.Run(name, func(t *testing.T) {
			if f := ParseHCL("x.tf", []byte(src), Options{MaxNodes: n}); len(f.Errors) != 1 {
				t.Errorf("got %d documents and %d errors", len(f.Docs), len(f.Errors))
			}
		})
	}
}
