package kustomize

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestScope(t *testing.T) {
	fsys := fstest.MapFS{
		"a/kustomization.yaml":    {Data: []byte("resources: [../base]\nnamePrefix: a-")},
		"b/kustomization.yaml":    {Data: []byte("resources: [local.yaml]\nnamePrefix: b-")},
		"b/local.yaml":            {Data: []byte(local)},
		"base/kustomization.yaml": {Data: []byte("resources: [local.yaml]")},
		"base/local.yaml":         {Data: []byte(local)},
	}
	for path, want := range map[string]string{"base/local.yaml": "a-local", "b/kustomization.yaml": "b-local"} {
		result := Render(t.Context(), fsys, keys(fsys), Options{InScope: func(p string) bool { return p == path }})
		if len(result.Objects) != 1 || result.Objects[0].Node.Lookup("metadata", "name").Str() != want {
			t.Errorf("%s in scope: %v", path, result.Objects)
		}
	}
}

func TestLimits(t *testing.T) {
	fsys := fstest.MapFS{
		"kustomization.yaml": {Data: []byte("resources: [many.yaml]")},
		"many.yaml":          {Data: []byte(strings.Join([]string{local, strings.Replace(local, "local", "other", 1)}, "---\n"))},
	}
	for name, opt := range map[string]Options{"objects": {MaxObjects: 1}, "bytes": {MaxBytes: 100}} {
		t.Run(name, func(t *testing.T) {
			result := Render(t.Context(), fsys, keys(fsys), opt)
			if len(result.Objects) != 0 || len(result.Faults) != 1 || !strings.Contains(result.Faults[0].Message, "more than") {
				t.Errorf("got %v", result)
			}
			if result.Consumed["many.yaml"] {
				t.Error("what was not judged counts as consumed")
			}
		})
	}
}

// TestExplosion includes every base twice under another name: the work doubles with every level.
func TestExplosion(t *testing.T) {
	fsys := fstest.MapFS{"l0/kustomization.yaml": {Data: []byte("resources: [local.yaml]")}, "l0/local.yaml": {Data: []byte(local)}}
	const depth = 40
	for i := 1; i <= depth; i++ {
		for _, side := range []string{"v", "w"} {
			fsys[fmt.Sprintf("%s%d/kustomization.yaml", side, i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "namePrefix: %s\nresources: [../l%d]", side, i-1)}
		}
		fsys[fmt.Sprintf("l%d/kustomization.yaml", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "resources: [../v%d, ../w%d]", i, i)}
	}
	start := time.Now()
	result := Render(t.Context(), fsys, keys(fsys), Options{Timeout: time.Second})
	if len(result.Faults) != 1 || time.Since(start) > time.Minute {
		t.Errorf("after %v: %v", time.Since(start), result.Faults)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	fsys := fstest.MapFS{"kustomization.yaml": {Data: []byte("resources: [local.yaml]")}, "local.yaml": {Data: []byte(local)}}
	result := Render(ctx, fsys, keys(fsys), Options{})
	if len(result.Faults) != 1 || len(result.Objects) != 0 {
		t.Errorf("got %v", result)
	}
}

// broken fails to read one of its files, as a snapshot does for a symbolic link that leads out of the repository.
type broken struct{ fstest.MapFS }

func (b broken) Open(name string) (fs.File, error) {
	if name == "escape.yaml" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("symbolic link leads out of the repository")}
	}
	return b.MapFS.Open(name)
}

func (b broken) Stat(name string) (fs.FileInfo, error) {
	f, err := b.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Stat()
}

func (b broken) ReadFile(name string) ([]byte, error) {
	f, err := b.Open(name)
	if err != nil {
		return nil, err
	}
	f.Close()
	return b.MapFS.ReadFile(name)
}

func TestEscapingLink(t *testing.T) {
	fsys := broken{fstest.MapFS{"kustomization.yaml": {Data: []byte("resources:\n- escape.yaml")}, "escape.yaml": {Data: []byte(local)}}}
	result := Render(t.Context(), fsys, keys(fsys.MapFS), Options{})
	if len(result.Faults) != 1 || result.Faults[0].Range.Start.Line != 2 || !strings.Contains(result.Faults[0].Message, "leads out of the repository") {
		t.Errorf("got %+v", result.Faults)
	}
}

// TestSchemas builds kustomizations with and without an OpenAPI schema of their own side by side: kyaml keeps the schema
// in a package variable.
func TestSchemas(t *testing.T) {
	fsys := fstest.MapFS{}
	for i := range 6 {
		fsys[fmt.Sprintf("k%d/kustomization.yaml", i)] = &fstest.MapFile{Data: []byte("resources: [x.yaml]\npatches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: web}\n    spec: {template: {spec: {containers: [{name: b, image: patched}]}}}\n" + []string{"", "openapi: {path: schema.json}\n"}[i%2])}
		fsys[fmt.Sprintf("k%d/schema.json", i)] = &fstest.MapFile{Data: []byte(`{"definitions":{}}`)}
		fsys[fmt.Sprintf("k%d/x.yaml", i)] = &fstest.MapFile{Data: []byte("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: a}, {name: b}]}}}")}
	}
	result := Render(t.Context(), fsys, keys(fsys), Options{Jobs: 6})
	if len(result.Faults) > 0 || len(result.Objects) != 6 {
		t.Fatalf("got %v", result)
	}
	for i, o := range result.Objects {
		// Without a schema, lists are replaced instead of merged by name.
		if got, want := len(o.Node.Lookup("spec", "template", "spec", "containers").Items), 2-i%2; got != want && i%2 == 0 {
			t.Errorf("%s has %d containers, want %d", o.Source.Path, got, want)
		}
	}
}
