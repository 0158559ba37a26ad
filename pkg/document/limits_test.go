package document

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestLimits(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'i'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c, ", c-1), 9), ", "))
	}
	wide := "a: &a {"
	for i := range 1000 {
		wide += fmt.Sprintf("k%d: v, ", i)
	}
	wide += "}\nb:\n" + strings.Repeat("- {<<: *a}\n", 10_000)
	chain := "a0: &a0 []\n"
	for i := range 1500 {
		chain += fmt.Sprintf("a%d: &a%d [*a%d]\n", i+1, i+1, i)
	}
	tests := []struct {
		name, path, src string
		opt             Options
		want            string // in the message; "" for a document
		at              string
	}{
		{"bytes", "x.yaml", "a: 1234\n", Options{MaxBytes: 7}, "the file has 8 bytes, more than the limit of 7", "1:1"},
		{"bytes kept", "x.yaml", "a: 123\n", Options{MaxBytes: 7}, "", ""},
		{"alias bomb", "x.yaml", bomb, Options{}, "too many nodes", "7:12"},
		{"merge bomb", "x.yaml", wide, Options{}, "too many nodes", "502:3"},
		{"nodes", "x.yaml", "[a, b, c, d]", Options{MaxNodes: 4}, "too many nodes", "1:11"},
		{"nodes kept", "x.yaml", "[a, b, c]", Options{MaxNodes: 4}, "", ""},
		{"block nodes", "x.yaml", "a: 1\nb: 2\n", Options{MaxNodes: 4}, "too many nodes", "2:4"},
		{"block nodes kept", "x.yaml", "a: 1\nb: 2\n", Options{MaxNodes: 5}, "", ""},
		{"JSON nodes", "x.json", "[1, 2, 3, 4]", Options{MaxNodes: 4}, "too many nodes", "1:11"},
		{"depth", "x.yaml", "a:\n  b:\n    c: 1\n", Options{MaxDepth: 2}, "nested too deeply", "3:5"},
		{"depth kept", "x.yaml", "a:\n  b:\n    c: 1\n", Options{MaxDepth: 3}, "", ""},
		{"depth through aliases", "x.yaml", chain, Options{}, "nested too deeply", "1000:14"},
		{"JSON depth", "x.json", "[[[1]]]", Options{MaxDepth: 2}, "nested too deeply", "1:3"},
		{"brackets", "x.yaml", strings.Repeat("[", 100_000), Options{}, "nested too deeply", ""},
		{"braces", "x.yaml", "a: " + strings.Repeat("{a: ", 100_000), Options{}, "nested too deeply", ""},
		{"dashes", "x.yaml", strings.Repeat("- ", 100_000), Options{}, "nested too deeply", ""},
		{"questions", "x.yaml", strings.Repeat("? ", 100_000), Options{}, "nested too deeply", ""},
		{"closed brackets", "x.yaml", "a: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000), Options{}, "nested too deeply", ""},
		{"JSON brackets", "x.json", strings.Repeat("[", 1_000_000), Options{}, "nested too deeply", "1:1001"},
		{"a limit above the library's", "x.yaml", strings.Repeat("[", 100_000), Options{MaxDepth: 1 << 40}, "nested too deeply", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			begin := time.Now()
			f := Parse(tt.path, []byte(tt.src), tt.opt)
			if took := time.Since(begin); took > time.Minute {
				t.Errorf("it took %v", took)
			}
			if tt.want == "" {
				if len(f.Errors) > 0 || len(f.Docs) != 1 {
					t.Fatalf("got %v", f.Errors)
				}
				return
			}
			if len(f.Errors) != 1 || len(f.Docs) != 0 || !strings.Contains(f.Errors[0].Message, tt.want) {
				t.Fatalf("got %d documents, %.300v; want %q", len(f.Docs), f.Errors, tt.want)
			}
			p := f.Errors[0].Range.Start
			if at := fmt.Sprintf("%d:%d", p.Line, p.Column); tt.at != "" && at != tt.at {
				t.Errorf("the error is at %s, want %s", at, tt.at)
			}
		})
	}
}

func TestHugeFile(t *testing.T) {
	src := make([]byte, 100_000_000)
	begin := time.Now()
	f := Parse("x.yaml", src, Options{})
	if len(f.Errors) != 1 || f.Errors[0].Text != "" {
		t.Errorf("got %d errors", len(f.Errors))
	}
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}

// TestHostileTime feeds texts that take a careless reader more than linear time.
func TestHostileTime(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const n = 200_000
	var keys strings.Builder
	for i := range n {
		fmt.Fprintf(&keys, "k%d: v\n", i)
	}
	tests := map[string]string{
		"comments":      strings.Repeat("#\n", n),
		"line comments": "a: # c\n" + strings.Repeat("# c\n\n", n),
		"markers":       strings.Repeat("---\n", n),
		"documents":     strings.Repeat("---\na\n", n/10),
		"end markers":   strings.Repeat("...\n", n),
		"keys":          keys.String(),
		"rare keys":     "x: &x y\n" + keys.String(),
		"blank lines":   "a: |\n" + strings.Repeat("\n", n) + " x\n",
		"one line":      "a: [" + strings.Repeat("é, ", n) + "]\nb: &x y\n",
		"quotes":        "a: \"" + strings.Repeat("\\n", n) + "\"\n",
		"breaks":        strings.Repeat("a\u2028", n),
		"anchors":       "a: [" + strings.Repeat("&a b, ", n) + "]",
		"aliases":       "a: &a b\nc: [" + strings.Repeat("*a, ", n) + "]",
		"plain lines":   "a: " + strings.Repeat("b\n  ", n),
		"marks":         strings.Repeat(bom, n),
		"JSON string":   "[\"" + strings.Repeat("a", n),
	}
	for name, src := range tests {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			f := Parse("x.yaml", []byte(src), Options{})
			for _, d := range f.Docs[:min(len(f.Docs), 1)] {
				d.Range(d.Root)
			}
			// Generous: under the race detector on a busy machine a second becomes ten, while a quadratic reader takes hours.
			if took := time.Since(begin); took > time.Minute {
				t.Errorf("%d bytes took %v", len(src), took)
			} else {
				t.Log(len(src), took)
			}
		})
	}
}
