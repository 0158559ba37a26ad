package patch_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/patch"
)

func TestStagedLikeGitDiff(t *testing.T) {
	long := strings.Repeat("a line that stays\n", 10)
	g := newRepo(t)
	g.write("moved", long)
	g.write("edited", "1\n2\n3\n")
	g.write("gone", "1\n")
	g.write("mode", "1\n")
	g.write("type", "1\n")
	head := g.commit("one")
	g.git("mv", "moved", "new name\t")
	g.write("new name\t", long+"more\n")
	g.write("edited", "1\r\n2\nthree")
	g.write("empty", "")
	g.write("binary", "\x00")
	g.remove(filepath.Join(g.dir, "gone"))
	g.remove(filepath.Join(g.dir, "type"))
	if err := os.Symlink("target", filepath.Join(g.dir, "type")); err != nil {
		t.Fatal(err)
	}
	g.git("add", "-A")
	g.git("update-index", "--chmod=+x", "mode")
	g.write("intended", "not yet\n")
	g.git("add", "-N", "intended")
	g.write("edited", "not staged\n")
	c, res := g.staged(head, "")
	if !res.Complete() || res.Asked != 1 {
		t.Errorf("%+v", res)
	}
	want := g.parsed("diff", "-U0", "--no-ext-diff", "--staged", "--diff-filter=t", ".")
	compare(t, c, want)
	same(t, "lines", c.lines(), []string{
		"binary:0:binary", "edited:1:1\r\n", "edited:3:three", "new name\t:11:more\n", "type:1:target(type)",
	})

	g.git("update-index", "--split-index")
	again, res := g.staged(head, "")
	if !res.Complete() {
		t.Errorf("%+v", res)
	}
	same(t, "split index", again.lines(), c.lines())

	other := filepath.Join(g.dir, ".git", "other")
	h := *g
	h.env = append(h.env, "GIT_INDEX_FILE="+other)
	h.git("read-tree", head)
	h.git("update-index", "--add", "--cacheinfo", "100644,"+g.blob("other\n")+",other")
	c, _ = g.staged(head, other)
	same(t, "another index", c.lines(), []string{"other:1:other\n"})
}

func TestStagedConflict(t *testing.T) {
	g := newRepo(t)
	const name = "f\ndiff --git a/x b/x"
	g.write(name, "1\n")
	g.commit("base")
	g.git("checkout", "-q", "-b", "side")
	g.write(name, "2\n")
	g.commit("side")
	g.git("checkout", "-q", "main")
	g.write(name, "3\n")
	head := g.commit("main")
	_, _ = g.run("", "merge", "-q", "side")
	g.write("g", "4\n")
	g.git("add", "g")
	c, res := g.staged(head, "")
	same(t, "lines", c.lines(), []string{"g:1:4\n"})
	if len(res.Missed) != 1 || res.Missed[0].Path != name || res.Answered != 1 {
		t.Errorf("%+v", res)
	}
}

func TestStagedBroken(t *testing.T) {
	g := newRepo(t)
	g.write("f", "1\n")
	head := g.commit("one")
	g.write("f", "2\n")
	g.git("add", "-A")
	g.remove(g.loose(g.blob("2\n")))
	_, res := g.staged(head, "")
	if res.Answered != 0 || len(res.Missed) != 1 || !strings.Contains(res.Missed[0].Why, "unable to read") {
		t.Errorf("%+v", res)
	}
	g.write(".git/index", "garbage")
	_, res = g.staged(head, "")
	if res.Answered != 0 || len(res.Missed) != 1 {
		t.Errorf("%+v", res)
	}
	if _, err := patch.Staged(t.Context(), g.open(), "HEAD", "", patch.Options{}, nil); err == nil {
		t.Error("HEAD is no id")
	}
	if _, err := patch.Staged(t.Context(), g.open(), head, filepath.Join(g.dir, "nowhere"), patch.Options{}, nil); err == nil {
		t.Error("an index that is not there")
	}
}
