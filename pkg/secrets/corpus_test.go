package secrets

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSourcesFindTheSame scans what lies at hand: this repository, and gitleaks' own sources with their many examples of
// secrets. Only a part of the files, unless the environment asks for more.
func TestSourcesFindTheSame(t *testing.T) {
	d, s := defaultPair(t)
	roots := []string{filepath.Join("..", "..")}
	if out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/zricethezav/gitleaks/v8").Output(); err == nil {
		roots = append(roots, strings.TrimSpace(string(out)))
	}
	share := max(24*slowness/rounds(1), 1)
	files, found := 0, 0
	for _, root := range roots {
		for i, path := range textFiles(t, root) {
			rel, _ := filepath.Rel(root, path)
			if i%share != 0 && (slowness > 1 || !strings.Contains(rel, "generate/config/rules")) {
				continue
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files++
			for _, f := range cut(rand.New(rand.NewPCG(seed(), uint64(i))), filepath.ToSlash(rel), string(text)) {
				found += same(t, d, s, f)
			}
			if share <= 1 {
				found += same(t, d, s, Fragment{Path: filepath.ToSlash(rel), FirstLine: 1, Text: string(text)})
			}
		}
	}
	t.Logf("%d files, %d findings", files, found)
	if found == 0 && slowness == 1 {
		t.Error("nothing was found: the sources are not there")
	}
}

// textFiles is the files below root that are not large.
func textFiles(t *testing.T, root string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && (e.Name() == ".git" || e.Name() == "bin"):
			return fs.SkipDir
		case e.IsDir() || !e.Type().IsRegular():
			return nil
		}
		if info, err := e.Info(); err == nil && info.Size() < 300_000 {
			all = append(all, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
