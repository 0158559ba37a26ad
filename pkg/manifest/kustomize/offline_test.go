package kustomize

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// offline makes every attempt to reach the network or to run git fail the test.
func offline(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	marker := filepath.Join(dir, "called")
	script := "#!/bin/sh\necho \"$@\" >> " + marker + "\nexit 1\n"
	if err := os.WriteFile(filepath.Join(dir, "git"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	transport := http.DefaultTransport
	http.DefaultTransport = refuse{t}
	t.Cleanup(func() {
		http.DefaultTransport = transport
		if calls, err := os.ReadFile(marker); err == nil {
			t.Errorf("git was run: %s", calls)
		}
	})
}

type refuse struct{ t *testing.T }

func (r refuse) RoundTrip(q *http.Request) (*http.Response, error) {
	r.t.Errorf("%s was asked for", q.URL)
	return nil, errors.New("offline")
}

const local = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: local\n"

func TestOffline(t *testing.T) {
	tests := map[string]string{
		"https":              "resources: [local.yaml, 'https://example.com/base']",
		"https upper case":   "resources: [local.yaml, 'HTTPS://example.com/base']",
		"http without slash": "resources: [local.yaml, 'http:example.com/x/y']",
		"github":             "resources: [local.yaml, github.com/org/repo]",
		"github scp":         "resources: [local.yaml, 'GitHub.com:org/repo']",
		"scp":                "resources: [local.yaml, 'git@example.com:org/repo']",
		"scp with path":      "resources: [local.yaml, user@host/org/repo]",
		"ssh":                "resources: [local.yaml, 'ssh://example.com/org/repo']",
		"file":               "resources: [local.yaml, 'file:///tmp/repo']",
		"git prefix":         "resources: [local.yaml, 'git::https://example.com/org/repo']",
		"azure":              "resources: [local.yaml, 'https://user@dev.azure.com/org/project/_git/repo']",
		"bases":              "resources: [local.yaml]\nbases: ['https://example.com/base']",
		"field in capitals":  "resources: [local.yaml]\nCOMPONENTS: ['https://example.com/base']",
		"crds":               "resources: [local.yaml]\ncrds: ['https://example.com/crd.yaml']",
		"configurations":     "resources: [local.yaml]\nconfigurations: ['https://example.com/c.yaml']",
		"openapi":            "resources: [local.yaml]\nopenapi: {path: 'https://example.com/schema.json'}",
		"patch":              "resources: [local.yaml]\npatches: [{path: 'https://example.com/p.yaml'}]",
		"strategic patch":    "resources: [local.yaml]\npatchesStrategicMerge: ['https://example.com/p.yaml']",
		"json patch":         "resources: [local.yaml]\npatchesJson6902: [{path: 'https://example.com/p.yaml', target: {kind: ConfigMap, version: v1, name: local}}]",
		"replacement":        "resources: [local.yaml]\nreplacements: [{path: 'https://example.com/r.yaml'}]",
		"generator":          "resources: [local.yaml]\ngenerators: ['https://example.com/g.yaml']",
		"validator":          "resources: [local.yaml]\nvalidators: ['git@example.com:org/repo']",
		"file of a map":      "resources: [local.yaml]\nconfigMapGenerator: [{name: m, files: ['a=https://example.com/a']}]",
		"env of a secret":    "resources: [local.yaml]\nsecretGenerator: [{name: m, env: 'https://example.com/a'}]",
		"envs of a secret":   "resources: [local.yaml]\nsecretGenerator: [{name: m, envs: ['https://example.com/a']}]",
		"plugin":             "resources: [local.yaml]\ntransformers: [plugin.yaml]",
		"inline plugin":      "resources: [local.yaml]\ntransformers:\n- |-\n  apiVersion: builtin\n  kind: PatchTransformer\n  metadata: {name: p}\n  path: https://example.com/p.yaml",
		"plugin in a list":   "resources: [local.yaml]\ngenerators: [list.yaml]",
		"plugin in a folder": "resources: [local.yaml]\ngenerators: [plugins]",
		"helm":               "resources: [local.yaml]\nhelmCharts: [{name: c, repo: 'https://example.com/charts'}]",
		"in a base":          "resources: [local.yaml, base]",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			offline(t)
			fsys := fstest.MapFS{
				"kustomization.yaml":         {Data: []byte(text)},
				"local.yaml":                 {Data: []byte(local)},
				"plugin.yaml":                {Data: []byte("apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: g}\nfiles: ['x=https://example.com/a']")},
				"list.yaml":                  {Data: []byte("apiVersion: v1\nkind: List\nitems:\n- apiVersion: builtin\n  kind: SecretGenerator\n  metadata: {name: g}\n  envs: ['https://example.com/a']")},
				"plugins/kustomization.yaml": {Data: []byte("resources: [plugin.yaml]")},
				"plugins/plugin.yaml":        {Data: []byte("apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: g}\nfiles: ['x=https://example.com/a']")},
				"base/kustomization.yaml":    {Data: []byte("namePrefix: x-\nresources: ['https://example.com/base']")},
			}
			start := time.Now()
			result := Render(t.Context(), fsys, keys(fsys), Options{InScope: func(p string) bool { return p == "kustomization.yaml" }})
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("took %v", took)
			}
			if len(result.Faults) == 0 {
				t.Fatal("no fault")
			}
			for _, f := range result.Faults {
				if f.Range.Start.Line == 0 {
					t.Errorf("no line: %+v", f)
				}
			}
			if len(result.Objects) == 0 || result.Objects[0].Source.Path != "local.yaml" {
				t.Errorf("the local rest was not built: %v, faults %v", result.Objects, result.Faults)
			}
		})
	}
}

func TestAllowNetwork(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: fetched\n"))
	}))
	defer server.Close()
	fsys := fstest.MapFS{"kustomization.yaml": {Data: []byte("namePrefix: x-\nresources:\n- " + server.URL + "/config.yaml\n")}}
	result := Render(t.Context(), fsys, keys(fsys), Options{AllowNetwork: true})
	if len(result.Faults) > 0 || len(result.Objects) != 1 {
		t.Fatalf("got %v", result)
	}
	place := result.Objects[0].Locator.Locate([]any{"metadata", "name"})
	if place.Path != "kustomization.yaml" || place.Range.Start.Line != 3 || place.Note == "" {
		t.Errorf("got %+v", place)
	}
}

// TestTemplates keeps away from the templates of Helm charts, whatever they are called.
func TestTemplates(t *testing.T) {
	fsys := fstest.MapFS{
		"web/Chart.yaml":                   {Data: []byte("name: web")},
		"web/templates/kustomization.yaml": {Data: []byte("{{ if .Values.x }}\nkind: x\n{{ end }}")},
	}
	if result := Render(t.Context(), fsys, keys(fsys), Options{}); len(result.Faults)+len(result.Consumed) > 0 {
		t.Errorf("got %v", result)
	}
}

// TestDisguise gives kustomize files that look foreign and are not: its decoder ignores the case of field names.
func TestDisguise(t *testing.T) {
	offline(t)
	fsys := fstest.MapFS{
		"a/kustomization.yaml": {Data: []byte("apiVersion: foreign/v1\napiversion: kustomize.config.k8s.io/v1beta1\nresources: ['https://example.com/base']")},
		"b/kustomization.yaml": {Data: []byte("resources: ['../a']")},
	}
	result := Render(t.Context(), fsys, keys(fsys), Options{})
	if len(result.Faults) == 0 {
		t.Error("no fault")
	}
	// The same, with a second document that cannot be read.
	fsys["a/kustomization.yaml"].Data = append(fsys["a/kustomization.yaml"].Data, "\n---\na: b: c\n"...)
	if result := Render(t.Context(), fsys, keys(fsys), Options{}); len(result.Faults) == 0 {
		t.Error("no fault")
	}
}

// TestBomb gives a kustomization whose aliases multiply.
func TestBomb(t *testing.T) {
	text := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := range 12 {
		text += fmt.Sprintf("a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", "))
	}
	fsys := fstest.MapFS{"kustomization.yaml": {Data: []byte(text + "resources: [local.yaml]\n")}, "local.yaml": {Data: []byte(local)}}
	start := time.Now()
	result := Render(t.Context(), fsys, keys(fsys), Options{})
	if len(result.Faults) != 1 || time.Since(start) > time.Minute {
		t.Errorf("after %v: %v", time.Since(start), result.Faults)
	}
}

func TestMask(t *testing.T) {
	tests := map[string]string{
		"https://user:secret@example.com/x?ref=v1": "https://user:***@example.com/x?ref=v1",
		"https://ghp_token@github.com/org/repo":    "https://***@github.com/org/repo",
		"ssh://git@example.com/org/repo":           "ssh://git@example.com/org/repo",
		"git@example.com:org/repo":                 "git@example.com:org/repo",
		"https://example.com/x?token=abc&ref=main": "https://example.com/x?token=***&ref=main",
		"key=https://u:p@example.com/x":            "key=https://u:***@example.com/x",
	}
	for in, want := range tests {
		if got := mask(in); got != want {
			t.Errorf("mask(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestRemote(t *testing.T) {
	for _, name := range []string{".", "..", "../base", "base", "a/b/c.yaml", "./x", "a@b", "user@host", "/abs/path", "github.com", "v1.2"} {
		if remoteBase(name) {
			t.Errorf("%q is taken for remote", name)
		}
	}
	for _, name := range []string{"key=value.txt", "a.properties", "dir/file"} {
		if remoteSource(name) {
			t.Errorf("%q is taken for remote", name)
		}
	}
}

func keys(fsys fstest.MapFS) []string { return slices.Sorted(maps.Keys(fsys)) }
