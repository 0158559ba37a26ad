package compose_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/compose"
)

// TestSameAsDocker loads testdata/same/*.txtar with compose-go's own loader from a folder on disk and expects the same
// services. Every project there is whole and has a value for every variable; all but the last ".env" and the files named
// by the comment are what Docker would be given.
func TestSameAsDocker(t *testing.T) {
	names, _ := filepath.Glob("testdata/same/*.txtar")
	if len(names) == 0 {
		t.Fatal("no fixtures")
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dir, fsys := t.TempDir(), fstest.MapFS{}
			for _, f := range ar.Files {
				fsys[f.Name] = &fstest.MapFile{Data: f.Data}
				full := filepath.Join(dir, f.Name)
				if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(full, f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			files := strings.Fields(string(ar.Comment))
			want := dockerServices(t, dir, files)
			got := map[string]any{}
			result := compose.Render(context.Background(), fsys, slices.Sorted(maps.Keys(fsys)), compose.Options{Projects: [][]string{files}})
			for _, o := range result.Objects {
				got[o.Name] = comparable(plainValue(o.Node))
			}
			for _, f := range result.Faults {
				t.Errorf("fault: %s %s", f.Path, f.Message)
			}
			for name := range want {
				if !reflect.DeepEqual(got[name], want[name]) {
					g, _ := json.MarshalIndent(got[name], "", " ")
					w, _ := json.MarshalIndent(want[name], "", " ")
					t.Errorf("%s: got %s\nwant %s", name, g, w)
				}
			}
			if len(got) != len(want) {
				t.Errorf("got %d services, want %d", len(got), len(want))
			}
		})
	}
}

func dockerServices(t *testing.T, dir string, files []string) map[string]any {
	t.Helper()
	details := types.ConfigDetails{WorkingDir: dir, Environment: types.Mapping{}}
	for _, f := range files {
		details.ConfigFiles = append(details.ConfigFiles, types.ConfigFile{Filename: filepath.Join(dir, f)})
	}
	project, err := loader.LoadWithContext(context.Background(), details, func(o *loader.Options) {
		o.SetProjectName("same", true)
		o.SkipNormalization = true
		o.Profiles = []string{"*"}
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{}
	for name, service := range project.Services {
		data, err := json.Marshal(service)
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			t.Fatal(err)
		}
		want[name] = comparable(v)
	}
	return want
}

func plainValue(n *document.Node) any {
	switch n.Kind {
	case document.Mapping:
		m := map[string]any{}
		for _, p := range n.Pairs {
			m[p.Key.Text] = plainValue(p.Value)
		}
		return m
	case document.Sequence:
		list := []any{}
		for _, item := range n.Items {
			list = append(list, plainValue(item))
		}
		return list
	case document.String:
		return n.Text
	}
	var v any
	_ = json.Unmarshal([]byte(n.Text), &v)
	return v
}

// comparable reduces paths to their last part, since compose-go makes them absolute, and drops what tidy drops.
func comparable(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, e := range v {
			e = comparable(e)
			v[key] = e
			if m, ok := e.(map[string]any); e == nil && key != "EMPTY" || ok && len(m) == 0 {
				delete(v, key)
			}
			if s, ok := e.(string); ok && (key == "source" || key == "path" || key == "context") {
				v[key] = path.Base(s)
			}
		}
		return v
	case []any:
		for i, e := range v {
			v[i] = comparable(e)
		}
	}
	return v
}
