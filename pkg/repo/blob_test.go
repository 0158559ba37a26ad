package repo_test

import (
	"os"
	"testing"
	"time"
)

// TestBlob: what is known without reading is what git would say, and nothing is known of what has changed.
func TestBlob(t *testing.T) {
	g := newRepo(t)
	old := time.Now().Add(-time.Hour)
	for _, name := range []string{"a.txt", "b.txt"} {
		g.write(name, name+"\n")
		if err := os.Chtimes(g.path(name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(20 * time.Millisecond) // the change times must lie before the index
	g.commit("x")
	known := map[string]string{"a.txt": g.git("rev-parse", ":a.txt"), "b.txt": g.git("rev-parse", ":b.txt")}
	g.write("b.txt", "B.TXT\n")
	g.write("c.txt", "new\n")
	tree, index := g.worktree(), g.index()
	for name, want := range map[string]string{"a.txt": known["a.txt"], "b.txt": known["b.txt"], "c.txt": ""} {
		if got, ok := index.Blob(name); got != want || ok != (want != "") {
			t.Errorf("in the index %s is %q, %v, want %q", name, got, ok, want)
		}
	}
	for name, want := range map[string]string{"a.txt": known["a.txt"], "b.txt": "", "c.txt": "", "none": ""} {
		if got, ok := tree.Blob(name); got != want || ok != (want != "") {
			t.Errorf("on disk %s is %q, %v, want %q", name, got, ok, want)
		}
	}
}
