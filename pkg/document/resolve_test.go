package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"testing"

	sigsyaml "sigs.k8s.io/yaml"
)

// plainValue turns a tree into what encoding/json makes of the same document.
func plainValue(n *Node) any {
	switch n.Kind {
	case Null:
		return nil
	case Bool:
		return n.Text == "true"
	case Number:
		return json.Number(n.Text)
	case String:
		return n.Text
	case Sequence:
		items := []any{}
		for _, item := range n.Items {
			items = append(items, plainValue(item))
		}
		return items
	}
	pairs := map[string]any{}
	for _, p := range n.Pairs {
		pairs[p.Key.Text] = plainValue(p.Value)
	}
	return pairs
}

// sameJSON compares values, numbers by what they are and not by how they are spelt.
func sameJSON(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		b, ok := b.(json.Number)
		if !ok {
			return false
		}
		x, errX := strconv.ParseFloat(string(a), 64)
		y, errY := strconv.ParseFloat(string(b), 64)
		return errX == nil && errY == nil && x == y
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !sameJSON(a[i], b[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k := range a {
			if v, ok := b[k]; !ok || !sameJSON(a[k], v) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(a, b)
}

// asCluster is what sigs.k8s.io/yaml, and so the cluster, makes of a document.
func asCluster(t *testing.T, src string) (any, error) {
	t.Helper()
	text, err := sigsyaml.YAMLToJSON([]byte(src))
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil && err != io.EOF {
		t.Fatal(err)
	}
	return v, nil
}

var scalars = strings.Fields(`
	y Y n N yes Yes YES yEs no No NO on On ON off Off OFF true True TRUE tRue false False FALSE
	~ null Null NULL nUll
	0 1 -1 +1 42 007 0777 08 09 0o777 0o8 -0o17 0O17 0x1F 0X1f -0x1F 0xG 0b101 -0b101 0b-11 0b2
	1_000 1__0 _1 0_7 -_1 +_1 0x_1F 1_ 18446744073709551615 18446744073709551616 9223372036854775807 -9223372036854775808
	-9223372036854775809 123456789012345678901234567890 -0 -0.0 00 0.0
	1.5 1.50 .5 -.5 +.5 5. -5. 1e3 1E3 1e+3 1.5e-3 1e400 -1e400 1e-400 .5e1 5.e1 .e1 . .. +. 1.2.3 1e 1e+ 1_0.5 ._5 .5_5
	0x1p4 1:30 12:30:45 190:20:30 2001-01-01 2001-1-1 2001-12-14T21:59:43.10-05:00 1.2.3.4 10.0.0.0/8
	+ - -- = <<x .infinity inf nan Infinity NaN 0x 0o 0b 1k 100m 1Gi e5 1e5x 0e0 000.5 00.5e2
	!!str\ yes !!str\ 12 !!int\ 3 !!int\ "3" !!float\ 3 !!float\ "3.5" !!bool\ yes !!bool\ "on" !!null\ null !!null\ ""
	!!binary\ aGVsbG8= !!binary\ "aGVs\nbG8=" !custom\ yes !!unknown\ 3 !!timestamp\ 2001-01-01
	"yes" 'yes' "12" "0x1" "null" "~" "" ''`)

func TestKubernetesSchemaAgreesWithCluster(t *testing.T) {
	for _, s := range scalars {
		s = strings.ReplaceAll(s, `\ `, " ")
		for _, src := range []string{"v: " + s + "\n", "- " + s + "\n", "[" + s + "]\n", "{k: " + s + "}\n", s + ": 1\n", "a: &x " + s + "\nb: *x\n"} {
			want, wantErr := asCluster(t, src)
			f := Parse("x.yaml", []byte(src), Options{})
			if wantErr != nil {
				// Keys that cannot be JSON keys are the one thing that is more lenient here.
				if len(f.Errors) == 0 && !strings.HasSuffix(src, ": 1\n") {
					t.Errorf("%q: accepted, want an error like %v", src, wantErr)
				}
				continue
			}
			if len(f.Errors) > 0 || len(f.Docs) != 1 {
				t.Errorf("%q: %v, want %v", src, f.Errors, want)
				continue
			}
			if got := plainValue(f.Docs[0].Root); !sameJSON(got, want) {
				t.Errorf("%q: got %v, want %v", src, got, want)
			}
			checkNumbers(t, f.Docs[0].Root)
		}
	}
}

func checkNumbers(t *testing.T, n *Node) {
	t.Helper()
	if n.Kind == Number && !json.Valid([]byte(n.Text)) {
		t.Errorf("%q is not a JSON number", n.Text)
	}
	for _, p := range n.Pairs {
		checkNumbers(t, p.Value)
	}
	for _, item := range n.Items {
		checkNumbers(t, item)
	}
}

func TestManifestAgreesWithCluster(t *testing.T) {
	f := Parse("manifest.yaml", manifest, Options{})
	for i, c := range Split(manifest) {
		want, err := asCluster(t, string(manifest[c.Start:c.End]))
		if err != nil {
			t.Fatal(err)
		}
		if got := plainValue(f.Docs[i].Root); !sameJSON(got, want) {
			t.Errorf("document %d: got %v, want %v", i, got, want)
		}
	}
}

func TestScalars(t *testing.T) {
	tests := []struct {
		in     string
		schema Schema
		kind   Kind
		text   string
	}{
		{"yes", Kubernetes, Bool, "true"},
		{"yes", Core, String, "yes"},
		{"n", Core, String, "n"},
		{"TRUE", Core, Bool, "true"},
		{"0777", Kubernetes, Number, "511"},
		{"0777", Core, Number, "777"},
		{"0o777", Core, Number, "511"},
		{"0xff", Core, Number, "255"},
		{"0xffffffffffffffffffff", Core, Number, "1208925819614629174706175"},
		{"0b11", Core, String, "0b11"},
		{"1_000", Core, String, "1_000"},
		{"1_000", Kubernetes, Number, "1000"},
		{"1.50", Kubernetes, Number, "1.50"},
		{"+1.50", Kubernetes, Number, "1.50"},
		{".5", Kubernetes, Number, "0.5"},
		{"5.", Core, Number, "5"},
		{"007.5", Core, Number, "7.5"},
		{"123456789012345678901234567890", Kubernetes, Number, "123456789012345678901234567890"},
		{"0.1000000000000000055511151231257827", Kubernetes, Number, "0.1000000000000000055511151231257827"},
		{"1e999999999", Core, String, "1e999999999"},
		{"2001-01-01", Kubernetes, String, "2001-01-01"},
		{"~", Core, Null, ""},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s/%d", tt.in, tt.schema), func(t *testing.T) {
			f := Parse("x.yaml", []byte("v: "+tt.in), Options{Schema: tt.schema})
			if len(f.Docs) != 1 {
				t.Fatal(f.Errors)
			}
			if v := f.Docs[0].Root.Get("v"); v.Kind != tt.kind || v.Text != tt.text {
				t.Errorf("got %s %q, want %s %q", v.Kind, v.Text, tt.kind, tt.text)
			}
		})
	}
}
