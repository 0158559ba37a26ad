package repo_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

func TestDirs(t *testing.T) {
	g := newRepo(t)
	g.commit("one")
	g.git("worktree", "add", "-q", "--detach", "../linked")
	r := g.open()
	if r.GitDir() != g.path(".git") || r.CommonDir() != r.GitDir() {
		t.Error(r.GitDir(), r.CommonDir())
	}
	l := g.in(filepath.Join(g.dir, "../linked")).open()
	if l.GitDir() != g.path(".git/worktrees/linked") || l.CommonDir() != r.GitDir() {
		t.Error(l.GitDir(), l.CommonDir())
	}
}

func TestTips(t *testing.T) {
	g := newRepo(t)
	ctx := context.Background()
	if tips, gaps, err := g.open().Tips(ctx); err != nil || len(tips)+len(gaps) != 0 {
		t.Error("no commits:", tips, gaps, err)
	}
	one := g.commit("one")
	g.git("tag", "-m", "x", "packed")
	g.git("pack-refs", "--all")
	two := g.commit("two") // the loose branch goes before the packed one
	g.git("worktree", "add", "-q", "--detach", "../linked")
	linked := g.in(filepath.Join(g.dir, "../linked"))
	three := linked.commit("three")
	linked.git("update-ref", "refs/worktree/own", linked.commit("four"))
	four := linked.git("rev-parse", "HEAD")
	linked.git("checkout", "-q", three)
	g.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/heads/gone")
	g.git("tag", "folder", "HEAD^{tree}")
	g.write(".git/refs/heads/x.lock", "garbage")
	g.write(".git/refs/heads/caf\xe9", one)
	want := []string{one, two, three, four}
	slices.Sort(want)
	for _, r := range []*repo.Repository{g.open(), linked.open()} {
		tips, gaps, err := r.Tips(ctx)
		if err != nil || len(gaps) > 0 {
			t.Fatal(gaps, err)
		}
		same(t, "tips", tips, want)
	}

	g.write(".git/refs/heads/empty", "")
	g.write(".git/refs/heads/missing", strings.Repeat("1", 40))
	tips, gaps, err := g.open().Tips(ctx)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "tips", tips, want)
	var refs []string
	for _, gap := range gaps {
		refs = append(refs, gap.Ref+" "+gap.Commit)
	}
	same(t, "gaps", refs, []string{"refs/heads/empty ", "refs/heads/missing " + strings.Repeat("1", 40)})

	g.write(".git/packed-refs", "garbage\n")
	_, _, err = g.open().Tips(ctx)
	fails(t, err, "packed-refs")
}

func TestReachable(t *testing.T) {
	g := newRepo(t)
	ctx := context.Background()
	var ids []string
	for _, n := range []string{"1", "2", "3", "4"} {
		g.write("f", n)
		ids = append(ids, g.commit(n))
	}
	list, gaps, err := g.open().Reachable(ctx, ids[3:], ids[:2])
	if err != nil || len(gaps) > 0 {
		t.Fatal(gaps, err)
	}
	slices.Sort(list)
	want := slices.Clone(ids[2:])
	slices.Sort(want)
	same(t, "commits", list, want)

	if err := os.Remove(g.path(".git/objects/" + ids[1][:2] + "/" + ids[1][2:])); err != nil {
		t.Fatal(err)
	}
	list, gaps, err = g.open().Reachable(ctx, ids[3:], nil)
	if err != nil || len(list) != 2 || len(gaps) != 1 || gaps[0].Commit != ids[1] || !errors.Is(gaps[0].Err, repo.ErrMissingObject) {
		t.Error(list, gaps, err)
	}
	list, gaps, err = g.open().Reachable(ctx, ids[3:], ids[2:3])
	if err != nil || len(list) != 1 || len(gaps) != 0 {
		t.Error("what is left out needs not be read:", list, gaps, err)
	}
	_, _, err = g.open().Reachable(ctx, []string{"HEAD"}, nil)
	fails(t, err, "not the id")
	plain, err := repo.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := plain.Tips(ctx); !errors.Is(err, repo.ErrPlain) {
		t.Error(err)
	}
}
