package repo_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

func TestOpenFindsTheRepository(t *testing.T) {
	g := newRepo(t)
	g.write("a/b/c.txt", "x")
	g.write("ünter wegs/d e.txt", "y")
	first := g.commit("one")
	g.git("worktree", "add", "-q", "../linked tree", "-b", "side")
	linked := filepath.Join(filepath.Dir(g.dir), "linked tree")
	g.git("clone", "-q", "--separate-git-dir", "../elsewhere.git", g.dir, "../separate")
	separate := filepath.Join(filepath.Dir(g.dir), "separate")
	via := filepath.Join(filepath.Dir(g.dir), "via-link")
	if err := os.Symlink(g.path("a"), via); err != nil {
		t.Fatal(err)
	}

	for _, c := range []struct{ name, dir, root, sub string }{
		{"root", g.dir, g.dir, ""},
		{"subdirectory", g.path("a/b"), g.dir, "a/b"},
		{"spaces and umlauts", g.path("ünter wegs"), g.dir, "ünter wegs"},
		{"linked worktree", linked, linked, ""},
		{"below a linked worktree", filepath.Join(linked, "a"), linked, "a"},
		{"separate git dir", separate, separate, ""},
		{"through a symbolic link", via, g.dir, "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := repo.Open(c.dir)
			if err != nil {
				t.Fatal(err)
			}
			if r.Plain() || r.Bare() || r.Root() != c.root || r.Subdirectory() != c.sub {
				t.Errorf("plain %v, bare %v, root %q, subdirectory %q", r.Plain(), r.Bare(), r.Root(), r.Subdirectory())
			}
			ctx := context.Background()
			if id, err := r.Resolve(ctx, "HEAD"); err != nil || id != first {
				t.Errorf("HEAD is %q, %v", id, err)
			}
			s, err := r.Worktree(ctx)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "worktree", paths(s), []string{"a/b/c.txt", "ünter wegs/d e.txt"})
			i, err := r.Index(ctx)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "index", paths(i), paths(s))
		})
	}
}

func TestOpenWithoutCommits(t *testing.T) {
	g := newRepo(t)
	g.write("a", "x")
	r := g.open()
	same(t, "worktree", paths(g.worktree()), []string{"a"})
	same(t, "index", paths(g.index()), nil)
	_, err := r.Resolve(context.Background(), "HEAD")
	if !errors.Is(err, repo.ErrUnknownRevision) {
		t.Errorf("error is %v", err)
	}
	fails(t, err, "no commit yet")
	if b, err := r.DiscoverBase(context.Background(), "", func(string) string { return "" }); b != nil || err != nil {
		t.Errorf("base is %v, %v", b, err)
	}
}

func TestOpenDetachedHead(t *testing.T) {
	g := newRepo(t)
	g.write("a", "x")
	first := g.commit("one")
	g.commit("two")
	g.git("checkout", "-q", first)
	if id, err := g.open().Resolve(context.Background(), "HEAD"); err != nil || id != first {
		t.Errorf("HEAD is %q, %v", id, err)
	}
}

func TestOpenBare(t *testing.T) {
	g := newRepo(t)
	g.write("a", "x")
	g.commit("one")
	g.git("clone", "-q", "--bare", g.dir, "../bare.git")
	r, err := repo.Open(filepath.Join(filepath.Dir(g.dir), "bare.git"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Worktree(context.Background())
	if !errors.Is(err, repo.ErrBare) {
		t.Errorf("error is %v", err)
	}
	fails(t, err, "bare", "--head")
	s, err := r.Commit(context.Background(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "commit", paths(s), []string{"a"})
}

// A change can add files laid out like a bare repository. They must not become the repository that is judged.
func TestOpenIgnoresPlantedBareRepository(t *testing.T) {
	g := newRepo(t)
	g.write("app/HEAD", "ref: refs/heads/main\n")
	g.write("app/config", "[core]\nbare = true\n")
	g.write("app/objects/x", "")
	g.write("app/refs/x", "")
	g.commit("one")
	r, err := repo.Open(g.path("app"))
	if err != nil {
		t.Fatal(err)
	}
	if r.Root() != g.dir || r.Subdirectory() != "app" {
		t.Errorf("root %s, subdirectory %s", r.Root(), r.Subdirectory())
	}
}

func TestOpenIgnoredFolderIsPlain(t *testing.T) {
	g := newRepo(t)
	g.write(".gitignore", "build/\n/vendor/*\n")
	g.write("build/sample/k8s.yaml", "x")
	g.write("vendor/mine/x", "x")
	g.git("add", "-f", "vendor/mine/x")
	g.commit("one")
	for _, dir := range []string{"build", "build/sample"} {
		r, err := repo.Open(g.path(dir))
		if err != nil {
			t.Fatal(err)
		}
		if !r.Plain() || r.Root() != g.path(dir) {
			t.Errorf("%s: plain %v, root %s", dir, r.Plain(), r.Root())
		}
	}
	r, err := repo.Open(g.path("vendor/mine"))
	if err != nil {
		t.Fatal(err)
	}
	if r.Plain() {
		t.Error("an ignored folder with tracked files is plain")
	}
}

func TestOpenRefuses(t *testing.T) {
	g := newRepo(t)
	g.write("file", "x")
	g.commit("one")
	_, err := repo.Open(g.path("no/such"))
	fails(t, err, "no such folder", "check the path")
	_, err = repo.Open(g.path("file"))
	fails(t, err, "is a file", "give the folder")
	_, err = repo.Open(g.path(".git"))
	fails(t, err, "inside a git directory", g.dir)

	broken := newFolder(t)
	broken.write(".git", "nonsense")
	_, err = repo.Open(broken.dir)
	fails(t, err, ".git", "gitdir: <folder>")
	broken.write(".git", "gitdir: nowhere\n")
	_, err = repo.Open(broken.dir)
	fails(t, err, "nowhere is not a git directory", "git worktree repair")
	broken.remove(".git")
	broken.write(".git/config", "")
	_, err = repo.Open(broken.dir)
	fails(t, err, "not a git directory")

	sha256 := newFolder(t)
	sha256.git("init", "-q", "--object-format=sha256")
	_, err = repo.Open(sha256.dir)
	fails(t, err, "object format sha256 is not supported")

	strange := newRepo(t)
	strange.git("config", "core.repositoryformatversion", "1")
	strange.git("config", "extensions.refStorage", "reftable")
	_, err = repo.Open(strange.dir)
	fails(t, err, "reference storage reftable", "git refs migrate")
	strange.write(".git/config", "[core]\nrepositoryformatversion = 1\n[extensions]\nbrandNew = true\n")
	_, err = repo.Open(strange.dir)
	fails(t, err, "extension brandnew is not supported")
}

func TestSparseCheckout(t *testing.T) {
	for _, kind := range []string{"--no-sparse-index", "--sparse-index"} {
		t.Run(kind, func(t *testing.T) {
			g := newRepo(t)
			g.write("in/a", "1")
			g.write("out/b", "2")
			g.write("out/deep/c", "3")
			g.write("top", "4")
			g.commit("one")
			g.git("sparse-checkout", "set", "--cone", kind, "in")
			if _, err := os.Stat(g.path("out/b")); err == nil {
				t.Fatal("the checkout is not sparse")
			}
			s := g.worktree()
			all := []string{"in/a", "out/b", "out/deep/c", "top"}
			same(t, "worktree", paths(s), all)
			same(t, "index", paths(g.index()), all)
			if b, err := s.ReadFile("out/deep/c"); err != nil || string(b) != "3" {
				t.Errorf("out/deep/c is %q, %v", b, err)
			}
			changes, err := repo.Changes(context.Background(), g.snapshot("HEAD"), s)
			if err != nil || len(changes) != 0 {
				t.Errorf("changes are %v, %v", changes, err)
			}
		})
	}
}
