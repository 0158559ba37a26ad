package patch_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/patch"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

func TestPlaces(t *testing.T) {
	g := newRepo(t)
	g.write("f", "one\n")
	g.commit("one")
	g.git("worktree", "add", "-q", "--detach", "../linked")
	linked := g.in(filepath.Join(g.dir, "../linked"))
	linked.write("f", "two\n")
	linked.commit("two")
	want := []string{"f:1:one\n", "f:1:two\n"}
	same(t, "worktree", linked.all(patch.Options{}).lines(), want)
	same(t, "detached HEAD of a worktree", g.all(patch.Options{}).lines(), want)
	linked.write("f", "two\nthree\n")
	linked.git("add", "-A")
	c, res := linked.staged(linked.git("rev-parse", "HEAD"), "")
	same(t, "staged in a worktree", c.lines(), []string{"f:2:three\n"})
	if !res.Complete() {
		t.Error(res)
	}

	g.git("clone", "-q", "--bare", "--no-local", ".", "../bare")
	same(t, "bare", g.in(filepath.Join(g.dir, "../bare")).all(patch.Options{}).lines(), want[:1])
	g.git("clone", "-q", "--shared", ".", "../shared")
	shared := g.in(filepath.Join(g.dir, "../shared"))
	same(t, "borrowed objects", shared.all(patch.Options{}).lines(), want[:1])

	plain, err := repo.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := patch.Commits(context.Background(), plain, nil, patch.Options{}, nil); !errors.Is(err, repo.ErrPlain) {
		t.Error(err)
	}
}

func TestNoCommits(t *testing.T) {
	g := newRepo(t)
	if c := g.all(patch.Options{}); len(c.list) != 0 {
		t.Error(c.list)
	}
	g.write("f", "one\n")
	if c, res := g.staged("", ""); len(c.list) != 0 || !res.Complete() {
		t.Error(c.list, res)
	}
	g.git("add", "-A")
	c, res := g.staged("", "")
	same(t, "staged", c.lines(), []string{"f:1:one\n"})
	if !res.Complete() {
		t.Error(res)
	}
}

// TestAll has every kind of reference.
func TestAll(t *testing.T) {
	g := newRepo(t)
	var want []string
	next := func(how ...string) {
		g.write("f", g.git("rev-list", "--all", "--count")+strings.Join(how, " "))
		id := g.commit("next")
		want = append(want, id)
		if how != nil {
			g.git(how...)
			g.git("reset", "-q", "--hard", "main~0")
			g.git("checkout", "-q", "--orphan", "o"+id)
		}
	}
	next()
	g.git("tag", "root")
	next("tag", "light")
	next("tag", "-m", "note", "heavy")
	next("update-ref", "refs/odd/place", "HEAD")
	next("update-ref", "refs/remotes/origin/x", "HEAD")
	g.git("tag", "-m", "a tag of a tag", "heavier", "heavy")
	g.git("tag", "file", g.blob("no commit"))
	g.git("notes", "add", "-m", "note", want[0])
	want = append(want, g.git("rev-parse", "refs/notes/commits"))
	g.git("pack-refs", "--all")
	g.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone")
	g.git("checkout", "-qf", "--detach", want[0])
	next()
	ids, missed, err := patch.All(context.Background(), g.open())
	if err != nil || len(missed) > 0 {
		t.Fatal(err, missed)
	}
	list := strings.Fields(g.git("rev-list", "--all"))
	slices.Sort(ids)
	slices.Sort(list)
	same(t, "commits", ids, list)

	if err := os.WriteFile(filepath.Join(g.dir, ".git/refs/heads/bad"), []byte("garbage\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	gone := strings.Repeat("12345678", 5)
	if err := os.WriteFile(filepath.Join(g.dir, ".git/refs/heads/gone"), []byte(gone+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	g.remove(g.loose(want[0]))
	_, missed, err = patch.All(context.Background(), g.open())
	if err != nil {
		t.Fatal(err)
	}
	var says []string
	for _, m := range missed {
		says = append(says, m.Commit+" "+m.Why[:min(len(m.Why), 25)])
	}
	slices.Sort(says)
	if len(says) < 3 || !slices.Contains(says, " reference refs/heads/bad:") || !slices.Contains(says, gone+" reference refs/heads/gone") {
		t.Errorf("%q", says)
	}
	if !slices.ContainsFunc(missed, func(m patch.Missed) bool { return m.Commit == want[0] }) {
		t.Errorf("%q", says)
	}
}

func TestRange(t *testing.T) {
	h := generate(t, 9, 80)
	list := strings.Fields(h.git("rev-list", "--all"))
	for range 30 {
		base, head := list[h.rnd.IntN(len(list))], list[h.rnd.IntN(len(list))]
		ids, missed, err := patch.Range(context.Background(), h.open(), base, head)
		if err != nil || len(missed) > 0 {
			t.Fatal(err, missed)
		}
		want := strings.Fields(h.git("rev-list", head, "^"+base))
		slices.Sort(ids)
		slices.Sort(want)
		same(t, base+".."+head, ids, want)
	}
	ids, _, err := patch.Range(context.Background(), h.open(), "", "HEAD")
	if err != nil || len(ids) != len(strings.Fields(h.git("rev-list", "HEAD"))) {
		t.Error(len(ids), err)
	}
	if _, _, err := patch.Range(context.Background(), h.open(), "nothing", "HEAD"); !errors.Is(err, repo.ErrUnknownRevision) {
		t.Error(err)
	}
}
