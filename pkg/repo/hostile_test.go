package repo_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

func (g *gitRepo) object(name string) string {
	return g.path(".git/objects/" + name[:2] + "/" + name[2:])
}

func TestMissingObject(t *testing.T) {
	g := newRepo(t)
	g.write("k8s/web.yaml", "kind: Deployment\n")
	g.commit("one")
	blob := g.git("rev-parse", "HEAD:k8s/web.yaml")
	if err := os.Remove(g.object(blob)); err != nil {
		t.Fatal(err)
	}
	for kind, s := range map[string]*repo.Snapshot{"commit": g.snapshot("HEAD"), "index": g.index()} {
		_, errRead := s.ReadFile("k8s/web.yaml")
		_, errOpen := s.Open("k8s/web.yaml")
		_, errStat := s.Stat("k8s/web.yaml")
		for _, err := range []error{errRead, errOpen, errStat} {
			if !errors.Is(err, repo.ErrMissingObject) {
				t.Errorf("%s: %v", kind, err)
			}
			fails(t, err, "k8s/web.yaml", blob, "git fetch --refetch")
		}
	}
	tree := g.git("rev-parse", "HEAD^{tree}")
	if err := os.Remove(g.object(tree)); err != nil {
		t.Fatal(err)
	}
	_, err := g.open().Commit(context.Background(), "HEAD")
	fails(t, err, tree, "git fetch --refetch")
}

func TestPartialClone(t *testing.T) {
	g := newRepo(t)
	g.write("a", text(1, 30))
	g.commit("one")
	g.git("config", "uploadpack.allowFilter", "true")
	dir := filepath.Join(filepath.Dir(g.dir), "partial")
	g.git("clone", "-q", "--no-checkout", "--filter=blob:none", "file://"+g.dir, dir)
	s := g.in(dir).snapshot("HEAD")
	same(t, "commit", paths(s), []string{"a"})
	_, err := s.ReadFile("a")
	if !errors.Is(err, repo.ErrMissingObject) {
		t.Errorf("error is %v", err)
	}
}

// Damaged objects, packs and indexes are errors, whatever the damage; never a panic, never an empty or altered file.
func TestDamagedStore(t *testing.T) {
	const content = "the content that counts, long enough to be compressed compressed compressed\n"
	g := newRepo(t)
	g.write("a", content)
	g.write("b", text(1, 500))
	g.commit("one")
	g.write("b", text(1, 501))
	g.commit("two")
	check := func(name string) {
		t.Helper()
		intact, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(name, 0o644); err != nil {
			t.Fatal(err)
		}
		damaged := [][]byte{{}, intact[:len(intact)/2], intact[:len(intact)-1], bytes.Repeat([]byte{0xff}, len(intact))}
		for at := 0; at < len(intact); at += 1 + len(intact)/60 {
			b := bytes.Clone(intact)
			b[at] ^= 0x5a
			damaged = append(damaged, b)
		}
		failed := 0
		for _, b := range damaged {
			if err := os.WriteFile(name, b, 0o644); err != nil {
				t.Fatal(err)
			}
			for _, rev := range []string{"HEAD", "HEAD~1"} {
				r := g.open()
				s, err := r.Commit(context.Background(), rev)
				if err != nil {
					failed++
					continue
				}
				got, err := s.ReadFile("a")
				if err != nil {
					failed++
				} else if string(got) != content {
					t.Fatalf("%s: read %q", name, got)
				}
				if got, err := s.ReadFile("b"); err != nil {
					failed++
				} else if len(got) == 0 {
					t.Fatalf("%s: b is empty", name)
				}
			}
			if s, err := g.open().Index(context.Background()); err != nil {
				failed++
			} else {
				same(t, "index", paths(s), []string{"a", "b"})
			}
		}
		if failed == 0 {
			t.Errorf("%s: no damage was noticed", name)
		}
		if err := os.WriteFile(name, intact, info.Mode()); err != nil {
			t.Fatal(err)
		}
	}
	check(g.object(g.git("rev-parse", "HEAD:a")))
	check(g.object(g.git("rev-parse", "HEAD^{tree}")))
	check(g.object(g.git("rev-parse", "HEAD")))
	check(g.path(".git/index"))
	g.git("gc", "-q")
	for _, pattern := range []string{"*.pack", "*.idx"} {
		names, err := filepath.Glob(g.path(".git/objects/pack/" + pattern))
		if err != nil || len(names) != 1 {
			t.Fatal(names, err)
		}
		check(names[0])
	}
}

// forge writes a tree object that git itself would not make.
func (g *gitRepo) forge(entries ...string) string {
	g.Helper()
	blob := g.git("hash-object", "-w", "--stdin", "--no-filters")
	var b strings.Builder
	for _, e := range entries {
		mode, name, _ := strings.Cut(e, " ")
		id := blob
		if mode, id2, ok := strings.Cut(name, "="); ok {
			name, id = mode, id2
		}
		raw, err := hex.DecodeString(id)
		if err != nil {
			g.Fatal(err)
		}
		b.WriteString(mode + " " + name + "\x00" + string(raw))
	}
	cmd := exec.Command("git", "hash-object", "-t", "tree", "-w", "--stdin", "--literally")
	cmd.Dir, cmd.Env, cmd.Stdin = g.dir, g.env, strings.NewReader(b.String())
	out, err := cmd.Output()
	if err != nil {
		g.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func TestForgedTrees(t *testing.T) {
	g := newRepo(t)
	g.write("a", "x")
	g.commit("one")
	inner := g.forge("100644 x")
	for name, tree := range map[string]string{
		"dot dot":        g.forge("100644 .."),
		"slash":          g.forge("100644 ../../etc/passwd"),
		"absolute":       g.forge("100644 /etc/passwd"),
		"git directory":  g.forge("40000 .GIT=" + inner),
		"twice":          g.forge("100644 a", "100644 a"),
		"file and tree":  g.forge("100644 a", "100644 a-b", "40000 a="+inner),
		"no such object": g.forge("40000 a=1234567890123456789012345678901234567890"),
		"blob as tree":   g.forge("40000 a=" + g.git("rev-parse", "HEAD:a")),
		"no mode":        g.forge("rwx a"),
	} {
		commit := g.git("commit-tree", "-m", "x", tree)
		_, err := g.open().Commit(context.Background(), commit)
		if err == nil {
			t.Errorf("%s: no error", name)
		} else if !strings.Contains(err.Error(), "git f") {
			t.Errorf("%s: error without a remedy: %v", name, err)
		}
	}
	bomb := inner
	for range 40 {
		bomb = g.forge("40000 a="+bomb, "40000 b="+bomb)
	}
	if testing.Short() {
		return
	}
	_, err := g.open().Commit(context.Background(), g.git("commit-tree", "-m", "x", bomb))
	if !errors.Is(err, repo.ErrTooLarge) {
		t.Errorf("error is %v", err)
	}
}

func TestIndexFormats(t *testing.T) {
	g := newRepo(t)
	for _, name := range []string{"a", "dir/b", "dir/bc", "dir/sub/" + strings.Repeat("long", 60), "z"} {
		g.write(name, name)
	}
	g.commit("one")
	want := strings.Split(g.git("ls-files"), "\n")
	for _, version := range []string{"2", "3", "4"} {
		g.git("update-index", "--index-version", version)
		same(t, "version "+version, paths(g.index()), want)
	}
	g.write("later", "")
	g.git("add", "-N", "later")
	same(t, "intent to add", paths(g.index()), want)
	if _, ok := g.worktree().Lookup("later"); !ok {
		t.Error("a file that is intended to be added is missing in the working tree")
	}
	g.git("update-index", "--index-version", "2")
	g.git("reset", "-q")

	// What index.skipHash of a newer git writes.
	b, err := os.ReadFile(g.path(".git/index"))
	if err != nil {
		t.Fatal(err)
	}
	g.write(".git/index", string(b[:len(b)-20])+strings.Repeat("\x00", 20))
	same(t, "no checksum", paths(g.index()), want)

	g.git("update-index", "--split-index")
	_, err = g.open().Index(context.Background())
	fails(t, err, "split index", "--no-split-index")
	g.git("update-index", "--no-split-index")

	other := g.path(".git/other-index")
	g.in(g.dir).git("update-index", "--refresh")
	if err := os.Rename(g.path(".git/index"), other); err != nil {
		t.Fatal(err)
	}
	s, err := g.open().IndexFile(context.Background(), other)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "another index", paths(s), want)
	same(t, "no index", paths(g.index()), nil)
}

func TestIndexConflict(t *testing.T) {
	g := newRepo(t)
	g.write("f", "0")
	g.commit("base")
	g.git("checkout", "-q", "-b", "side")
	g.write("f", "1")
	g.commit("side")
	g.git("checkout", "-q", "main")
	g.write("f", "2")
	g.commit("main")
	if _, err := g.try("merge", "side"); err == nil {
		t.Fatal("no conflict")
	}
	_, err := g.open().Index(context.Background())
	fails(t, err, "f: merge conflict", "git add")
	same(t, "worktree", paths(g.worktree()), []string{"f"})
}

func TestAlternates(t *testing.T) {
	g := newRepo(t)
	g.write("a", "x")
	g.commit("one")
	dir := filepath.Join(filepath.Dir(g.dir), "borrower")
	g.git("clone", "-q", "--shared", g.dir, dir)
	for range 2 {
		s := g.in(dir).snapshot("HEAD")
		if b, err := s.ReadFile("a"); err != nil || string(b) != "x" {
			t.Errorf("a is %q, %v", b, err)
		}
		if info, err := s.Stat("a"); err != nil || info.Size() != 1 {
			t.Errorf("a is %v, %v", info, err)
		}
		g.git("gc", "-q")
	}
}
