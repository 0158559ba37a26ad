package repo_test

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

func TestWorktreeListsWhatGitLists(t *testing.T) {
	g := newRepo(t)
	g.write("tracked.txt", "a")
	g.write("build/tracked.o", "ignored later, tracked all the same")
	g.write("gone.txt", "")
	g.commit("one")
	g.remove("gone.txt")
	g.write(".gitignore", "build/\n*.log\n!keep.log\n/only-root\ndocs/**/out\n")
	g.write("build/x.o", "")
	g.write("a.log", "")
	g.write("keep.log", "")
	g.write("only-root/x", "")
	g.write("sub/only-root/x", "")
	g.write("docs/a/b/out/x", "")
	g.write("sub/.gitignore", "!a.log\n")
	g.write("sub/a.log", "")
	g.write("name with ünïcode/ä b", "")
	g.write(".git/info/exclude", "excluded\n")
	g.write("excluded", "")
	g.link("tracked.txt", "link")
	g.link("sub", "dirlink")
	repo.MakePipe(t, g.path("pipe"))
	inner := g.in(g.path("nested"))
	g.write("nested/file", "")
	inner.git("init", "-q")
	g.write("fake/.git/file", "an empty .git makes no repository")
	g.write("fake/file", "")
	s := g.worktree()
	want := g.listed()
	want = slices.DeleteFunc(want, func(p string) bool { return p == "pipe" })
	same(t, "worktree", paths(s), want)
	for _, p := range []string{"build/tracked.o", "sub/a.log", "keep.log", "nested", "fake/file"} {
		if _, ok := s.Lookup(p); !ok {
			t.Errorf("%s is missing", p)
		}
	}
	if e, _ := s.Lookup("nested"); e.Mode != fs.ModeIrregular {
		t.Errorf("nested repository has mode %v", e.Mode)
	}
	if e, _ := s.Lookup("dirlink"); e.Mode != fs.ModeSymlink {
		t.Errorf("link has mode %v", e.Mode)
	}
	if b, err := s.ReadFile("dirlink/a.log"); err != nil || len(b) != 0 {
		t.Errorf("read through a link: %q, %v", b, err)
	}
}

// TestWorktreeProperty compares with git over trees and rules made at random from a small alphabet, so that rules match
// often.
func TestWorktreeProperty(t *testing.T) {
	for _, ignoreCase := range []string{"false", "true"} {
		t.Run("ignoreCase="+ignoreCase, func(t *testing.T) { worktreeProperty(t, ignoreCase) })
	}
}

func worktreeProperty(t *testing.T, ignoreCase string) {
	seeds := 100
	if testing.Short() {
		seeds = 20
	}
	g := newRepo(t)
	g.git("config", "core.ignoreCase", ignoreCase)
	for seed := range seeds {
		rnd := rand.New(rand.NewPCG(uint64(seed), 1))
		pick := func(of ...string) string { return of[rnd.IntN(len(of))] }
		names := []string{"a", "b", "ab", "abc", "a.b", "b.c", "foo", "foo bar", "[a]", "a!", "#a", "é", "Qux", "BZ"}
		dirs := []string{"a", "b", "ab", "foo", "x.d", "b b"}
		entries, err := os.ReadDir(g.dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name() != ".git" {
				g.remove(e.Name())
			}
		}
		g.remove(".git/index")
		folder := func() string {
			var at []string
			for range rnd.IntN(4) {
				at = append(at, pick(dirs...))
			}
			return strings.Join(at, "/")
		}
		put := func() {
			name := filepath.Join(g.dir, folder(), pick(names...))
			if os.MkdirAll(filepath.Dir(name), 0o755) == nil {
				_ = os.WriteFile(name, nil, 0o644) // may be a folder already
			}
		}
		for range 15 {
			put()
		}
		g.git("add", "-A", ".")
		for range 40 {
			put()
		}
		pattern := func() string {
			if rnd.IntN(12) == 0 {
				return pick("#x", "", " ", "!", "/", "\\#a", "\\!a", "a!", "[", "[a", "a\\", "**", "*", "/*", "!*/", "!/**", "a/**", "**/a", "*/", "?*", "**/", "/**/b", "[]a]", "[!]a]")
			}
			var b strings.Builder
			b.WriteString(pick("", "", "", "!", "/", "!/", "**/"))
			for i := range 1 + rnd.IntN(3) {
				if i > 0 {
					b.WriteString(pick("/", "/", "/**/", "**/", "/**"))
				}
				for range 1 + rnd.IntN(3) {
					b.WriteString(pick("a", "A", "b", "foo", "qU", "z", "[A-C]", "[[:upper:]]", ".", "*", "?", "**", "[ab]", "[!a]", "[^b-z]", "[[:alpha:]]", "\\a", "[\\]a]", "[a-]", "é", "\\*", " "))
				}
			}
			b.WriteString(pick("", "", "", "/", " ", "\\ ", "\r", "/**", "/*", "\t"))
			return b.String()
		}
		var rules strings.Builder
		for range 1 + rnd.IntN(5) {
			at := folder()
			if st, err := os.Stat(g.path(at)); err != nil || !st.IsDir() {
				at = ""
			}
			var b strings.Builder
			b.WriteString(pick("", "", "\xef\xbb\xbf"))
			for range 1 + rnd.IntN(6) {
				b.WriteString(pattern() + "\n")
			}
			content := strings.TrimSuffix(b.String(), pick("", "\n"))
			name := strings.TrimPrefix(at+"/.gitignore", "/")
			fmt.Fprintf(&rules, "%s: %q\n", name, content)
			g.write(name, content)
		}
		got, want := paths(g.worktree()), g.listed()
		if !slices.Equal(got, want) {
			for _, p := range got {
				if !slices.Contains(want, p) {
					t.Errorf("seed %d: git ignores %q", seed, p)
				}
			}
			for _, p := range want {
				if !slices.Contains(got, p) {
					t.Errorf("seed %d: git lists %q", seed, p)
				}
			}
			t.Fatalf("rules:\n%s", rules.String())
		}
	}
}

func TestPlainFolderListsEverything(t *testing.T) {
	g := newFolder(t)
	g.write(".gitignore", "*\n")
	g.write("a/b.yaml", "x")
	g.write("a/.git/config", "")
	r := g.open()
	if !r.Plain() || r.Root() != g.dir || r.Subdirectory() != "" {
		t.Fatalf("plain %v, root %s, subdirectory %q", r.Plain(), r.Root(), r.Subdirectory())
	}
	s := g.worktree()
	same(t, "files", paths(s), []string{".gitignore", "a/b.yaml"})
	if s.Kind() != repo.Files || s.ID() != "files" {
		t.Errorf("kind %s, id %s", s.Kind(), s.ID())
	}
	if err := fstest.TestFS(s, ".gitignore", "a/b.yaml"); err != nil {
		t.Error(err)
	}
	_, err := r.Index(context.Background())
	fails(t, err, "not a git repository", "git init")
}

func TestUserIgnoreFile(t *testing.T) {
	g := newRepo(t)
	home := filepath.Dir(g.dir)
	t.Setenv("HOME", home)
	h := g.in(home)
	h.write("no-config/git/ignore", "by-default\n")
	h.write("mine", "by-user\n")
	h.write("gitconfig", "[core]\n\texcludesFile = ~/mine\n")
	for _, name := range []string{"by-default", "by-user", "by-repository", "kept"} {
		g.write(name, "")
	}
	check := func(what string, want ...string) {
		t.Helper()
		same(t, what+", git", g.listed(), want)
		same(t, what, paths(g.worktree()), want)
	}
	check("default place", "by-repository", "by-user", "kept")
	t.Setenv("GIT_CONFIG_GLOBAL", filepath.Join(home, "gitconfig"))
	g.env = append(g.env, "GIT_CONFIG_GLOBAL="+filepath.Join(home, "gitconfig"))
	check("the user's", "by-default", "by-repository", "kept")
	h.write("theirs", "by-repository\n")
	g.git("config", "core.excludesFile", filepath.Join(home, "theirs"))
	check("the repository's", "by-default", "by-user", "kept")
}

func TestIgnoreCase(t *testing.T) {
	g := newRepo(t)
	g.git("config", "core.ignoreCase", "true")
	g.write(".gitignore", "BUILD/\n*.Log\n!/Keep.LOG\n[a-c]X\n")
	for _, name := range []string{"build/x", "Build2/x", "a.LOG", "keep.log", "Bx", "dx"} {
		g.write(name, "")
	}
	same(t, "worktree", paths(g.worktree()), g.listed())
}

func TestUnreadableFolder(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root reads everything")
	}
	g := newRepo(t)
	g.write("data/x", "")
	if err := os.Chmod(g.path("data"), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(g.path("data"), 0o755) })
	_, err := g.open().Worktree(context.Background())
	fails(t, err, "data", ".gitignore")
	g.write(".gitignore", "data\n")
	same(t, "ignored", paths(g.worktree()), []string{".gitignore"})
}

// TestDisregard: an untracked file that is named is left out, a tracked one is not, with or without a repository.
func TestDisregard(t *testing.T) {
	g, plain := newRepo(t), newFolder(t)
	g.write("tracked", "")
	g.commit("one")
	for r, want := range map[*gitRepo][]string{g: {"a/other", "log", "tracked"}, plain: {"a/other", "log", "tracked"}} {
		for _, name := range []string{"tracked", "log", "a/log", "a/other"} {
			r.write(name, "")
		}
		opened := r.open()
		opened.Disregard("tracked", "a/log", "nowhere/log")
		s, err := opened.Worktree(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if opened.Plain() {
			want = []string{"a/other", "log"}
		}
		same(t, "worktree", paths(s), want)
	}
}
