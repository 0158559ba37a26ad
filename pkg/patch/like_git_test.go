package patch_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"testing"

	"github.com/gitleaks/go-gitdiff/gitdiff"

	"github.com/claire-de-binare/cdbgate/pkg/patch"
)

// fragment is what a scanner is given.
type fragment struct {
	commit, path string
	line         int
	text         string
}

// logged reads the history as gitleaks does.
func (g *gitRepo) logged() map[fragment]int {
	g.Helper()
	return g.parsed("log", "-p", "-U0", "--full-history", "--all", "--diff-filter=tuxdb")
}

func (g *gitRepo) parsed(args ...string) map[fragment]int {
	g.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = g.dir, g.env
	out, err := cmd.Output()
	if err != nil {
		g.Fatal(err)
	}
	files, err := gitdiff.Parse(bytes.NewReader(out))
	if err != nil {
		g.Fatal(err)
	}
	found := map[fragment]int{}
	for f := range files {
		for _, t := range f.TextFragments {
			if text := t.Raw(gitdiff.OpAdd); text != "" && !f.IsDelete {
				id := ""
				if f.PatchHeader != nil {
					id = f.PatchHeader.SHA
				}
				found[fragment{id, f.NewName, int(t.NewPosition), text}]++
			}
		}
	}
	return found
}

// compare checks that nothing git shows is lacking, and that what is more is what git log leaves out.
func compare(t *testing.T, c *collected, want map[fragment]int) {
	t.Helper()
	ours, rest := map[fragment]int{}, 0
	for _, a := range c.list {
		f := fragment{a.Commit, a.Path, a.FirstLine, a.Text}
		switch {
		case a.Binary:
		case a.Merge || a.TypeChange:
			rest++
		default:
			ours[f]++
		}
	}
	for f, n := range want {
		if ours[f] != n {
			t.Errorf("%d instead of %d times: %q", ours[f], n, fmt.Sprint(f))
		}
	}
	for f, n := range ours {
		if want[f] != n {
			t.Errorf("%d instead of %d times: %q", n, want[f], fmt.Sprint(f))
		}
	}
	if len(want) == 0 {
		t.Error("nothing to compare")
	}
	t.Logf("%d fragments, and %d of merges or changes of type", len(want), rest)
}

func TestLikeGitLog(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			h := generate(t, seed, 300)
			if seed%2 == 1 { // what is in packs is read in another way
				h.git("repack", "-adq")
			}
			c := h.all(patch.Options{Jobs: 3})
			compare(t, c, h.logged())
			h.checkMerges(c)
		})
	}
}
