package helm

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
)

// TestSameAsHelm holds what this package renders against what Helm makes of the files as they are, byte for byte:
// instrumenting them must not show.
func TestSameAsHelm(t *testing.T) {
	file, err := txtar.ParseFile("testdata/chart.txtar")
	if err != nil {
		t.Fatal(err)
	}
	fsys, files, opt := prepare(t, file)
	const root = "charts/web/"
	var buffered []*archive.BufferedFile
	for _, name := range files {
		buffered = append(buffered, &archive.BufferedFile{Name: strings.TrimPrefix(name, root), Data: fsys[name].Data})
	}
	for _, values := range []string{"", root + "values-prod.yaml"} {
		given := map[string]any{}
		if values != "" {
			if given, err = loader.LoadValues(strings.NewReader(string(fsys[values].Data))); err != nil {
				t.Fatal(err)
			}
		}
		chart, err := loader.LoadFiles(buffered)
		if err != nil {
			t.Fatal(err)
		}
		if err := chartutil.ProcessDependencies(chart, given); err != nil {
			t.Fatal(err)
		}
		release := common.ReleaseOptions{Name: "release-name", Namespace: "default", Revision: 1, IsInstall: true}
		all, err := util.ToRenderValues(chart, given, release, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, err := engine.Render(chart, all)
		if err != nil {
			t.Fatal(err)
		}
		charts := find(fsys, files)
		v := &variant{source: charts[0], values: values, opt: opt.withDefaults()}
		got, faults := v.execute(context.Background(), unmarked)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		if !maps.Equal(got.texts, want) {
			for _, name := range slices.Sorted(maps.Keys(want)) {
				if got.texts[name] != want[name] {
					t.Errorf("%s: got\n%s\nwant\n%s", name, got.texts[name], want[name])
				}
			}
		}
	}
}
