package document

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
)

// outline writes what became of a file: its documents' paths, values and ranges, then its errors.
func outline(f *File) string {
	var b strings.Builder
	for _, d := range f.Docs {
		fmt.Fprintf(&b, "#%d %s\n", d.Index, show(d.Range(d.Root)))
		walk(d.Root, nil, func(path []any, n *Node) {
			if n.Kind >= Sequence && len(n.Pairs)+len(n.Items) > 0 {
				return
			}
			r, _ := d.Locate(path...)
			fmt.Fprintf(&b, "%s%s %s\n", strings.TrimSuffix(fmt.Sprintln(path...), "\n")+" ", value(n), show(r))
		})
	}
	for _, e := range f.Errors {
		fmt.Fprintf(&b, "error #%d %s %s\n", e.Index, show(e.Range), e.Message)
	}
	return b.String()
}

func value(n *Node) string {
	switch n.Kind {
	case Null:
		return "null"
	case String:
		return fmt.Sprintf("%q", n.Text)
	case Sequence:
		return "[]"
	case Mapping:
		return "{}"
	}
	return n.Text
}

func show(r Range) string {
	return fmt.Sprintf("%d:%d-%d:%d", r.Start.Line, r.Start.Column, r.End.Line, r.End.Column)
}

func walk(n *Node, path []any, visit func([]any, *Node)) {
	if len(path) > 0 {
		visit(path, n)
	}
	for _, p := range n.Pairs {
		walk(p.Value, append(path[:len(path):len(path)], p.Key.Text), visit)
	}
	for i, item := range n.Items {
		walk(item, append(path[:len(path):len(path)], i), visit)
	}
}

func encode16(order binary.AppendByteOrder, text string) string {
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, u)
	}
	return string(out)
}

func TestParse(t *testing.T) {
	tests := []struct{ name, path, src, want string }{
		{"documents", "x.yaml", "# head\n---\na: 1\n---\n# nothing\n--- # c\nb: 2\n...\n# c\n---\nc: 3\n", `
#0 3:1-3:5
a 1 3:1-3:5
#2 7:1-7:5
b 2 7:1-7:5
#3 11:1-11:5
c 3 11:1-11:5`},
		{"marker lines with content", "x.yaml", "--- {a: b}\n--- |\n text\n--- # c\n- x\n ---x\n", `
#0 1:5-1:11
a "b" 1:6-1:10
#1 2:5-3:6
#2 5:1-6:6
0 "x ---x" 5:3-6:6`},
		{"a marker ends a block scalar", "x.yaml", "a: |\n  x\n---\nb: 1\n", `
#0 1:1-2:4
a "x\n" 1:1-2:4
#1 4:1-4:5
b 1 4:1-4:5`},
		{"a bad document does not stop the others", "x.yaml", "a: 1\n---\nb: [\n---\nc: 3\n", `
#0 1:1-1:5
a 1 1:1-1:5
#2 5:1-5:5
c 3 5:1-5:5
error #1 3:1-3:5 a value is missing or begins with a character that none can begin with`},
		{"directives", "x.yaml", "%YAML 1.1\n%TAG !e! tag:e:\n---\na: !e!x 1\n...\n%YAML 1.2\n---\nb: 1\n", `
#0 4:1-4:10
a "1" 4:1-4:10
#1 8:1-8:5
b 1 8:1-8:5`},
		{"CR LF", "x.yaml", "a: 1\r\nb:\r\n- x\r\n- |\r\n  t\r\n---\r\nc: 2\r\n", `
#0 1:1-5:4
a 1 1:1-1:5
b 0 "x" 3:3-3:4
b 1 "t\n" 4:3-5:4
#1 7:1-7:5
c 2 7:1-7:5`},
		{"CR", "x.yaml", "a: 1\r---\rb: é x\rc: [d]\r", `
#0 1:1-1:5
a 1 1:1-1:5
#1 3:1-4:7
b "é x" 3:1-3:7
c 0 "d" 4:5-4:6`},
		{"NEL is a line break to YAML but to no editor", "x.yaml", "a: x\u0085b: z\nc: w\n", `
#0 1:1-2:5
a "x" 1:1-1:5
b "z" 1:6-1:10
c "w" 2:1-2:5`},
		{"byte order marks", "x.yaml", "\ufeffa: 1\n---\n\ufeff# c\nb: 2\n...\n\ufeff---\nc: 3\n---\n\ufeffd: 4\n", `
#0 1:1-1:5
a 1 1:1-1:5
#1 4:1-4:5
b 2 4:1-4:5
#2 7:1-7:5
c 3 7:1-7:5
#3 9:1-9:5
d 4 9:1-9:5`},
		{"UTF-16 LE", "x.yaml", "\xff\xfe" + encode16(binary.LittleEndian, "a: é😀\nb: [x]\n"), `
#0 1:1-2:7
a "é😀" 1:1-1:6
b 0 "x" 2:5-2:6`},
		{"UTF-16 BE without a mark", "x.yaml", encode16(binary.BigEndian, "a: é\nb: 2\n"), `
#0 1:1-2:5
a "é" 1:1-1:5
b 2 2:1-2:5`},
		{"columns count code points", "x.yaml", "é: {ü: \"ö\", b: 😀, c: x}\n", `
#0 1:1-1:24
é ü "ö" 1:5-1:11
é b "😀" 1:13-1:17
é c "x" 1:19-1:23`},
		{"invalid UTF-8", "x.yaml", "a: 1\nb: é\xff\n", `
error #0 2:5-2:5 not valid UTF-8`},
		{"binary", "x.yaml", "a: 1\nb: \x00\n", `
error #0 2:4-2:4 binary file`},
		{"odd UTF-16", "x.yaml", "\xff\xfea\x00b", `
error #0 1:1-1:1 not valid UTF-16: an odd number of bytes`},
		{"half a surrogate pair", "x.yaml", "\xff\xfea\x00\x00\xd8", `
error #0 1:2-1:2 not valid UTF-16`},
		{"control character", "x.yaml", "a: 1\nb: x\x07\n", `
error #0 2:5-2:5 a control character is not allowed in YAML`},
		{"nothing", "x.yaml", "# only\n\n---\n...\n", ``},
		{"block scalars", "x.yaml", "a: |\n  x\n\n    y\n\nb: >-\n  p\n  q\n\n  r\nc: |+\n\n  z\n\nd: |2\n    k\n   l\ne: |\nf: >\n\n  g  \n", `
#0 1:1-21:4
a "x\n\n  y\n" 1:1-4:6
b "p q\nr" 6:1-10:4
c "\nz\n\n" 11:1-13:4
d "  k\n l\n" 15:1-17:5
e "" 18:1-18:5
f "\ng  \n" 19:1-21:4`},
		{"scalars over lines", "x.yaml", "a: one\n  two\n\n  three # c\nb: \"x\n  y\\\"z\"\nc: 'it''s\n\n  so'\n", `
#0 1:1-9:6
a "one two\nthree" 1:1-4:8
b "x y\"z" 5:1-6:8
c "it's\nso" 7:1-9:6`},
		{"brackets over lines", "x.yaml", "a: [x, # ]\n  {b: it's, 'c]': [], d: \"}\"}, y z\n ]\ne: {}\n", `
#0 1:1-4:6
a 0 "x" 1:5-1:6
a 1 b "it's" 2:4-2:11
a 1 c] [] 2:13-2:21
a 1 d "}" 2:23-2:29
a 2 "y z" 2:32-2:35
e {} 4:1-4:6`},
		{"nothing written", "x.yaml", "a:\nb: # c\nc:\n- \n-\nd: ~\n? e\n", `
#0 1:1-7:4
a null 1:1-1:3
b null 2:1-2:3
c 0 null 4:2-4:2
c 1 null 5:2-5:2
d null 6:1-6:5
e null 7:3-7:4`},
		{"properties", "x.yaml", "a: &x\nb: !!str\nc: !!str 12\nd: &y !custom {e: f}\ng: !<tag:h> i\n", `
#0 1:1-5:14
a null 1:1-1:6
b "" 2:1-2:9
c "12" 3:1-3:12
d e "f" 4:16-4:20
g "i" 5:1-5:14`},
		{"keys become strings", "x.yaml", "1: a\n0x10: b\n1.50: c\nyes: d\n~: e\n'': f\n2001-01-01: g\n", `
#0 1:1-7:14
1 "a" 1:1-1:5
16 "b" 2:1-2:8
1.5 "c" 3:1-3:8
true "d" 4:1-4:7
null "e" 5:1-5:5
 "f" 6:1-6:6
2001-01-01 "g" 7:1-7:14`},
		{"aliases", "x.yaml", "a: &x {k: v}\nb: *x\nc:\n- *x\n- w\n", `
#0 1:1-5:4
a k "v" 1:8-1:12
b k "v" 1:8-1:12
c 0 k "v" 1:8-1:12
c 1 "w" 5:3-5:4`},
		{"an anchored key", "x.yaml", "&k yes: 1\na: *k\nb: {*k : 2}\n", `
#0 1:1-3:12
true 1 1:1-1:10
a true 2:1-2:6
b true 2 3:5-3:11`},
		{"merge keys", "x.yaml", "b: &b {x: 1, z: 2}\nc: &c\n  z: 3\n  w: 4\nd:\n  x: 0\n  <<: [*b, *c]\ne:\n  <<: *c\n  w: 5\n'<<': 6\n", `
#0 1:1-11:8
b x 1 1:8-1:12
b z 2 1:14-1:18
c z 3 3:3-3:7
c w 4 4:3-4:7
d x 0 6:3-6:7
d z 2 1:14-1:18
d w 4 4:3-4:7
e w 5 10:3-10:7
e z 3 3:3-3:7
<< 6 11:1-11:8`},
		{"duplicate keys", "x.yaml", "a:\n  b: 1\n  c: 2\n  'b': 3\n---\n{a: 1, a: 2}\n---\nyes: 1\n'true': 2\n", `
error #0 4:3-4:6 key "b" is defined twice, in lines 2 and 4
error #1 6:8-6:9 key "a" is defined twice, in line 6
error #2 9:1-9:7 key "true" is defined twice, in lines 8 and 9`},
		{"templates", "x.yaml", "{{config}}\n---\na: {{ .Values.x }}\n---\na: 1\n{{- if x }}\n", `
error #0 1:2-1:2 a mapping is used as a key: is this an unrendered template?
error #1 3:5-3:5 a mapping is used as a key: is this an unrendered template?
error #2 6:1-6:12 a key without a ':' behind it: is the indentation right?`},
		{"text behind the end", "x.yaml", "{a: b}\nc\n", `
error #0 2:1-2:2 there is text behind the end of the document`},
		{"a tab", "x.yaml", "a:\n\tb: 1\n", `
error #0 2:2-2:6 a line is indented with a tab`},
		{"wrong indentation", "x.yaml", "x: 1\ny:\n  a: b\n  c: d\n e: f\n", `
error #0 5:2-5:6 a key was expected: is the indentation right?`},
		{"an unclosed string", "x.yaml", "a: 1\nb: \"x\nc: d\n", `
error #0 2:1-2:6 a quoted string is not closed`},
		{"an unknown anchor", "x.yaml", "a: 1\nb: *secret\n", `
error #0 2:4-2:11 an alias names an anchor that is not defined above it`},
		{"a cyclic alias", "x.yaml", "a: &x\n  b:\n  - *x\n", `
error #0 3:5-3:7 an alias refers to a node that contains it`},
		{"a bad merge", "x.yaml", "a:\n  <<: 1\n", `
error #0 2:3-2:5 a merge key (<<) needs a mapping or a sequence of mappings`},
		{"an infinite number", "x.yaml", "a: -.inf\n", `
error #0 1:4-1:9 JSON has no infinite numbers, nor .nan`},
		{"JSON", "x.json", "{\"a\":\t[1, -2.50e3, true, null, {}],\n\"b\\u00e9\\ud83d\\ude00\\n\": \"é\\/\\ud800\"}\n", `
#0 1:1-2:38
a 0 1 1:8-1:9
a 1 -2.50e3 1:11-1:18
a 2 true 1:20-1:24
a 3 null 1:26-1:30
a 4 {} 1:32-1:34
bé😀
 "é/�" 2:1-2:37`},
		{"JSON by content", "x", "\n[1,\n\t2]", `
#0 2:1-3:4
0 1 2:2-2:3
1 2 3:2-3:3`},
		{"not JSON but YAML", "x", "{a: b,\n c: [d],}", `
#0 1:1-2:10
a "b" 1:2-1:6
c 0 "d" 2:6-2:7`},
		{"JSON duplicate keys", "x", "{\"a\": 1,\n\"\\u0061\": 2}", `
error #0 2:1-2:9 key "a" is defined twice, in lines 1 and 2`},
		{"JSON trailing text", "x.json", "{\"a\": 1} {", `
error #0 1:10-1:10 there is text behind the end of the JSON value`},
		{"JSON with a trailing comma", "x.json", "[1,\n]", `
error #0 2:1-2:1 a JSON value was expected`},
		{"JSON cut short", "x.json", "{\"a\": \"x", `
error #0 1:7-1:7 a string is not closed`},
		{"a JSON number out of range", "x.json", "[1e999999999]", `
error #0 1:2-1:13 a number is out of range`},
		{"big JSON numbers", "x.json", "[123456789012345678901234567890, 0.1000000000000000055]", `
#0 1:1-1:56
0 123456789012345678901234567890 1:2-1:32
1 0.1000000000000000055 1:34-1:55`},
		{"bad JSON numbers", "x.json", "[01]", `
error #0 1:3-1:3 a ',' or ']' was expected`},
		{"an empty JSON file", "x.json", " \n", ``},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := outline(Parse(tt.path, []byte(tt.src), Options{}))
			if want := strings.TrimPrefix(tt.want, "\n"); strings.TrimSuffix(got, "\n") != want {
				t.Errorf("%q\ngot:\n%s\nwant:\n%s", tt.src, got, want)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	f := Parse("x.yaml", []byte("a: 1\n---\nb: [\n---\nc: 1\n"), Options{})
	if len(f.Errors) != 1 || f.Errors[0].Text != "---\nb: [\n" {
		t.Errorf("got %+v", f.Errors)
	}
	if got, want := f.Errors[0].Error(), "x.yaml:3:1: "; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want it to begin with %q", got, want)
	}
	long := Parse("x.yaml", []byte("a: [\nb: "+strings.Repeat("é", 50_000)), Options{})
	if n := len(long.Errors[0].Text); n > 64<<10 || n < 64<<10-4 {
		t.Errorf("the text of an error has %d bytes", n)
	}
}

func TestMessagesKeepSecrets(t *testing.T) {
	const secret = "hunter2"
	for _, src := range []string{
		"a: *hunter2", "a: !!int hunter2", "a: !!bool hunter2", "a: !!float hunter2", "a: !!binary '$hunter2'", "a: 'hunter2",
		"a: \"hunter2\\q\"", "a: hunter2: b", "a: [hunter2", "- hunter2\nb: c", "a: hunter2\n- b", "a: !h!unter2 x", "a: @hunter2",
		"a: |x hunter2", "{a: hunter2} hunter2", "<<: hunter2", "? {a: hunter2}\n: b", "a: %hunter2", "%hunter2\n---\na", "a: &hunter2 {b: *hunter2}",
	} {
		f := Parse("x.yaml", []byte(src), Options{})
		if len(f.Errors) == 0 {
			t.Errorf("%q: no error", src)
		}
		for _, e := range f.Errors {
			if strings.Contains(e.Message+e.Remedy, secret) {
				t.Errorf("%q: %s (%s)", src, e.Message, e.Remedy)
			}
			if e.Message == "" || e.Message == "not valid YAML" {
				t.Errorf("%q: the message says nothing", src)
			}
		}
	}
	key := strings.Repeat("k", 500)
	f := Parse("x.yaml", []byte(key+": 1\n"+key+": 2\n"), Options{})
	if n := len(f.Errors[0].Message); n > 120 {
		t.Errorf("a message of %d bytes: %s", n, f.Errors[0].Message)
	}
}

func TestSplit(t *testing.T) {
	src := []byte("# c\n---\na: 1\n---\n...\n%TAG ! x\n--- b\n")
	var got []string
	for _, c := range Split(src) {
		got = append(got, fmt.Sprintf("%q %v", src[c.Start:c.End], c.Blank))
	}
	want := []string{`"# c\n---\na: 1\n" false`, `"---\n...\n" true`, `"%TAG ! x\n--- b\n" false`}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
