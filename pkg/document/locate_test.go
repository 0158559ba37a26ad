package document

import (
	"encoding/json"
	"sync"
	"testing"
)

func TestLocate(t *testing.T) {
	const src = `spec:
  containers:
  - name: web
    image: nginx   # latest
    ports: [80, {containerPort: 443}]
  - &side
    name: log
  8080: open
copy: *side
list: [*side, x]
over:
  <<: *side
  extra: |
    text

tail: ""
`
	tests := []struct {
		path  []any
		want  string
		depth int
	}{
		{nil, "1:1-16:9", 0},
		{[]any{"nothing", 1}, "1:1-16:9", 0},
		{[]any{"spec"}, "1:1-8:13", 1},
		{[]any{"spec", "containers"}, "2:3-7:14", 2},
		{[]any{"spec", "containers", 0}, "3:5-5:38", 3},
		{[]any{"spec", "containers", 0, "image"}, "4:5-4:17", 4},
		{[]any{"spec", "containers", 0, "resources", "limits"}, "3:5-5:38", 3},
		{[]any{"spec", "containers", int64(0), "ports", 1.0, "containerPort"}, "5:18-5:36", 6},
		{[]any{"spec", "containers", json.Number("0"), "ports", "1"}, "5:17-5:37", 5},
		{[]any{"spec", "containers", 2}, "2:3-7:14", 2},
		{[]any{"spec", "containers", -1}, "2:3-7:14", 2},
		{[]any{"spec", "containers", 0.5}, "2:3-7:14", 2},
		{[]any{"spec", "containers", "01"}, "2:3-7:14", 2},
		{[]any{"spec", "containers", nil}, "2:3-7:14", 2},
		{[]any{"spec", "containers", true}, "2:3-7:14", 2},
		{[]any{"spec", "containers", 1}, "6:5-7:14", 3},
		{[]any{"spec", 8080}, "8:3-8:13", 2},
		{[]any{"copy"}, "9:1-9:12", 1},
		{[]any{"copy", "name"}, "7:5-7:14", 2},
		{[]any{"copy", "name", "x"}, "7:5-7:14", 2},
		{[]any{"list"}, "10:1-10:17", 1},
		{[]any{"list", 0}, "10:8-10:13", 2},
		{[]any{"list", 0, "name"}, "7:5-7:14", 3},
		{[]any{"over"}, "11:1-14:9", 1},
		{[]any{"over", "name"}, "7:5-7:14", 2},
		{[]any{"over", "extra"}, "13:3-14:9", 2},
	}
	f := Parse("x.yaml", []byte(src), Options{})
	if len(f.Docs) != 1 {
		t.Fatal(f.Errors)
	}
	doc := f.Docs[0]
	for _, tt := range tests {
		r, depth := doc.Locate(tt.path...)
		if got := show(r); got != tt.want || depth != tt.depth {
			t.Errorf("%v: got %s after %d steps, want %s after %d", tt.path, got, depth, tt.want, tt.depth)
		}
		if n := doc.Root.Lookup(tt.path...); (n != nil) != (depth == len(tt.path)) {
			t.Errorf("%v: Lookup and Locate disagree", tt.path)
		}
	}
	if r := doc.Range(nil); r != (Range{}) {
		t.Errorf("the range of nothing is %v", r)
	}
	if got := show(doc.Range(doc.Root.Lookup("copy"))); got != "6:5-7:14" {
		t.Errorf("the range behind an alias is %s", got)
	}
}

func TestLocateFromManyGoroutines(t *testing.T) {
	doc := Parse("x.yaml", manifest, Options{}).Docs[2]
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			walk(doc.Root, nil, func(path []any, _ *Node) { doc.Locate(path...) })
		})
	}
	wg.Wait()
}

func TestNode(t *testing.T) {
	root := Parse("x.yaml", []byte("a: [b, 1]\nc: d\n"), Options{}).Docs[0].Root
	var none *Node
	for name, ok := range map[string]bool{
		"Get":            root.Get("c").Str() == "d",
		"Get nothing":    root.Get("x") == nil && none.Get("x") == nil && root.Get("c").Get("x") == nil,
		"Str":            root.Get("a").Str() == "" && none.Str() == "",
		"Lookup":         root.Lookup("a", 0).Str() == "b" && root.Lookup() == root,
		"Lookup nothing": root.Lookup("a", 2) == nil && root.Lookup("c", 0) == nil && none.Lookup("a") == nil,
		"kinds":          root.Kind.String() == "object" && root.Lookup("a", 1).Kind.String() == "number",
	} {
		if !ok {
			t.Error(name)
		}
	}
}

// FuzzParse: nothing panics, and every place is inside the file.
func FuzzParse(f *testing.F) {
	f.Add("x.yaml", string(manifest))
	f.Add("x.yaml", "a: &x\n  b: [*x]\n<<: *x\n--- |\n  é\n...\n\ufeff%YAML 1.2\n---\n? !!str x\n: >2\n   y\n")
	f.Add("x.json", `{"a": [1, "\u00e9", {"b": null}]}`)
	f.Add("x.tf", "a \"b\" {\n  c = [1, \"${d}\", { e = -1 }]\n  f {}\n  f {}\n}\n")
	f.Fuzz(func(t *testing.T, path, src string) {
		opt := Options{MaxNodes: 10_000, MaxDepth: 100}
		check := func(file *File) {
			for _, e := range file.Errors {
				checkRange(t, e.Range, src)
				if e.Message == "" {
					t.Error("an error without a message")
				}
			}
			for _, d := range file.Docs {
				n := 0
				walkSome(d.Root, nil, &n, func(path []any, n *Node) {
					r, depth := d.Locate(path...)
					checkRange(t, r, src)
					checkRange(t, d.Range(n), src)
					if depth != len(path) {
						t.Errorf("%q leads %d steps", path, depth)
					}
				})
			}
		}
		check(Parse(path, []byte(src), opt))
		check(ParseHCL(path, []byte(src), opt))
	})
}

// walkSome visits at most a few hundred nodes: with aliases there can be very many.
func walkSome(n *Node, path []any, seen *int, visit func([]any, *Node)) {
	if *seen++; *seen > 300 {
		return
	}
	visit(path, n)
	for _, p := range n.Pairs {
		walkSome(p.Value, append(path[:len(path):len(path)], p.Key.Text), seen, visit)
	}
	for i, item := range n.Items {
		walkSome(item, append(path[:len(path):len(path)], i), seen, visit)
	}
}

func checkRange(t *testing.T, r Range, src string) {
	t.Helper()
	lines := 1
	for _, c := range src {
		if c == '\n' || c == '\r' {
			lines++
		}
	}
	// UTF-16 is decoded, which can make more lines than bytes suggest: code points bound both.
	limit := max(lines, len(src)+1)
	s, e := r.Start, r.End
	if s.Line < 1 || s.Column < 1 || e.Line > limit || s.Line > e.Line || s.Line == e.Line && s.Column > e.Column || e.Column > len(src)+1 {
		t.Errorf("range %v in %q", r, src)
	}
}
