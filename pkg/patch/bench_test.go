package patch_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"sync/atomic"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/patch"
)

const benchCommits = 5000

// large makes a repository of 5,000 commits that add more than 50 MB, every hundredth of them a merge.
func large(b *testing.B) *gitRepo {
	g := newRepo(b)
	rnd := rand.New(rand.NewPCG(1, 2))
	files := make([][]string, 400)
	var stream bytes.Buffer
	for i := 1; i <= benchCommits; i++ {
		fmt.Fprintf(&stream, "commit refs/heads/main\nmark :%d\ncommitter a <a@example.org> %d +0000\ndata 0\n", i, 1700000000+i)
		if i > 200 && i%100 == 0 {
			fmt.Fprintf(&stream, "from :%d\nmerge :%d\n", i-1, i-50)
		}
		for range 4 {
			n := rnd.IntN(len(files))
			lines := edit(rnd, files[n])
			files[n] = lines
			var text bytes.Buffer
			for _, l := range lines {
				text.WriteString(l)
			}
			fmt.Fprintf(&stream, "M 644 inline src/%d/%d.txt\ndata %d\n%s\n", n%20, n, text.Len(), text.Bytes())
		}
	}
	cmd := exec.Command("git", "fast-import", "--quiet", "--depth=50")
	cmd.Dir, cmd.Env, cmd.Stdin = g.dir, g.env, &stream
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return g
}

// edit replaces a part of a file by some 40 new lines, and keeps it from growing for ever.
func edit(rnd *rand.Rand, lines []string) []string {
	at := rnd.IntN(len(lines) + 1)
	out := append([]string(nil), lines[:at]...)
	for range 40 {
		out = append(out, fmt.Sprintf("value_%d = %x%x # %d\n", rnd.IntN(1000), rnd.Uint64(), rnd.Uint64(), rnd.Uint64()))
	}
	out = append(out, lines[min(len(lines), at+20):]...)
	return out[:min(len(out), 1000)]
}

func BenchmarkCommits(b *testing.B) {
	g := large(b)
	b.Run("git log", func(b *testing.B) {
		for b.Loop() {
			cmd := exec.Command("git", "log", "-p", "-U0", "--full-history", "--all", "--diff-filter=tuxdb")
			cmd.Dir, cmd.Env = g.dir, g.env
			out, err := cmd.StdoutPipe()
			if err != nil {
				b.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				b.Fatal(err)
			}
			n, _ := io.Copy(io.Discard, out)
			if err := cmd.Wait(); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(n)
		}
	})
	for _, jobs := range []int{1, 2, 4} {
		b.Run(fmt.Sprint(jobs, " jobs"), func(b *testing.B) {
			for b.Loop() {
				r := g.open()
				ids, missed, err := patch.All(context.Background(), r)
				if err != nil || len(missed) > 0 || len(ids) != benchCommits {
					b.Fatal(len(ids), missed, err)
				}
				var n atomic.Int64
				res, err := patch.Commits(context.Background(), r, ids, patch.Options{Jobs: jobs}, func(a patch.Addition) error {
					n.Add(int64(len(a.Text)))
					return nil
				})
				if err != nil || !res.Complete() {
					b.Fatal(res, err)
				}
				b.SetBytes(n.Load())
			}
		})
	}
	b.Run("list", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := patch.All(context.Background(), g.open()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
