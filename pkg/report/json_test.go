package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/report"
)

// The findings are written by hand, so a field added to the structs would be lost silently. Filling every field and
// reading the report back shows it.
func TestJSONHasEveryField(t *testing.T) {
	var want finding.Report
	n := 0
	fillAll(reflect.ValueOf(&want).Elem(), &n)
	want.Rules, want.Hidden = nil, nil // not part of the format
	var got finding.Report
	dec := json.NewDecoder(strings.NewReader(write(t, "json", report.Options{}, &want)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read back:\n%+v\nwant:\n%+v", got, want)
	}
}

func fillAll(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("s%d <&> \"\\\t\u009b\u202e\U000e0041 ü", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Float64:
		v.SetFloat(float64(*n) + 0.5)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillAll(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fillAll(v.Index(i), n)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fillAll(v.Field(i), n)
		}
	default:
		panic("a kind this test does not fill: " + v.Kind().String())
	}
}

// Indenting by hand must look as encoding/json would have done it.
func TestJSONIndent(t *testing.T) {
	for _, r := range []*finding.Report{sample(), green(), {}} {
		got := write(t, "json", report.Options{}, r)
		var compact, indented bytes.Buffer
		if err := json.Compact(&compact, []byte(got)); err != nil {
			t.Fatal(err)
		}
		if err := json.Indent(&indented, compact.Bytes(), "", "  "); err != nil {
			t.Fatal(err)
		}
		if want := indented.String() + "\n"; got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
		if strings.Contains(got, "null") {
			t.Errorf("an empty list became null:\n%s", got)
		}
	}
}

// large is a report the size of a bad day in a large repository.
func large(n int) *finding.Report {
	r := sample()
	like := r.Findings[1:4]
	r.Findings = make([]finding.Finding, n)
	for i := range r.Findings {
		f := like[i%len(like)]
		f.Location = at(fmt.Sprintf("k8s/service-%05d.yaml", i/5), 1+i%40, 3, 2+i%40, 9)
		f.Fingerprint = fmt.Sprintf("%064x", i)
		r.Findings[i] = f
	}
	return r
}

func BenchmarkWrite(b *testing.B) {
	r := large(30_000)
	lines := []byte(strings.Repeat("          image: registry.example/web:1.4.2\n", 50))
	source := func(string) ([]byte, error) { return lines, nil }
	for _, name := range append(report.Formats(), "text with frames") {
		b.Run(name, func(b *testing.B) {
			format, _, frames := strings.Cut(name, " ")
			w, err := report.New(format, report.Options{Frames: frames, Source: source})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if err := w.Write(io.Discard, r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
