package repo_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// fiveThousand is a repository of 5,000 small manifests in 110 folders, with a second commit that touches ten of them.
func fiveThousand(b *testing.B) *gitRepo {
	b.Helper()
	g := newRepo(b)
	g.write(".gitignore", "node_modules/\n*.log\n!keep.log\n/build\n**/tmp/*.bak\n.env\n*.py[co]\n")
	for d := range 100 {
		for f := range 50 {
			g.write(fmt.Sprintf("s%d/d%d/sub/f%d.yaml", d%10, d, f), fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: n%d-%d\n", d, f))
		}
	}
	g.commit("one")
	for d := range 10 {
		g.write(fmt.Sprintf("s%d/d%d/sub/f0.yaml", d%10, d), text(d, 10))
	}
	g.commit("two")
	g.git("gc", "-q")
	g.git("status") // has the index vouch for what was written last
	return g
}

func BenchmarkWorktree(b *testing.B) {
	g := fiveThousand(b)
	for b.Loop() {
		if s := g.worktree(); len(s.Entries()) != 5001 {
			b.Fatal(len(s.Entries()))
		}
	}
}

// BenchmarkGitLsFiles is what the same list costs a caller of git.
func BenchmarkGitLsFiles(b *testing.B) {
	g := fiveThousand(b)
	for b.Loop() {
		g.git("ls-files", "-z", "-co", "--exclude-standard")
	}
}

func BenchmarkIndex(b *testing.B) {
	g := fiveThousand(b)
	for b.Loop() {
		g.index()
	}
}

func BenchmarkCommit(b *testing.B) {
	g := fiveThousand(b)
	for b.Loop() {
		g.snapshot("HEAD")
	}
}

// BenchmarkReadCommit reads all 5,000 files, of a repository opened anew each time.
func BenchmarkReadCommit(b *testing.B) {
	g := fiveThousand(b)
	for b.Loop() {
		readAll(b, g.snapshot("HEAD"))
	}
}

func BenchmarkReadWorktree(b *testing.B) {
	g := fiveThousand(b)
	s := g.worktree()
	for b.Loop() {
		readAll(b, s)
	}
}

func readAll(b *testing.B, s *repo.Snapshot) {
	for _, e := range s.Entries() {
		if _, err := s.ReadFile(e.Path); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadOneFile(b *testing.B) {
	g := fiveThousand(b)
	const name = "s1/d1/sub/f1.yaml"
	b.Run("snapshot", func(b *testing.B) {
		s := g.worktree()
		for b.Loop() {
			if _, err := s.ReadFile(name); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("os.Root", func(b *testing.B) {
		root, err := os.OpenRoot(g.dir)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := root.ReadFile(name); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("os", func(b *testing.B) {
		for b.Loop() {
			if _, err := os.ReadFile(g.path(name)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkChanges(b *testing.B) {
	g := fiveThousand(b)
	one, two, worktree := g.snapshot("HEAD~1"), g.snapshot("HEAD"), g.worktree()
	run := func(name string, from, to *repo.Snapshot, want int) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				list, err := repo.Changes(context.Background(), from, to)
				if err != nil || len(list) != want {
					b.Fatal(len(list), err)
				}
			}
		})
	}
	run("commits", one, two, 10)
	run("commit to worktree", one, worktree, 10)
	b.Run("worktree read whole", func(b *testing.B) {
		g.remove(".git/index") // nothing vouches for any file
		worktree := g.worktree()
		for b.Loop() {
			if list, err := repo.Changes(context.Background(), one, worktree); err != nil || len(list) != 10 {
				b.Fatal(len(list), err)
			}
		}
	})
}

// BenchmarkRenames is git's limit: a thousand files deleted, a thousand similar ones added.
func BenchmarkRenames(b *testing.B) {
	g := newRepo(b)
	for i := range 1000 {
		g.write(fmt.Sprintf("old/f%d.txt", i), text(i, 60))
	}
	from := g.commit("one")
	g.remove("old")
	for i := range 1000 {
		g.write(fmt.Sprintf("new/g%d.txt", i), text(i, 55))
	}
	to := g.commit("two")
	g.git("gc", "-q")
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			if list := changed(b, g.snapshot(from), g.snapshot(to)); len(list) != 1000 {
				b.Fatal(len(list))
			}
		}
	})
	b.Run("git", func(b *testing.B) {
		for b.Loop() {
			g.git("diff", "--name-status", "-M", from, to)
		}
	})
}

func BenchmarkMergeBase(b *testing.B) {
	g := newRepo(b)
	g.git("config", "gc.auto", "0")
	g.commit("root")
	g.git("branch", "side")
	for range 300 {
		g.commit("main")
	}
	g.git("gc", "-q")
	r := g.open()
	for b.Loop() {
		if _, err := r.MergeBase(context.Background(), "main", "side"); err != nil {
			b.Fatal(err)
		}
	}
}
