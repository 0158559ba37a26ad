package manifest_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/claire-de-binare/cdbgate/pkg/manifest"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// TestParts says of each folder what its parts are. A file "link" lists symbolic links, "name -> target" a line.
func TestParts(t *testing.T) {
	for _, c := range []struct{ name, files, want string }{
		{"nothing", "-- a.txt --\n-- values.yaml --\na: 1\n", ""},
		{
			"charts", `
-- charts/web/Chart.yaml --
name: web
-- charts/web/values.yaml --
-- charts/web/files/logo.png --
-- charts/web/charts/db/Chart.yaml --
name: db
-- charts/web/charts/db/templates/a.txt --
-- charts/packed-1.0.tgz --
-- other.tgz --
-- charts/README.md --
`, `
charts/packed-1.0.tgz: chart charts/packed-1.0.tgz
charts/web/Chart.yaml: chart charts/web
charts/web/charts/db/Chart.yaml: chart charts/web/charts/db
charts/web/charts/db/templates/a.txt: chart charts/web/charts/db
charts/web/files/logo.png: chart charts/web
charts/web/values.yaml: chart charts/web
`,
		},
		{
			"everything a kustomization names", `
-- k/kustomization.yaml --
resources: [a.txt, ../base, missing.yaml, /etc/passwd, ../../outside, "https://example.org/x.yaml"]
bases: [../old]
components: [../comp]
patches:
- path: p1
- patch: '[{"op": "remove", "path": "/x"}]'
  target: {kind: Pod}
patchesStrategicMerge: [p2]
patchesJson6902:
- {path: p3, target: {version: v1, kind: Pod, name: a}}
configMapGenerator:
- name: a
  files: [f1, key=f2]
  envs: [e1]
  env: e2
secretGenerator:
- name: b
  files: [f3]
generators: [g1]
transformers:
- t1
- |
  apiVersion: builtin
  kind: PatchTransformer
  metadata: {name: x}
  path: p5
validators: [v1]
replacements:
- path: r1
openapi: {path: o1}
crds: [c1]
configurations: [c2]
helmCharts:
- name: web
  valuesFile: h1
  additionalValuesFiles: [h2]
-- k/a.txt --
-- k/p1 --
-- k/p2 --
-- k/p3 --
-- k/p4 --
-- k/p5 --
-- k/f1 --
-- k/f2 --
-- k/f3 --
-- k/e1 --
-- k/e2 --
-- k/g1 --
apiVersion: builtin
kind: ConfigMapGenerator
metadata: {name: g}
files: [name=f4]
-- k/f4 --
-- k/t1 --
-- k/v1 --
-- k/r1 --
-- k/o1 --
-- k/c1 --
-- k/c2 --
-- k/h1 --
-- k/h2 --
-- k/not-named --
-- base/kustomization.yml --
resources: [deep/x.json]
-- base/deep/x.json --
-- base/other.json --
`, `
base/deep/x.json: kustomization base/kustomization.yml
k/a.txt: kustomization k/kustomization.yaml
k/c1: kustomization k/kustomization.yaml
k/c2: kustomization k/kustomization.yaml
k/e1: kustomization k/kustomization.yaml
k/e2: kustomization k/kustomization.yaml
k/f1: kustomization k/kustomization.yaml
k/f2: kustomization k/kustomization.yaml
k/f3: kustomization k/kustomization.yaml
k/f4: kustomization k/kustomization.yaml
k/g1: kustomization k/kustomization.yaml
k/h1: kustomization k/kustomization.yaml
k/h2: kustomization k/kustomization.yaml
k/o1: kustomization k/kustomization.yaml
k/p1: kustomization k/kustomization.yaml
k/p2: kustomization k/kustomization.yaml
k/p3: kustomization k/kustomization.yaml
k/p5: kustomization k/kustomization.yaml
k/r1: kustomization k/kustomization.yaml
k/t1: kustomization k/kustomization.yaml
k/v1: kustomization k/kustomization.yaml
`,
		},
		{
			"kustomizations that are none, and broken ones", `
-- flux/kustomization.yaml --
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: a}
spec: {path: x.txt}
-- flux/x.txt --
-- bad/kustomization.yaml --
resources: [x.txt
-- bad/x.txt --
-- odd/kustomization.yaml --
ressources: [x.txt]
-- odd/x.txt --
`, `
fault bad/kustomization.yaml:1
fault odd/kustomization.yaml:1
`,
		},
		{
			"everything a Compose file refers to", `
-- compose.yaml --
include:
- sub/more.yaml
- path: [inc.yaml, inc2.yaml]
  env_file: inc.env
services:
  web:
    build: {context: app, dockerfile: ../docker/web}
    env_file:
    - a.env
    - {path: b.env, required: false}
    label_file: labels
    volumes:
    - ./nginx.conf:/etc/nginx/nginx.conf:ro
    - data:/data
    - {type: bind, source: ./init.sql, target: /init.sql}
    - .:/src
    develop: {watch: [{path: watched, action: sync}]}
  api:
    build: api
    env_file: ${DIR}/x.env
  plain:
    build: {dockerfile_inline: FROM a}
    extends: {file: common.yml, service: x}
configs:
  c: {file: ./c.conf}
secrets:
  s: {file: s.txt}
  t: {file: ../outside}
-- .env --
-- sub/more.yaml --
-- inc.yaml --
-- inc2.yaml --
-- inc.env --
-- docker/web --
-- app/Dockerfile --
-- api/Dockerfile --
-- Dockerfile --
-- a.env --
-- b.env --
-- labels --
-- nginx.conf --
-- init.sql --
-- data --
-- watched --
-- common.yml --
services: {x: {image: a, env_file: common.env}}
-- common.env --
-- c.conf --
-- s.txt --
-- x.env --
`, `
.env: compose file compose.yaml
a.env: compose file compose.yaml
api/Dockerfile: compose file compose.yaml
b.env: compose file compose.yaml
c.conf: compose file compose.yaml
common.env: compose file common.yml
common.yml: compose file compose.yaml
docker/web: compose file compose.yaml
inc.env: compose file compose.yaml
inc.yaml: compose file compose.yaml
inc2.yaml: compose file compose.yaml
init.sql: compose file compose.yaml
labels: compose file compose.yaml
nginx.conf: compose file compose.yaml
s.txt: compose file compose.yaml
sub/more.yaml: compose file compose.yaml
`,
		},
		{
			"Compose under another name, and broken", `
-- deploy/stack.yml --
services: {web: {image: a, env_file: [x]}}
-- deploy/x --
-- compose.yml --
services: [
-- values.yaml --
services: {web: {env_file: y}}
-- y --
-- deploy/.env --
`, `
deploy/x: compose file deploy/stack.yml
fault compose.yml:1
y: compose file values.yaml
`,
		},
		{
			"links", `
-- k/kustomization.yaml --
resources: [a.yaml, dir/b.yaml, shared, out.yaml, loop]
-- real/a.yaml --
-- real/b.yaml --
-- real/c.yaml --
-- shared-real/kustomization.yaml --
resources: [c.yaml]
-- shared-real/c.yaml --
-- link --
k/a.yaml -> ../real/a.yaml
k/dir -> ../real
k/shared -> ../shared-real
k/out.yaml -> ../../outside
k/loop -> loop
`, `
k/a.yaml: kustomization k/kustomization.yaml
k/dir: kustomization k/kustomization.yaml
k/loop: kustomization k/kustomization.yaml
k/out.yaml: kustomization k/kustomization.yaml
k/shared: kustomization k/kustomization.yaml
real/a.yaml: kustomization k/kustomization.yaml
real/b.yaml: kustomization k/kustomization.yaml
shared-real/c.yaml: kustomization shared-real/kustomization.yaml
`,
		},
		{
			"a chart before a kustomization before a Compose file", `
-- kustomization.yaml --
resources: [chart/x, both]
-- compose.yaml --
services: {a: {image: a, env_file: [both, chart/x]}}
-- chart/Chart.yaml --
name: a
-- chart/x --
-- both --
`, `
both: kustomization kustomization.yaml
chart/Chart.yaml: chart chart
chart/x: chart chart
`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := describeParts(manifest.Parts(context.Background(), worktree(t, c.files)))
			if want := strings.TrimSpace(c.want); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestPartsOfASubmodule(t *testing.T) {
	dir := t.TempDir()
	unpack(t, dir, `
-- kustomization.yaml --
resources: [vendor/base/x.yaml]
-- vendor/base/.git/HEAD --
ref: refs/heads/main
-- vendor/base/.git/objects/x --
-- vendor/base/.git/refs/x --
-- vendor/base/x.yaml --
-- .git/HEAD --
ref: refs/heads/main
-- .git/objects/x --
-- .git/refs/x --
-- .git/config --
[core]
	repositoryformatversion = 0
`)
	if got, want := describeParts(manifest.Parts(context.Background(), open(t, dir))), "vendor/base: kustomization kustomization.yaml"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPartsStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	snapshot := worktree(t, "-- kustomization.yaml --\nresources: [a]\n-- a --\n-- compose.yaml --\nservices: {a: {image: a, env_file: b}}\n-- b --\n")
	cancel()
	if got := describeParts(manifest.Parts(ctx, snapshot)); got != "" {
		t.Errorf("got %s", got)
	}
}

func worktree(t testing.TB, archive string) *repo.Snapshot {
	t.Helper()
	dir := t.TempDir()
	unpack(t, dir, archive)
	return open(t, dir)
}

func open(t testing.TB, dir string) *repo.Snapshot {
	t.Helper()
	r, err := repo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := r.Worktree(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

func unpack(t testing.TB, dir, archive string) {
	t.Helper()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		if f.Name != "link" {
			write(t, filepath.Join(dir, f.Name), f.Data)
			continue
		}
		for line := range strings.Lines(string(f.Data)) {
			name, target, _ := strings.Cut(strings.TrimSpace(line), " -> ")
			if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
				t.Skip("no symbolic links here: ", err)
			}
		}
	}
}

func write(t testing.TB, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func describeParts(parts map[string]string, faults []render.Fault) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		out = append(out, name+": "+parts[name])
	}
	for _, f := range faults {
		out = append(out, fmt.Sprintf("fault %s:%d", f.Path, f.Range.Start.Line))
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// BenchmarkParts reads a repository of 20,000 files with 50 kustomizations of ten manifests each.
func BenchmarkParts(b *testing.B) {
	dir := b.TempDir()
	for i := range 50 {
		k := "resources:\n"
		for j := range 10 {
			k += fmt.Sprintf("- m%d.yaml\n", j)
			write(b, filepath.Join(dir, fmt.Sprintf("k/%d/m%d.yaml", i, j)), []byte(strings.Repeat(pod, 10)))
		}
		write(b, filepath.Join(dir, fmt.Sprintf("k/%d/kustomization.yaml", i)), []byte(k))
		write(b, filepath.Join(dir, fmt.Sprintf("k/%d/compose.yaml", i)), []byte(service))
	}
	for i := range 19_400 {
		write(b, filepath.Join(dir, fmt.Sprintf("src/%d/f%d.go", i/100, i)), []byte("package src\n"))
	}
	snapshot := open(b, dir)
	for b.Loop() {
		if parts, _ := manifest.Parts(context.Background(), snapshot); len(parts) != 500 {
			b.Fatal(len(parts))
		}
	}
}
