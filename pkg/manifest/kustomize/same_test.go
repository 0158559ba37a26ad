package kustomize

import (
	"fmt"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// direct builds a kustomization with nothing of this package in between.
func direct(fsys fstest.MapFS, root string) (resmap.ResMap, error) {
	disk := filesys.MakeFsInMemory()
	for name, f := range fsys {
		if err := disk.WriteFile("/"+name, f.Data); err != nil {
			return nil, err
		}
	}
	return krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(disk, "/"+root)
}

// TestSameAsKustomize holds what this package renders against what kustomize makes of the files as they are: rewriting
// them must not show.
func TestSameAsKustomize(t *testing.T) {
	for _, name := range []string{"overlay", "generated"} {
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile("testdata/" + name + ".txtar")
			if err != nil {
				t.Fatal(err)
			}
			fsys, files := contents(archive)
			got := Render(t.Context(), fsys, files, Options{})
			want, err := direct(fsys, path.Dir(got.Objects[0].Source.Root))
			if err != nil {
				t.Fatal(err)
			}
			if want.Size() != len(got.Objects) {
				t.Fatalf("got %d objects, want %d", len(got.Objects), want.Size())
			}
			for i, r := range want.Resources() {
				text, err := r.MarshalJSON()
				if err != nil {
					t.Fatal(err)
				}
				if want, got := plain(document.Parse("", text, document.Options{}).Docs[0].Root), plain(got.Objects[i].Node); want != got {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			}
		})
	}
}

// stack is a base of n workloads under an overlay that touches them all.
func stack(n int) fstest.MapFS {
	var all strings.Builder
	for i := range n {
		fmt.Fprintf(&all, "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-%d\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: web:1\n", i)
	}
	return fstest.MapFS{
		"base/kustomization.yaml": {Data: []byte("resources: [all.yaml]\nlabels: [{pairs: {team: shop}}]\n")},
		"base/all.yaml":           {Data: []byte(all.String())},
		"prod/kustomization.yaml": {Data: []byte("resources: [../base]\nnamePrefix: prod-\nnamespace: shop\nimages: [{name: web, newTag: '2'}]\ncommonAnnotations: {a: b}\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    - {op: add, path: /spec/replicas, value: 2}\n")},
	}
}

func BenchmarkRender(b *testing.B) {
	fsys := stack(100)
	files := keys(fsys)
	for b.Loop() {
		if r := Render(b.Context(), fsys, files, Options{}); len(r.Objects) != 100 {
			b.Fatal(r.Faults)
		}
	}
}

func BenchmarkKustomize(b *testing.B) {
	fsys := stack(100)
	for b.Loop() {
		if _, err := direct(fsys, "prod"); err != nil {
			b.Fatal(err)
		}
	}
}
