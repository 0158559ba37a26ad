package patch_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/patch"
)

// TestConfigured has the repository say in every way git knows that nothing is to be seen.
func TestConfigured(t *testing.T) {
	g := newRepo(t)
	g.write("secret.env", "key=1\n")
	g.write("b.txt", "one\n")
	g.commit("one")
	want := g.all(patch.Options{}).lines()
	same(t, "plain", want, []string{"b.txt:1:one\n", "secret.env:1:key=1\n"})
	head := g.git("rev-parse", "HEAD")

	attributes := "*.env -diff\n*.txt diff=hide\n* binary\n*.env export-ignore\n"
	g.write(".git/info/attributes", attributes)
	g.write("attributes", attributes)
	for key, value := range map[string]string{
		"core.attributesFile": filepath.Join(g.dir, "attributes"), "diff.hide.textconv": "true", "diff.hide.command": "true",
		"diff.external": "true", "diff.noprefix": "true", "diff.mnemonicPrefix": "true", "color.ui": "always", "core.quotePath": "false",
		"diff.renames": "copies", "diff.submodule": "log", "diff.ignoreSubmodules": "all", "diff.orderFile": "/dev/null", "diff.context": "9",
		"diff.interHunkContext": "9", "diff.relative": "true", "diff.algorithm": "patience", "diff.wsErrorHighlight": "all", "core.abbrev": "4",
		"diff.srcPrefix": "x/", "diff.dstPrefix": "y/", "core.bigFileThreshold": "1", "log.showRoot": "false", "diff.suppressBlankEmpty": "true",
		"core.pager": "false", "diff.colorMoved": "zebra", "core.whitespace": "tabwidth=1",
	} {
		g.git("config", key, value)
	}
	t.Setenv("GIT_EXTERNAL_DIFF", "true")
	t.Setenv("GIT_DIR", os.DevNull)
	t.Setenv("GIT_DIFF_OPTS", "-u9")
	t.Setenv("GIT_CONFIG_COUNT", "1")
	t.Setenv("GIT_CONFIG_KEY_0", "diff.external")
	t.Setenv("GIT_CONFIG_VALUE_0", "true")
	c, res := g.commits([]string{head}, patch.Options{})
	if !res.Complete() {
		t.Error(res)
	}
	same(t, "configured", c.lines(), want)

	g.write(".gitattributes", attributes)
	g.write("more.env", "key=2\n")
	g.git("add", "-A")
	c, res = g.staged(head, "")
	if !res.Complete() {
		t.Error(res)
	}
	same(t, "staged", c.lines(), []string{".gitattributes:1:" + attributes, "attributes:1:" + attributes, "more.env:1:key=2\n"})
	g.env = append(g.env, "GIT_EXTERNAL_DIFF=")
	c, _ = g.commits([]string{g.commit("two")}, patch.Options{})
	same(t, "committed", c.lines(), []string{".gitattributes:1:" + attributes, "attributes:1:" + attributes, "more.env:1:key=2\n"})
}

func TestReplacedAndGrafted(t *testing.T) {
	g := newRepo(t)
	g.write("f", "one\n")
	one := g.commit("one")
	g.write("f", "one\nsecret\n")
	two := g.commit("two")
	g.write("f", "one\nsecret\nthree\n")
	three := g.commit("three")
	g.git("replace", two, one)
	g.git("replace", g.git("rev-parse", two+":f"), g.blob("innocent\n"))
	g.write(".git/info/grafts", three+" "+one+"\n")
	g.write(".git/objects/info/commit-graph", "CGPH\x01\x01 what is no graph")
	c, res := g.commits([]string{three, two, one}, patch.Options{})
	if !res.Complete() {
		t.Error(res)
	}
	same(t, "lines", c.lines(), []string{"f:1:one\n", "f:2:secret\n", "f:3:three\n"})
}

// TestMimicry has files hold what structures git's output.
func TestMimicry(t *testing.T) {
	g := newRepo(t)
	id := strings.Repeat("a", 40)
	text := "diff --git a/x b/x\nnew file mode 100644\nindex " + id + ".." + id + "\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+x\n" +
		id + "\x00:100644 100644 " + id + " " + id + " M\x00x\x00\x00\n\\ No newline at end of file\nBinary files a/x and b/x differ\r\n* Unmerged path x"
	// NULs that far behind make nothing binary.
	text = strings.Repeat("far\n", 3000) + text
	names := []string{"diff --git a\n+++ b\n@@ -0,0 +1 @@\n+x", "a b/a b", "tab\t", "\\", "end\\", "\"", id, "--stdin", " ", "\xff\n\x01", "x\r"}
	for _, n := range names {
		g.write(n, text+n)
	}
	g.commit("all")
	var want []string
	for _, n := range names {
		want = append(want, n+":1:"+text+n)
	}
	got := g.all(patch.Options{}).lines()
	slices.Sort(want)
	same(t, "lines", got, want)
}

func TestLongLines(t *testing.T) {
	g := newRepo(t)
	g.write("long", strings.Repeat("x", 1<<20)+"\nshort\n")
	g.write("other", "text\n")
	g.write("right", strings.Repeat("y", 99)+"\n")
	id := g.commit("one")
	c, res := g.commits([]string{id}, patch.Options{MaxText: 100})
	same(t, "lines", c.lines(), []string{"other:1:text\n", "right:1:" + strings.Repeat("y", 99) + "\n"})
	if len(res.Missed) != 1 || res.Missed[0].Path != "long" || res.Missed[0].Commit != id || res.Answered != 1 || res.Complete() {
		t.Errorf("%+v", res)
	}
	c, res = g.commits([]string{id}, patch.Options{MaxText: 100, Skip: func(p string) bool { return p == "long" }})
	if len(c.list) != 2 || !res.Complete() {
		t.Errorf("%+v", res)
	}
}

// TestShallow compares the boundary of a shallow clone with nothing.
func TestShallow(t *testing.T) {
	g := newRepo(t)
	for _, n := range []string{"1", "2", "3", "4"} {
		g.write("f"+n, n+"\n")
		g.commit(n)
	}
	g.git("clone", "-q", "--depth=2", "file://"+g.dir, "../shallow")
	c := g.in(filepath.Join(g.dir, "../shallow")).all(patch.Options{})
	same(t, "lines", c.lines(), []string{"f1:1:1\n", "f2:1:2\n", "f3:1:3\n", "f4:1:4\n"})
}

// TestPartial reads a clone without files: what is missing is said, and nothing is fetched.
func TestPartial(t *testing.T) {
	g := newRepo(t)
	g.git("config", "uploadpack.allowFilter", "true")
	g.write("f", "one\n")
	one := g.commit("one")
	g.write("f", "two\n")
	two := g.commit("two")
	g.git("clone", "-q", "--filter=blob:none", "file://"+g.dir, "../partial")
	p := g.in(filepath.Join(g.dir, "../partial"))
	ids, missed, err := patch.All(context.Background(), p.open())
	if err != nil || len(missed) != 0 || len(ids) != 2 {
		t.Fatal(ids, missed, err)
	}
	_, res := p.commits(ids, patch.Options{})
	// The checkout fetched the file of the last commit, whose diff needs that of the first.
	if res.Answered != 0 || len(res.Missed) != 2 {
		t.Fatalf("%+v", res)
	}
	for _, m := range res.Missed {
		if m.Commit != one && m.Commit != two || !strings.Contains(m.Why, "unable to read "+g.git("rev-parse", one+":f")) {
			t.Errorf("%+v", m)
		}
	}
	if out := p.git("rev-list", "--objects", "--all", "--missing=print"); !strings.Contains(out, "?") {
		t.Error("something was fetched")
	}
}

func TestDamaged(t *testing.T) {
	for _, c := range []struct {
		what  string
		spoil func(g *gitRepo, ids []string)
		lost  []int // commits
		says  string
	}{
		{"missing blob", func(g *gitRepo, ids []string) { g.remove(g.loose(g.git("rev-parse", ids[2]+":f2"))) }, []int{2, 3}, "unable to read"},
		{"missing tree", func(g *gitRepo, ids []string) { g.remove(g.loose(g.git("rev-parse", ids[2]+"^{tree}"))) }, []int{2, 3}, "git: fatal: "},
		{"missing commit", func(g *gitRepo, ids []string) { g.remove(g.loose(ids[2])) }, []int{2, 3}, "it is missing"},
		{"cut off", func(g *gitRepo, ids []string) { g.damage(g.git("rev-parse", ids[2]+":f2")) }, []int{2, 3}, "unable to read"},
		{"no commit", func(g *gitRepo, ids []string) { ids[2] = g.blob("f") }, []int{2}, ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			g := newRepo(t)
			var ids []string
			for _, n := range []string{"0", "1", "2", "3", "4", "5"} {
				g.write("f2", n+"\n")
				if n > "3" {
					g.write("f2", "3\n") // so that only one commit has a file with 2 in it, and one replaces it
				}
				g.write("g", n+"\n")
				ids = append(ids, g.commit(n))
			}
			c.spoil(g, ids)
			got, res := g.commits(ids, patch.Options{Jobs: 2})
			var lost []string
			for _, m := range res.Missed {
				lost = append(lost, m.Commit)
				if !strings.Contains(m.Why, c.says) && (c.what != "missing commit" || m.Commit == ids[2]) {
					t.Errorf("%+v", m)
				}
			}
			var want []string
			for _, i := range c.lost {
				want = append(want, ids[i])
			}
			same(t, "lost", lost, want)
			if res.Asked != 6 || res.Answered != 6-len(want) {
				t.Errorf("%+v", res)
			}
			seen := map[string]int{}
			for _, a := range got.list {
				seen[a.Commit+a.Path+a.Text]++
			}
			for a, n := range seen {
				if n != 1 {
					t.Errorf("%d times: %q", n, a)
				}
			}
			for i := range ids {
				if _, ok := seen[ids[i]+"g"+string(rune('0'+i))+"\n"]; !ok && !slices.Contains(c.lost, i) {
					t.Errorf("commit %d lacks its file", i)
				}
			}
		})
	}
}

// damage cuts the end off a loose object.
func (g *gitRepo) damage(id string) {
	g.Helper()
	file := g.loose(id)
	b, err := os.ReadFile(file)
	if err != nil {
		g.Fatal(err)
	}
	g.remove(file)
	if err := os.WriteFile(file, b[:len(b)/2], 0o644); err != nil {
		g.Fatal(err)
	}
}
