package patch_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/patch"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// gitRepo is a folder in which the real git is run, away from the user's configuration.
type gitRepo struct {
	testing.TB
	dir string
	env []string
}

func newRepo(t testing.TB, args ...string) *gitRepo {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	g := &gitRepo{TB: t, dir: filepath.Join(dir, "repo")}
	g.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull,
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_AUTHOR_DATE=1700000000 +0000",
		"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org", "GIT_COMMITTER_DATE=1700000000 +0000",
		"GIT_ALLOW_PROTOCOL=file", "LC_ALL=C",
	}
	if err := os.MkdirAll(g.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	g.git(append([]string{"init", "-q", "-b", "main"}, args...)...)
	return g
}

// in is the same git, run in another folder.
func (g *gitRepo) in(dir string) *gitRepo {
	other := *g
	other.dir = dir
	return &other
}

func (g *gitRepo) run(stdin string, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = g.dir, g.env
	if stdin != "" {
		cmd.Stdin = strings.NewReader(stdin)
	}
	out, err := cmd.Output()
	if e, ok := err.(*exec.ExitError); ok {
		err = fmt.Errorf("git %.200q: %w\n%s", args, err, e.Stderr)
	}
	return string(out), err
}

func (g *gitRepo) git(args ...string) string {
	g.Helper()
	out, err := g.run("", args...)
	if err != nil {
		g.Fatal(err)
	}
	return strings.TrimSuffix(out, "\n")
}

func (g *gitRepo) write(name, content string) {
	g.Helper()
	file := filepath.Join(g.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		g.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		g.Fatal(err)
	}
}

func (g *gitRepo) commit(message string) string {
	g.Helper()
	g.git("add", "-A")
	g.git("commit", "-q", "--allow-empty", "-m", message)
	return g.git("rev-parse", "HEAD")
}

// blob stores a content and returns its id.
func (g *gitRepo) blob(content string) string {
	g.Helper()
	return g.object("blob", content)
}

func (g *gitRepo) object(kind, content string) string {
	g.Helper()
	out, err := g.run(content, "hash-object", "-w", "--literally", "--stdin", "-t", kind)
	if content == "" {
		out, err = g.run("", "hash-object", "-w", "-t", kind, os.DevNull)
	}
	if err != nil {
		g.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// loose is the file of an object that lies in no pack.
func (g *gitRepo) loose(id string) string {
	return filepath.Join(g.git("rev-parse", "--absolute-git-dir"), "objects", id[:2], id[2:])
}

func (g *gitRepo) remove(file string) {
	g.Helper()
	if err := os.Remove(file); err != nil {
		g.Fatal(err)
	}
}

func (g *gitRepo) open() *repo.Repository {
	g.Helper()
	r, err := repo.Open(g.dir)
	if err != nil {
		g.Fatal(err)
	}
	return r
}

// collected is what a run yields.
type collected struct {
	mu   sync.Mutex
	list []patch.Addition
}

func (c *collected) add(a patch.Addition) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, a)
	return nil
}

// lines lists what was added, as "path:line:text" with marks, sorted.
func (c *collected) lines() []string {
	var out []string
	for _, a := range c.list {
		s := fmt.Sprintf("%s:%d:%s", a.Path, a.FirstLine, a.Text)
		if a.Binary {
			s += "binary"
		}
		if a.Merge {
			s += "(merge)"
		}
		if a.TypeChange {
			s += "(type)"
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// all reads the whole history. Nothing may be missing.
func (g *gitRepo) all(opt patch.Options) *collected {
	g.Helper()
	ids, missed, err := patch.All(context.Background(), g.open())
	if err != nil || len(missed) > 0 {
		g.Fatal(err, missed)
	}
	c, res := g.commits(ids, opt)
	if !res.Complete() || res.Asked != len(ids) {
		g.Fatalf("incomplete: %+v", res)
	}
	return c
}

func (g *gitRepo) commits(ids []string, opt patch.Options) (*collected, patch.Result) {
	g.Helper()
	var c collected
	res, err := patch.Commits(context.Background(), g.open(), ids, opt, c.add)
	if err != nil {
		g.Fatal(err)
	}
	return &c, res
}

func (g *gitRepo) staged(head, index string) (*collected, patch.Result) {
	g.Helper()
	var c collected
	res, err := patch.Staged(context.Background(), g.open(), head, index, patch.Options{}, c.add)
	if err != nil {
		g.Fatal(err)
	}
	return &c, res
}

func same(t testing.TB, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}
