package repo_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// watching selects one file, however it is spelt.
func watching(name string) repo.Watch {
	return repo.Watch{
		Folder: func(dir string) bool { return strings.HasPrefix(name, repo.Fold(dir)+"/") },
		File:   func(p string) bool { return repo.Fold(p) == name },
	}
}

// touched lists the subjects of the commits that touch a file.
func (g *gitRepo) touched(base, head, name string) []string {
	g.Helper()
	r := g.open()
	h, err := r.History(context.Background(), base, head)
	if err != nil {
		g.Fatal(err)
	}
	list, err := r.Touched(context.Background(), h, watching(name))
	if err != nil {
		g.Fatal(err)
	}
	var out []string
	for _, t := range list {
		if t.Err != nil {
			g.Fatal(t.Err)
		}
		out = append(out, g.git("log", "-1", "--format=%s", t.Commit))
	}
	slices.Sort(out)
	return out
}

// TestHistoryLikeGit compares with git over random histories, some with clocks that were wrong.
func TestHistoryLikeGit(t *testing.T) {
	for seed := range uint64(12) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		g := newRepo(t)
		tree := g.git("mktree")
		var ids []string
		for i := range 40 {
			args := []string{"commit-tree", tree, "-m", fmt.Sprint(i)}
			for range min(len(ids), 1+rnd.IntN(3)) {
				if p := ids[max(0, len(ids)-1-rnd.IntN(8))]; !slices.Contains(args, p) {
					args = append(args, "-p", p)
				}
			}
			when := 1700000000 + i*10
			if seed >= 6 {
				when += rnd.IntN(60)
			}
			h := *g
			h.env = append(slices.Clone(g.env), fmt.Sprintf("GIT_COMMITTER_DATE=%d +0000", when))
			ids = append(ids, h.git(args...))
		}
		for range 10 {
			base, head := ids[rnd.IntN(40)], ids[rnd.IntN(40)]
			h, err := g.open().History(context.Background(), base, head)
			want := strings.Fields(g.git("rev-list", head, "^"+base))
			if err != nil {
				fails(t, err, "unrelated")
				continue
			}
			got := slices.Clone(h.Commits)
			slices.Sort(got)
			slices.Sort(want)
			same(t, fmt.Sprintf("seed %d, %s..%s", seed, base, head), got, want)
			bases := slices.Clone(h.MergeBases)
			slices.Sort(bases)
			all := strings.Fields(g.git("merge-base", "--all", base, head))
			slices.Sort(all)
			same(t, fmt.Sprintf("seed %d, merge bases of %s and %s", seed, base, head), bases, all)
		}
	}
}

// TestTouchedLikeGit compares with git over a random history without merges.
func TestTouchedLikeGit(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	g := newRepo(t)
	g.write("a/b/file", "0")
	base := g.commit("base")
	for i := range 60 {
		name := []string{"a/b/file", "a/b/other", "a/other", "other", "A/b/FILE"}[rnd.IntN(5)]
		if rnd.IntN(4) == 0 {
			g.remove(name)
		} else {
			g.write(name, fmt.Sprint(rnd.IntN(3)))
		}
		g.commit(fmt.Sprint(i))
	}
	want := strings.Fields(g.git("log", "--format=%s", base+"..HEAD", "--", "a/b/file", "A/b/FILE"))
	slices.Sort(want)
	same(t, "touched", g.touched(base, "HEAD", "a/b/file"), want)
}

func TestTouchedByMerges(t *testing.T) {
	const name = "gov/approved"
	// forks makes a base and two sides, each of which may write the file.
	forks := func(base, main, side string) *gitRepo {
		g := newRepo(t)
		g.write("f", "")
		if base != "" {
			g.write(name, base)
		}
		g.commit("base")
		g.git("branch", "side")
		g.write("on main", "")
		if main != "" {
			g.write(name, main)
		}
		g.commit("on main")
		g.git("checkout", "-q", "side")
		g.write("on side", "")
		if side != "" {
			g.write(name, side)
		}
		g.commit("on side")
		return g
	}
	merge := func(g *gitRepo, how func()) *gitRepo {
		_, _ = g.try("merge", "-q", "--no-ff", "--no-commit", "main")
		how()
		g.git("add", "-A")
		g.git("commit", "-q", "-m", "merge")
		return g
	}
	none := func() {}
	for _, c := range []struct {
		what string
		g    func() *gitRepo
		base string
		want []string
	}{
		{"untouched", func() *gitRepo { return merge(forks("1", "", ""), none) }, "main", nil},
		{"brought in from the base", func() *gitRepo { return merge(forks("1", "2", ""), none) }, "main", nil},
		{"changed by an ordinary commit", func() *gitRepo { return merge(forks("1", "", "2"), none) }, "main", []string{"on side"}},
		{"evil merge", func() *gitRepo {
			g := forks("1", "", "")
			return merge(g, func() { g.write(name, "evil") })
		}, "main", []string{"merge"}},
		{"evil merge that adds", func() *gitRepo {
			g := forks("", "", "")
			return merge(g, func() { g.write(name, "evil") })
		}, "main", []string{"merge"}},
		{"merge that takes back what the base withdrew", func() *gitRepo {
			g := forks("1", "2", "")
			return merge(g, func() { g.write(name, "1") })
		}, "main", []string{"merge"}},
		{"conflict resolved for one side", func() *gitRepo {
			g := forks("1", "2", "3")
			return merge(g, func() { g.write(name, "2") })
		}, "main", []string{"merge", "on side"}},
		{"same on both sides", func() *gitRepo { return merge(forks("1", "2", "2"), none) }, "main", []string{"on side"}},
		{"merge that deletes", func() *gitRepo {
			g := forks("1", "", "")
			return merge(g, func() { g.remove(name) })
		}, "main", []string{"merge"}},
	} {
		t.Run(c.what, func(t *testing.T) {
			g := c.g()
			g.TB = t
			same(t, "touched", g.touched(c.base, "side", name), c.want)
		})
	}
}

func TestTouchedByOrphan(t *testing.T) {
	g := newRepo(t)
	g.write("f", "")
	g.commit("base")
	g.git("checkout", "-q", "--orphan", "other")
	g.write("gov/approved", "1")
	g.commit("orphan")
	g.git("merge", "-q", "--allow-unrelated-histories", "-m", "merge", "main")
	same(t, "touched", g.touched("main", "other", "gov/approved"), []string{"orphan"})
}

func TestIntegrity(t *testing.T) {
	g := newRepo(t)
	g.write("f", "1")
	one := g.commit("one")
	g.write("f", "2")
	two := g.commit("two")
	read := func(r *repo.Repository) repo.Integrity {
		in, err := r.Integrity()
		if err != nil {
			t.Fatal(err)
		}
		return in
	}
	if in := read(g.open()); in.Shallow || in.Grafts || in.Replaced != nil {
		t.Errorf("a plain clone: %+v", in)
	}
	g.git("replace", two, one)
	g.git("pack-refs", "--all")
	if in := read(g.open()); len(in.Replaced) != 1 || in.Replaced[0] != two {
		t.Errorf("a replaced commit: %+v", in)
	}
	if b, err := g.snapshot("HEAD").ReadFile("f"); err != nil || string(b) != "2" {
		t.Errorf("the replacement was honoured: %q, %v", b, err)
	}
	g.write(".git/info/grafts", two+"\n")
	if in := read(g.open()); !in.Grafts {
		t.Errorf("a graft: %+v", in)
	}
}

func TestReadCommit(t *testing.T) {
	g := newRepo(t)
	g.write("f", "1")
	g.commit("subject\n\nbody\n\nReviewed-by: R <r@example.org>\nCo-authored-by: B\n <b@example.org>")
	id := g.git("rev-parse", "HEAD")
	c, err := g.open().ReadCommit(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	if c.Author.Name != "a" || c.Author.Mail != "a@example.org" || c.Author.When.Unix() != 1700000000 || len(c.Signatures) != 0 {
		t.Errorf("%+v", c)
	}
	if got := c.Trailers(); len(got) != 2 || got[1] != [2]string{"Co-authored-by", "B <b@example.org>"} {
		t.Errorf("trailers are %q", got)
	}
	raw := g.git("cat-file", "commit", id) + "\n"
	if string(c.Payload) != raw {
		t.Errorf("the payload is %q, want %q", c.Payload, raw)
	}
	// Signature headers are taken out, wherever they stand and whatever they are for.
	head, message, _ := strings.Cut(raw, "\n\n")
	signed := head + "\ngpgsig one\n two\n \nencoding UTF-8\ngpgsig-sha256 three\n four\n\n" + message
	g.write("../object", signed)
	id = g.git("hash-object", "-t", "commit", "-w", path.Join(path.Dir(g.dir), "object"))
	if c, err = g.open().ReadCommit(context.Background(), id); err != nil {
		t.Fatal(err)
	}
	same(t, "signatures", c.Signatures, []string{"one\ntwo\n", "three\nfour"})
	if want := head + "\nencoding UTF-8\n\n" + message; string(c.Payload) != want {
		t.Errorf("the payload is %q, want %q", c.Payload, want)
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"k8s/web.yaml": "k8s/web.yaml", "K8S/Web.YAML": "k8s/web.yaml", "ko\u0308ln/A": "k\u00f6ln/a", "K\u00d6LN": "k\u00f6ln",
		"gov./a.yaml ": "gov/a.yaml", "go\u200cv/a": "gov/a", "\ufeffa": "a", "stra\u00dfe": "strasse", "..": "..", "a/./b": "a/./b",
	} {
		if got := repo.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func BenchmarkTouched(b *testing.B) {
	g := newRepo(b)
	var stream strings.Builder
	stream.WriteString("commit refs/heads/main\ncommitter a <a@example.org> 1700000000 +0000\ndata 0\n")
	for i := range 300 {
		fmt.Fprintf(&stream, "M 644 inline src/%d/file\ndata 1\nx\n", i)
	}
	stream.WriteString("M 644 inline gov/approved\ndata 1\nx\n")
	for i := range 10_000 {
		fmt.Fprintf(&stream, "commit refs/heads/side\ncommitter a <a@example.org> %d +0000\ndata 0\n", 1700000001+i)
		if i == 0 {
			stream.WriteString("from refs/heads/main\n")
		}
		fmt.Fprintf(&stream, "M 644 inline src/%d/file\ndata 5\n%05d\n", i%300, i)
	}
	g.write("../stream", stream.String())
	g.git("-c", "core.hooksPath=/dev/null", "-c", "alias.import=!git fast-import --quiet <../stream", "import")
	b.ResetTimer()
	for b.Loop() {
		r := g.open()
		h, err := r.History(context.Background(), "main", "side")
		if err != nil || len(h.Commits) != 10_000 {
			b.Fatal(len(h.Commits), err)
		}
		if list, err := r.Touched(context.Background(), h, watching("gov/approved")); err != nil || len(list) != 0 {
			b.Fatal(list, err)
		}
	}
}
