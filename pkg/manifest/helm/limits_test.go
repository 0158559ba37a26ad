package helm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// chartOf is a chart with one template.
func chartOf(template string) fstest.MapFS {
	return fstest.MapFS{
		"web/Chart.yaml":       {Data: []byte("apiVersion: v2\nname: web\nversion: 1.0.0\n")},
		"web/templates/x.yaml": {Data: []byte(template)},
	}
}

func keys(fsys fstest.MapFS) []string { return slices.Sorted(maps.Keys(fsys)) }

// TestEndless gives templates that never end, or print more than there is memory for.
func TestEndless(t *testing.T) {
	templates := map[string]string{
		"repeat":            `a: {{ repeat 1000000000 "x" }}`,
		"until":             `{{ range until 1000000000 }}x{{ end }}`,
		"untilStep":         `{{ range untilStep 0 1000000000 1 }}x{{ end }}`,
		"seq":               `{{ seq 1000000000 }}`,
		"indent":            `{{ indent 1000000000 "x" }}`,
		"nested ranges":     `{{ range until 90000 }}{{ range until 90000 }}x{{ end }}{{ end }}`,
		"integer range":     `{{ range 1000000000000 }}x{{ end }}`,
		"doubling":          `{{ $x := "xxxxxxxxxxxxxxxx" }}{{ range until 60 }}{{ $x = printf "%s%s" $x $x }}{{ end }}a: {{ $x }}`,
		"template recurses": `{{ define "a" }}x{{ template "a" . }}{{ end }}{{ template "a" . }}`,
		"include recurses":  `{{ define "a" }}x{{ include "a" . }}{{ end }}{{ include "a" . }}`,
		"include explodes":  `{{ define "a0" }}x{{ end }}` + exploding(60) + `{{ include "a60" . }}`,
	}
	for name, template := range templates {
		t.Run(name, func(t *testing.T) {
			fsys := chartOf(template)
			start := time.Now()
			result := Render(t.Context(), fsys, keys(fsys), Options{Timeout: 2 * time.Second, MaxBytes: 1 << 20})
			if len(result.Faults) != 1 || len(result.Objects) > 0 {
				t.Errorf("got %d faults, %v", len(result.Faults), result)
			}
			if took := time.Since(start); took > time.Minute {
				t.Errorf("took %v", took)
			}
			if !result.Consumed["web/templates/x.yaml"] {
				t.Error("the template is to be judged as a manifest")
			}
		})
	}
}

func exploding(n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, `{{ define "a%d" }}x{{ include "a%d" . }}{{ include "a%d" . }}{{ end }}`, i, i-1, i-1)
	}
	return b.String()
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	fsys := chartOf("kind: ConfigMap")
	if result := Render(ctx, fsys, keys(fsys), Options{}); len(result.Faults) != 1 {
		t.Errorf("got %v", result)
	}
}

// TestDeterminism renders everything a template can make of chance, of the clock and of the order of a map, twice.
func TestDeterminism(t *testing.T) {
	fsys := chartOf(`
apiVersion: v1
kind: Secret
metadata:
  name: {{ randAlphaNum 5 | lower }}-{{ uuidv4 }}-{{ randInt 1 100 }}-{{ shuffle "abc" }}
stringData:
  now: {{ now | date "2006-01-02T15:04:05" | quote }}
  today: {{ htmlDate "" | quote }} {{/* no time means now */}}
  zone: {{ dateInZone "2006-01-02" (now) "UTC" | quote }}
  ago: {{ ago now | quote }}
  numeric: {{ randNumeric 3 | quote }}
  ascii: {{ randAscii 9 | b64enc }}
  bytes: {{ randBytes 9 | quote }}
  keys: {{ keys (dict "a" 1 "b" 2 "c" 3 "d" 4 "e" 5) | join "," }}
  values: {{ values (dict "a" 1 "b" 2 "c" 3 "d" 4 "e" 5) | join "," | quote }}
  key: {{ genPrivateKey "ecdsa" | b64enc }}
  {{- $ca := genCA "ca" 365 }}
  {{- $cert := genSignedCert "cn" nil (list "a") 365 $ca }}
  cert: {{ $cert.Cert | b64enc }}{{ $ca.Key | b64enc }}
  self: {{ (genSelfSignedCert "cn" nil nil 1).Cert | b64enc }}
  bcrypt: {{ bcrypt "x" | quote }}
  htpasswd: {{ htpasswd "u" "p" | quote }}
  aes: {{ encryptAES "key" "text" }}
  host: {{ getHostByName "example.com" | quote }}
  lookup: {{ lookup "v1" "Secret" "" "x" | toJson | quote }}
`)
	var first string
	for i := range 3 {
		result := Render(t.Context(), fsys, keys(fsys), Options{})
		if len(result.Faults) > 0 || len(result.Objects) != 1 {
			t.Fatalf("got %v", result.Faults)
		}
		text := plain(result.Objects[0].Node)
		if i == 0 {
			first = text
		} else if text != first {
			t.Errorf("got\n%s\nafter\n%s", text, first)
		}
	}
}

type refuse struct{ t *testing.T }

func (r refuse) RoundTrip(q *http.Request) (*http.Response, error) {
	r.t.Errorf("%s was asked for", q.URL)
	return nil, errors.New("offline")
}

func TestSchemaStaysInside(t *testing.T) {
	transport := http.DefaultTransport
	http.DefaultTransport = refuse{t}
	defer func() { http.DefaultTransport = transport }()
	for _, ref := range []string{"https://example.com/x.json", "http://127.0.0.1:1/x.json", "file:///etc/passwd", "other.json"} {
		fsys := chartOf("kind: ConfigMap")
		fsys["web/values.schema.json"] = &fstest.MapFile{Data: fmt.Appendf(nil, `{"properties":{"a":{"$ref":%q}}}`, ref)}
		start := time.Now()
		result := Render(t.Context(), fsys, keys(fsys), Options{})
		if len(result.Faults) != 1 || !strings.Contains(result.Faults[0].Message, "outside of the chart") {
			t.Errorf("%s: %v", ref, result.Faults)
		}
		if time.Since(start) > 30*time.Second {
			t.Errorf("%s: took %v", ref, time.Since(start))
		}
	}
}

// TestHostileArchive gives archives that try to leave their folder or to fill the memory.
func TestHostileArchive(t *testing.T) {
	chart := tar.Header{Name: "web/Chart.yaml", Typeflag: tar.TypeReg, Size: 10}
	tests := map[string][]tar.Header{
		"symlink":   {chart, {Name: "web/templates", Typeflag: tar.TypeSymlink, Linkname: "/etc"}},
		"hard link": {chart, {Name: "web/x", Typeflag: tar.TypeLink, Linkname: "web/Chart.yaml"}},
		"climbing":  {chart, {Name: "web/../../x", Typeflag: tar.TypeReg}},
		"absolute":  {chart, {Name: "/etc/passwd", Typeflag: tar.TypeReg}},
		"drive":     {chart, {Name: `web\c:\x`, Typeflag: tar.TypeReg}},
		"top level": {chart, {Name: "x", Typeflag: tar.TypeReg}},
		"bomb":      {chart, {Name: "web/x", Typeflag: tar.TypeReg, Size: 65 << 20}},
	}
	for name, headers := range tests {
		t.Run(name, func(t *testing.T) {
			var data bytes.Buffer
			zip := gzip.NewWriter(&data)
			w := tar.NewWriter(zip)
			for _, h := range headers {
				h.Mode = 0o644
				if err := w.WriteHeader(&h); err != nil {
					t.Fatal(err)
				}
				if _, err := w.Write(make([]byte, h.Size)); err != nil {
					t.Fatal(err)
				}
			}
			if err := errors.Join(w.Close(), zip.Close()); err != nil {
				t.Fatal(err)
			}
			fsys := fstest.MapFS{"web.tgz": {Data: data.Bytes()}}
			result := Render(t.Context(), fsys, keys(fsys), Options{})
			if len(result.Faults) != 1 || result.Faults[0].Path != "web.tgz" {
				t.Errorf("got %v", result.Faults)
			}
		})
	}
	t.Run("no chart", func(t *testing.T) {
		fsys := fstest.MapFS{"a.tgz": {Data: []byte("not an archive")}, "b.tgz": {Data: pack(t, map[string]string{"x/y": "z"})}}
		if result := Render(t.Context(), fsys, keys(fsys), Options{}); len(result.Faults)+len(result.Objects)+len(result.Consumed) != 0 {
			t.Errorf("got %v", result)
		}
	})
}

// TestHiding lays a chart's file beside manifests and hides one from Helm: both are still to be judged as they are.
func TestHiding(t *testing.T) {
	fsys := chartOf("apiVersion: v1\nkind: Pod\nmetadata: {name: hidden}\n")
	fsys["web/.helmignore"] = &fstest.MapFile{Data: []byte("templates/x.yaml\n")}
	fsys["web/pod.yaml"] = &fstest.MapFile{Data: []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: beside}\n")}
	result := Render(t.Context(), fsys, keys(fsys), Options{})
	for _, name := range []string{"web/templates/x.yaml", "web/pod.yaml"} {
		if result.Consumed[name] {
			t.Errorf("%s is hidden", name)
		}
	}
}

func TestScope(t *testing.T) {
	fsys := chartOf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n")
	for path, want := range map[string]int{"web/values.yaml": 0, "web/templates/x.yaml": 1} {
		result := Render(t.Context(), fsys, keys(fsys), Options{InScope: func(p string) bool { return p == path }})
		if len(result.Objects) != want {
			t.Errorf("%s in scope: %d objects, want %d", path, len(result.Objects), want)
		}
	}
}
