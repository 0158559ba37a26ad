package repo_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

var letters = map[repo.ChangeKind]string{repo.Added: "A", repo.Modified: "M", repo.Deleted: "D", repo.Renamed: "R", repo.TypeChanged: "T"}

// changed is the differences in git's notation, without the percentage of a rename.
func changed(t testing.TB, from, to *repo.Snapshot) []string {
	t.Helper()
	list, err := repo.Changes(context.Background(), from, to)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, c := range list {
		out = append(out, strings.Join(strings.Fields(letters[c.Kind]+" "+c.From+" "+c.Path), " "))
	}
	return out
}

// diffed is what git finds.
func (g *gitRepo) diffed(args ...string) []string {
	g.Helper()
	out := []string{}
	for _, line := range strings.Split(g.git(append([]string{"diff", "--name-status", "-M"}, args...)...), "\n") {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		f[0] = f[0][:1]
		out = append(out, strings.Join(f, " "))
	}
	slices.SortFunc(out, func(a, b string) int {
		return strings.Compare(a[strings.LastIndex(a, " "):], b[strings.LastIndex(b, " "):])
	})
	return out
}

func text(seed, lines int) string {
	var b strings.Builder
	for i := range lines {
		fmt.Fprintf(&b, "line %d of %d\n", i, seed)
	}
	return b.String()
}

func TestChanges(t *testing.T) {
	g := newRepo(t)
	for i := range 12 {
		g.write(fmt.Sprintf("d%d/f%d.txt", i%3, i), text(i, 40))
	}
	g.write("becomes-link", "x")
	g.write("becomes-exec", "x")
	g.write("crlf.txt", "a\n")
	g.link("d0/f0.txt", "old-link")
	one := g.commit("one")
	g.write("d0/f0.txt", text(0, 41))                // modified
	g.remove("d1/f1.txt")                            // deleted
	g.write("new.txt", text(99, 30))                 // added
	g.git("mv", "d2/f2.txt", "d0/moved.txt")         // renamed
	g.git("mv", "d0/f3.txt", "d1/f3.txt")            // renamed into another folder and changed
	g.write("d1/f3.txt", text(3, 45)+"more\n")       //
	g.remove("d1/f4.txt")                            // too different to be a rename
	g.write("d1/other.txt", text(4, 15)+text(5, 60)) //
	g.remove("d2/f5.txt")
	g.write("d2/half.txt", text(5, 30)+text(77, 8))
	g.remove("becomes-link")
	g.link("d0/f0.txt", "becomes-link")
	if err := os.Chmod(g.path("becomes-exec"), 0o755); err != nil {
		t.Fatal(err)
	}
	g.remove("old-link")
	g.link("d0/f0.txt", "new-link")
	g.git("add", "-A")
	worktree, index := g.worktree(), g.index()
	two := g.commit("two")
	want := g.diffed(one, two)
	for name, to := range map[string]*repo.Snapshot{"commit": g.snapshot(two), "index": index, "worktree": worktree} {
		same(t, "to "+name, changed(t, g.snapshot(one), to), want)
		same(t, name+" to itself", changed(t, to, to), []string{})
		same(t, "back from "+name, changed(t, to, g.snapshot(one)), g.diffed(two, one))
	}
	if !slices.Contains(want, "T becomes-link") || !slices.Contains(want, "M becomes-exec") || !slices.Contains(want, "R old-link new-link") {
		t.Errorf("the case does not show what it should: %q", want)
	}
	g.write("untracked", "x")
	g.write("d0/f0.txt", "unstaged")
	same(t, "unstaged", changed(t, g.index(), g.worktree()), []string{"M d0/f0.txt", "A untracked"})
}

// TestChangesProperty compares with git over random edits. Contents are made so that files are either alike or not at
// all: at the threshold itself, and among equally good candidates, git's choice is of no interest.
func TestChangesProperty(t *testing.T) {
	g := newRepo(t)
	n := 0
	for seed := range 25 {
		rnd := rand.New(rand.NewPCG(uint64(seed), 2))
		for range 3 + rnd.IntN(6) {
			n++
			g.write(fmt.Sprintf("d%d/n%d", rnd.IntN(3), n), text(n, 20+rnd.IntN(30)))
		}
		from := g.commit("from")
		for _, p := range strings.Split(g.git("ls-files"), "\n") {
			b, err := os.ReadFile(g.path(p))
			if err != nil {
				t.Fatal(err)
			}
			n++
			switch rnd.IntN(6) {
			case 0:
				g.remove(p)
			case 1:
				g.git("mv", p, fmt.Sprintf("d%d-moved%d", rnd.IntN(3), n))
			case 2:
				edited := fmt.Sprintf("d%d-edited%d", rnd.IntN(3), n)
				g.git("mv", p, edited)
				g.write(edited, string(b)+"one more\n")
			case 3:
				g.write(p, string(b)+"one more\n")
			}
		}
		g.git("add", "-A")
		worktree := g.worktree()
		to := g.commit("to")
		want := g.diffed(from, to)
		same(t, fmt.Sprintf("seed %d, commits", seed), changed(t, g.snapshot(from), g.snapshot(to)), want)
		same(t, fmt.Sprintf("seed %d, worktree", seed), changed(t, g.snapshot(from), worktree), want)
	}
}

// A file written twice within the resolution of its times looks unchanged to whoever only looks at them.
func TestChangesRacyGit(t *testing.T) {
	g := newRepo(t)
	g.write("f", "aaaa")
	g.write("g", "aaaa")
	g.commit("one")
	old := time.Unix(1_600_000_000, 0)
	for _, name := range []string{"f", "g", ".git/index"} {
		if err := os.Chtimes(g.path(name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	g.git("update-index", "--refresh")
	g.write("f", "bbbb")
	for _, name := range []string{"f", ".git/index"} {
		if err := os.Chtimes(g.path(name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "racy", changed(t, g.snapshot("HEAD"), g.worktree()), []string{"M f"})
}

func TestChangesOfSubmodules(t *testing.T) {
	lib := newRepo(t)
	lib.write("f", "1")
	first := lib.commit("one")
	lib.write("f", "2")
	lib.commit("two")
	g := newRepo(t)
	g.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", lib.dir, "lib")
	one := g.commit("one")
	s := g.worktree()
	same(t, "worktree", paths(s), []string{".gitmodules", "lib"})
	if e, _ := s.Lookup("lib"); e.Mode.String()[0] != '?' {
		t.Errorf("submodule is %+v", e)
	}
	if _, err := s.ReadFile("lib/f"); err == nil {
		t.Error("a submodule's file was read")
	}
	same(t, "unchanged", changed(t, g.snapshot(one), s), []string{})
	g.in(g.path("lib")).git("checkout", "-q", first)
	same(t, "moved on disk", changed(t, g.snapshot(one), g.worktree()), []string{"M lib"})
	two := g.commit("two")
	same(t, "moved", changed(t, g.snapshot(one), g.snapshot(two)), []string{"M lib"})
	if e, _ := g.snapshot(two).Lookup("lib"); e.Hash != first {
		t.Errorf("submodule is %+v", e)
	}
	g.git("submodule", "deinit", "-q", "-f", "lib")
	same(t, "not checked out", changed(t, g.snapshot(two), g.worktree()), []string{})
	sub := newFolder(t)
	sub.git("clone", "-q", g.dir, ".")
	same(t, "fresh clone", changed(t, sub.snapshot("HEAD"), sub.worktree()), []string{})
}
