package repo_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// gitRepo is a folder in which the real git is run, away from the user's configuration.
type gitRepo struct {
	testing.TB
	dir string
	env []string
}

func newFolder(t testing.TB) *gitRepo {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "no-config"))
	g := &gitRepo{TB: t, dir: filepath.Join(dir, "repo")}
	g.env = append(os.Environ(),
		"HOME="+dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull,
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_AUTHOR_DATE=1700000000 +0000",
		"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org", "GIT_COMMITTER_DATE=1700000000 +0000",
		"GIT_ALLOW_PROTOCOL=file", "LC_ALL=C")
	if err := os.MkdirAll(g.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return g
}

func newRepo(t testing.TB) *gitRepo {
	t.Helper()
	g := newFolder(t)
	g.git("init", "-q", "-b", "main")
	return g
}

// in is the same git, run in another folder.
func (g *gitRepo) in(dir string) *gitRepo {
	other := *g
	other.dir = dir
	return &other
}

func (g *gitRepo) try(args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = g.dir
	cmd.Env = g.env
	out, err := cmd.Output()
	if e, ok := err.(*exec.ExitError); ok {
		err = fmt.Errorf("git %s: %w\n%s", strings.Join(args, " "), err, e.Stderr)
	}
	return string(out), err
}

func (g *gitRepo) git(args ...string) string {
	g.Helper()
	out, err := g.try(args...)
	if err != nil {
		g.Fatal(err)
	}
	return strings.TrimSuffix(out, "\n")
}

func (g *gitRepo) path(name string) string { return filepath.Join(g.dir, filepath.FromSlash(name)) }

func (g *gitRepo) write(name, content string) {
	g.Helper()
	if err := os.MkdirAll(filepath.Dir(g.path(name)), 0o755); err != nil {
		g.Fatal(err)
	}
	if err := os.WriteFile(g.path(name), []byte(content), 0o644); err != nil {
		g.Fatal(err)
	}
}

func (g *gitRepo) link(target, name string) {
	g.Helper()
	if err := os.MkdirAll(filepath.Dir(g.path(name)), 0o755); err != nil {
		g.Fatal(err)
	}
	if err := os.Symlink(target, g.path(name)); err != nil {
		g.Fatal(err)
	}
}

func (g *gitRepo) remove(name string) {
	g.Helper()
	if err := os.RemoveAll(g.path(name)); err != nil {
		g.Fatal(err)
	}
}

// commit records everything and returns the commit's id.
func (g *gitRepo) commit(message string) string {
	g.Helper()
	g.git("add", "-A")
	g.git("commit", "-q", "--allow-empty", "-m", message)
	return g.git("rev-parse", "HEAD")
}

func (g *gitRepo) open() *repo.Repository {
	g.Helper()
	r, err := repo.Open(g.dir)
	if err != nil {
		g.Fatal(err)
	}
	return r
}

func (g *gitRepo) worktree() *repo.Snapshot {
	g.Helper()
	s, err := g.open().Worktree(context.Background())
	if err != nil {
		g.Fatal(err)
	}
	return s
}

func (g *gitRepo) index() *repo.Snapshot {
	g.Helper()
	s, err := g.open().Index(context.Background())
	if err != nil {
		g.Fatal(err)
	}
	return s
}

func (g *gitRepo) snapshot(rev string) *repo.Snapshot {
	g.Helper()
	s, err := g.open().Commit(context.Background(), rev)
	if err != nil {
		g.Fatal(err)
	}
	return s
}

// listed is what git itself says the working tree consists of.
func (g *gitRepo) listed() []string {
	g.Helper()
	var out []string
	for _, name := range strings.Split(g.git("ls-files", "-z", "-co", "--exclude-standard"), "\x00") {
		name = strings.TrimSuffix(name, "/") // a repository inside
		if name == "" {
			continue
		}
		if _, err := os.Lstat(g.path(name)); err == nil {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func paths(s *repo.Snapshot) []string {
	var out []string
	for _, e := range s.Entries() {
		out = append(out, e.Path)
	}
	return out
}

func same(t testing.TB, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("%s:\n got %q\nwant %q", what, got, want)
	}
}

// fails checks that an error is there and says all of the given.
func fails(t testing.TB, err error, says ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, s := range says {
		if !strings.Contains(err.Error(), s) {
			t.Fatalf("error %q does not say %q", err, s)
		}
	}
}
