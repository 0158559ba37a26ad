package patch_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/patch"
)

// forked makes a merge of two sides and lets the merge itself be changed before it is committed. It returns what the merge
// adds.
func forked(t *testing.T, base, ours, theirs, merge func(*gitRepo)) []string {
	g := newRepo(t)
	base(g)
	g.commit("base")
	g.git("branch", "side")
	ours(g)
	g.commit("ours")
	g.git("checkout", "-q", "side")
	theirs(g)
	g.commit("theirs")
	_, _ = g.run("", "merge", "-q", "--no-ff", "--no-commit", "main")
	merge(g)
	g.commit("merge")
	c := g.all(patch.Options{})
	c.list = slices.DeleteFunc(c.list, func(a patch.Addition) bool { return !a.Merge })
	return c.lines()
}

func TestMerges(t *testing.T) {
	none := func(*gitRepo) {}
	write := func(name, text string) func(*gitRepo) { return func(g *gitRepo) { g.write(name, text) } }
	long := strings.Repeat("a line that stays\n", 10)
	for _, c := range []struct {
		what                      string
		base, ours, theirs, merge func(*gitRepo)
		want                      []string
	}{
		{"clean", write("f", "1\n2\n3\n4\n5\n"), write("f", "1a\n2\n3\n4\n5\n"), write("f", "1\n2\n3\n4\n5b\n"), none, nil},
		{"conflict resolved", write("f", "1\n2\n3\n"), write("f", "1\n2a\n3\n"), write("f", "1\n2b\n3\n"), write("f", "1\n2a\n2ab\n2b\n3\nend"), []string{"f:3:2ab\n(merge)", "f:6:end(merge)"}},
		{"added", none, write("a", "a\n"), write("b", "b\n"), write("c", "c\nd"), []string{"c:1:c\nd(merge)"}},
		{"both add", none, write("f", "1\n2"), write("f", "2\n3\n"), write("f", "1\n2\n3\n"), nil},
		{"binary", none, write("f", "1\n"), write("f", "2\n"), write("f", "\x00\n"), []string{"f:0:binary(merge)"}},
		{"deleted", write("f", "1\n"), write("f", "2\n"), write("f", "3\n"), func(g *gitRepo) { g.git("rm", "-qf", "f") }, nil},
		{"emptied", write("f", "1\n"), write("f", "2\n"), write("f", "3\n"), write("f", ""), nil},
		{"renamed by one side", write("f", long), write("f", long+"ours\n"), func(g *gitRepo) { g.git("mv", "f", "g"); g.write("g", "theirs\n"+long) }, none, nil},
		{"renamed by the merge", write("f", long), write("f", long+"ours\n"), write("other", "x\n"), func(g *gitRepo) { g.git("mv", "f", "g"); g.write("g", long+"ours\nmerge\n") }, []string{"g:12:merge\n(merge)"}},
		{"odd name", none, write("a", "1\n"), write("b", "2\n"), write("q\"\t\n\xff", "3\n"), []string{"q\"\t\n\xff:1:3\n(merge)"}},
		{"link", none, write("a", "1\n"), write("b", "2\n"), func(g *gitRepo) { _ = os.Symlink("target", filepath.Join(g.dir, "link")) }, []string{"link:1:target(merge)"}},
		{"submodule", none, write("a", "1\n"), write("b", "2\n"), func(g *gitRepo) {
			g.git("update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("1", 40)+",sub")
			_ = os.MkdirAll(filepath.Join(g.dir, "sub"), 0o755)
		}, []string{"sub:1:Subproject commit " + strings.Repeat("1", 40) + "\n(merge)"}},
	} {
		t.Run(c.what, func(t *testing.T) { same(t, "lines", forked(t, c.base, c.ours, c.theirs, c.merge), c.want) })
	}
}

func TestOctopus(t *testing.T) {
	g := newRepo(t)
	g.write("f", "1\n")
	base := g.commit("base")
	parents := []string{}
	for range 70 {
		parents = append(parents, "-p", g.git("commit-tree", base+"^{tree}", "-p", base, "-m", "side"))
		g.env = append(g.env, "GIT_AUTHOR_NAME=a"+strings.Repeat("b", len(parents)))
	}
	g.write("f", "1\nevil\n")
	g.git("add", "-A")
	id := g.git(append([]string{"commit-tree", g.git("write-tree"), "-m", "octopus"}, parents...)...)
	c, res := g.commits([]string{id}, patch.Options{})
	same(t, "lines", c.lines(), []string{"f:2:evil\n(merge)"})
	if !res.Complete() {
		t.Error(res)
	}
}

// TestMergeMissing has the blob that a merge adds be missing.
func TestMergeMissing(t *testing.T) {
	g := newRepo(t)
	g.write("f", "1\n")
	g.commit("base")
	g.git("checkout", "-q", "-b", "side")
	g.write("s", "s\n")
	g.commit("side")
	g.git("checkout", "-q", "main")
	g.write("m", "m\n")
	g.commit("main")
	g.git("merge", "-q", "--no-commit", "--no-ff", "side")
	g.write("evil", "evil\n")
	id := g.commit("merge")
	g.remove(g.loose(g.blob("evil\n")))
	ids := strings.Fields(g.git("rev-list", "--all"))
	_, res := g.commits(ids, patch.Options{})
	if len(res.Missed) != 1 || res.Missed[0].Commit != id || res.Missed[0].Path != "evil" {
		t.Errorf("%+v", res)
	}
	g.remove(g.loose(g.git("rev-parse", id+"^{tree}")))
	_, res = g.commits(ids, patch.Options{})
	if len(res.Missed) != 1 || res.Missed[0].Commit != id || res.Missed[0].Path != "" || res.Answered != 3 {
		t.Errorf("%+v", res)
	}
}
