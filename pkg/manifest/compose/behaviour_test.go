package compose_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/claire-de-binare/cdbgate/pkg/manifest/compose"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

func TestMachineIsNotConsulted(t *testing.T) {
	for _, name := range []string{"PASSWORD", "TAG", "HOME", "PWD", "MEM", "UNKNOWN", "NAMED_ONLY", "COMPOSE_FILE"} {
		t.Setenv(name, "from-the-machine")
	}
	outside := filepath.Join(t.TempDir(), "outside.yaml")
	if err := os.WriteFile(outside, []byte("services: {leak: {image: from-the-machine}}"), 0o644); err != nil {
		t.Fatal(err)
	}
	ar, err := txtar.ParseFile("testdata/variables.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range ar.Files {
		if f.Name == "compose.yaml" {
			ar.Files[i].Data = append([]byte("include: ["+outside+"]\n"), f.Data...)
		}
	}
	if got := renderArchive(ar); strings.Contains(got, "from-the-machine") || strings.Contains(got, filepath.Dir(outside)) {
		t.Error(got)
	}
}

func TestScope(t *testing.T) {
	fsys := fstest.MapFS{
		"compose.yaml":         {Data: []byte("include: [lib/compose.yaml]\nservices: {web: {image: a}}")},
		"lib/compose.yaml":     {Data: []byte("services: {lib: {image: b}}")},
		"example/compose.yaml": {Data: []byte("services: {example: {image: c}}")},
	}
	result := compose.Render(context.Background(), fsys,
		[]string{"compose.yaml", "example/compose.yaml", "lib/compose.yaml"},
		compose.Options{Jobs: 1, InScope: func(p string) bool { return !strings.HasPrefix(p, "example/") && !strings.HasPrefix(p, "lib/") }})
	if got := serviceNames(result); got != "lib web" {
		t.Errorf("got %q", got)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	fsys := fstest.MapFS{"compose.yaml": {Data: []byte("services: {web: {image: a}}")}}
	result := compose.Render(ctx, fsys, []string{"compose.yaml"}, compose.Options{})
	if len(result.Objects) != 0 || len(result.Faults) == 0 {
		t.Errorf("got %+v", result)
	}
}

// unreadable is a file system one of whose files fails.
type unreadable struct{ fstest.MapFS }

func (u unreadable) Open(name string) (fs.File, error) {
	if name == "bad/compose.yaml" {
		return nil, &fs.PathError{Op: "open", Path: "/machine/bad/compose.yaml", Err: errors.New("permission denied")}
	}
	return u.MapFS.Open(name)
}

func TestUnreadableFile(t *testing.T) {
	fsys := unreadable{fstest.MapFS{
		"bad/compose.yaml":  {Data: []byte("services: {}")},
		"good/compose.yaml": {Data: []byte("services: {web: {image: a}}")},
	}}
	result := compose.Render(context.Background(), fsys, []string{"bad/compose.yaml", "good/compose.yaml"}, compose.Options{})
	if serviceNames(result) != "web" || len(result.Faults) != 1 || strings.Contains(result.Faults[0].Message, "machine") {
		t.Errorf("got %+v", result)
	}
}

func TestLargeFile(t *testing.T) {
	big := append([]byte("services: {web: {image: a}}\n# "), make([]byte, 9<<20)...)
	fsys := fstest.MapFS{"compose.yaml": {Data: big}}
	result := compose.Render(context.Background(), fsys, []string{"compose.yaml"}, compose.Options{})
	if len(result.Faults) != 1 || !strings.Contains(result.Faults[0].Message, "8 MiB") {
		t.Errorf("got %+v", result.Faults)
	}
}

func serviceNames(r render.Result) string {
	var names []string
	for _, o := range r.Objects {
		names = append(names, o.Name)
	}
	return strings.Join(names, " ")
}
