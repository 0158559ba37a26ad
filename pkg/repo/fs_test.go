package repo_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// kinds are the three snapshots of one state, everything committed.
func kinds(g *gitRepo) map[string]*repo.Snapshot {
	return map[string]*repo.Snapshot{"worktree": g.worktree(), "index": g.index(), "commit": g.snapshot("HEAD")}
}

func TestSnapshotIsAFileSystem(t *testing.T) {
	g := newRepo(t)
	g.write("a.txt", "hello\n")
	g.write("a/b.txt", "")
	g.write("a-b/c/d/e.yaml", "k: v\n")
	g.write("ä ö/ü", strings.Repeat("x", 100_000))
	g.write("run.sh", "#!/bin/sh\n")
	if err := os.Chmod(g.path("run.sh"), 0o755); err != nil {
		t.Fatal(err)
	}
	g.link("a.txt", "link")
	g.link("../a/b.txt", "a-b/up")
	g.link("a-b/c", "short")
	id := g.commit("one")
	for kind, s := range kinds(g) {
		t.Run(kind, func(t *testing.T) {
			if err := fstest.TestFS(s, "a.txt", "a/b.txt", "a-b/c/d/e.yaml", "ä ö/ü", "run.sh", "link", "a-b/up"); err != nil {
				t.Error(err)
			}
			for name, want := range map[string]string{"a.txt": "hello\n", "link": "hello\n", "a/b.txt": "", "a-b/up": "", "short/d/e.yaml": "k: v\n", "a-b/c/d/e.yaml": "k: v\n"} {
				if b, err := s.ReadFile(name); err != nil || string(b) != want {
					t.Errorf("%s is %q, %v", name, b, err)
				}
			}
			if e, ok := s.Lookup("run.sh"); !ok || e.Mode != 0o755 {
				t.Errorf("run.sh is %+v", e)
			}
			if e, _ := s.Lookup("link"); e.Mode != fs.ModeSymlink {
				t.Errorf("link is %+v", e)
			}
			if target, err := s.ReadLink("link"); err != nil || target != "a.txt" {
				t.Errorf("link leads to %q, %v", target, err)
			}
			if info, err := s.Stat("link"); err != nil || info.Size() != 6 || info.Mode() != 0o644 {
				t.Errorf("link leads to %v, %v", info, err)
			}
			if list, err := s.ReadDir("short"); err != nil || len(list) != 1 || list[0].Name() != "d" {
				t.Errorf("short holds %v, %v", list, err)
			}
			for name, want := range map[string]error{"none": fs.ErrNotExist, "a.txt/x": fs.ErrNotExist, "a": nil, "/a.txt": fs.ErrInvalid, "a/../a.txt": fs.ErrInvalid} {
				_, err := s.ReadFile(name)
				if err == nil || want != nil && !errors.Is(err, want) {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
	if s := g.snapshot("main"); s.ID() != id || s.Kind() != repo.Commit {
		t.Errorf("commit is %s of kind %s", s.ID(), s.Kind())
	}
}

func TestLinksStayInside(t *testing.T) {
	g := newRepo(t)
	g.write("dir/file", "x")
	g.link("../../outside", "dir/up")
	g.link("/etc/passwd", "absolute")
	g.link(g.path("dir/file"), "absolute-inside")
	g.link("..", "parent")
	g.link("../repo/dir/file", "round-about")
	g.link("loop-b", "loop-a")
	g.link("loop-a", "loop-b")
	g.link("self/x", "self")
	g.link("nowhere", "dangling")
	g.link(".git/config", "into-git")
	for i := range 41 {
		g.link(fmt.Sprintf("chain%d", i+1), fmt.Sprintf("chain%d", i))
	}
	g.write("chain41", "end")
	g.commit("one")
	for kind, s := range kinds(g) {
		for name, want := range map[string]error{
			"dir/up": repo.ErrEscapes, "absolute": repo.ErrEscapes, "absolute-inside": repo.ErrEscapes, "parent": repo.ErrEscapes,
			"parent/repo/dir/file": repo.ErrEscapes, "round-about": repo.ErrEscapes, "loop-a": repo.ErrLoop, "self": repo.ErrLoop,
			"dangling": fs.ErrNotExist, "into-git": fs.ErrNotExist, "chain0": repo.ErrLoop, "chain1": nil,
		} {
			_, err := s.ReadFile(name)
			var p *fs.PathError
			if !errors.Is(err, want) || err != nil && !errors.As(err, &p) {
				t.Errorf("%s: %s: %v", kind, name, err)
			}
		}
	}
}

// What lies on disk may be replaced between the listing and the reading.
func TestWorktreeIsNotTricked(t *testing.T) {
	g := newRepo(t)
	for _, dir := range []string{"folder", "whole"} {
		g.write(dir+"/secret", "mine")
	}
	g.write("file", "mine")
	g.write("pipe", "mine")
	g.write("gone", "mine")
	g.write("grown", "mine")
	g.write("kept/file", "mine")
	s := g.worktree()
	outside := newFolder(t)
	outside.write("secret", "theirs")
	g.remove("folder")
	g.link(outside.dir, "folder")
	g.remove("whole")
	g.link("kept", "whole")
	g.write("kept/secret", "another file")
	g.remove("file")
	g.link(outside.path("secret"), "file")
	g.remove("pipe")
	repo.MakePipe(t, g.path("pipe"))
	g.remove("gone")
	g.write("grown", strings.Repeat("x", 10_000))

	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, name := range []string{"folder/secret", "whole/secret", "file", "pipe"} {
			if b, err := s.ReadFile(name); !errors.Is(err, repo.ErrNotRegular) {
				t.Errorf("%s is %q, %v", name, b, err)
			}
		}
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("reading hangs")
	}
	if _, err := s.ReadFile("gone"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("gone: %v", err)
	}
	if b, err := s.ReadFile("grown"); err != nil || len(b) != 10_000 {
		t.Errorf("grown has %d bytes, %v", len(b), err)
	}
}

func TestLargeFilesAreNotRead(t *testing.T) {
	g := newRepo(t)
	g.write("large", "")
	if err := os.Truncate(g.path("large"), repo.MaxFileSize+1); err != nil {
		t.Fatal(err)
	}
	g.write("small", "")
	g.git("config", "core.compression", "1")
	g.commit("one")
	check := func(kind string) {
		for _, s := range kinds(g) {
			_, err := s.ReadFile("large")
			if !errors.Is(err, repo.ErrTooLarge) {
				t.Errorf("%s: %v", kind, err)
			}
			fails(t, err, "67108865 bytes")
			if info, err := s.Stat("large"); err != nil || info.Size() != repo.MaxFileSize+1 {
				t.Errorf("%s: %v, %v", kind, info, err)
			}
		}
	}
	check("loose")
	g.git("gc", "-q")
	check("packed")
}

func TestNamesThatAreNotUTF8(t *testing.T) {
	g := newRepo(t)
	g.write("k8s/\xfcber.yaml", "old encoding")
	g.write("k8s/über.yaml", "new encoding")
	g.commit("one")
	for kind, s := range kinds(g) {
		same(t, kind, paths(s), []string{`k8s/\374ber.yaml`, "k8s/über.yaml"})
		if b, err := s.ReadFile(`k8s/\374ber.yaml`); err != nil || string(b) != "old encoding" {
			t.Errorf("%s: %q, %v", kind, b, err)
		}
	}
}

func TestSnapshotIsSafeForConcurrentUse(t *testing.T) {
	g := newRepo(t)
	for i := range 60 {
		g.write(fmt.Sprintf("d%d/f%d", i%5, i), strings.Repeat(fmt.Sprintf("line %d\n", i), 300*(i%7)))
	}
	g.commit("one")
	g.git("gc", "-q")
	g.write("d0/loose", "x")
	g.commit("two")
	for kind, s := range kinds(g) {
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				for _, e := range s.Entries() {
					if _, err := s.ReadFile(e.Path); err != nil {
						t.Errorf("%s: %v", kind, err)
					}
					if _, err := s.Stat(e.Path); err != nil {
						t.Errorf("%s: %v", kind, err)
					}
				}
			})
		}
		wait.Wait()
	}
}

func TestCancelledContext(t *testing.T) {
	g := newRepo(t)
	g.write("a", "x")
	g.commit("one")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := g.open()
	_, errWorktree := r.Worktree(ctx)
	_, errIndex := r.Index(ctx)
	_, errCommit := r.Commit(ctx, "HEAD")
	for _, err := range []error{errWorktree, errIndex, errCommit} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v", err)
		}
	}
}
