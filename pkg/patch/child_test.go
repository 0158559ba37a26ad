//go:build unix

package patch_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/patch"
)

// fake writes a program that stands in for git. REAL is the real one; the version is always answered.
func (g *gitRepo) fake(script string) string {
	g.Helper()
	git, err := exec.LookPath("git")
	if err != nil {
		g.Fatal(err)
	}
	dir := g.TempDir()
	file := filepath.Join(dir, "git")
	text := fmt.Sprintf("#!/bin/sh\nREAL='%s'\nSTATE='%s'\nif [ \"$1\" = version ]; then echo git version 2.39.5; exit; fi\n%s\n", git, dir, script)
	if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
		g.Fatal(err)
	}
	return file
}

// five makes a repository of five commits.
func five(t *testing.T) (*gitRepo, []string) {
	g := newRepo(t)
	var ids []string
	for _, n := range []string{"1", "2", "3", "4", "5"} {
		g.write("f", n+"\n")
		g.write("g", n+"\n")
		ids = append(ids, g.commit(n))
	}
	return g, ids
}

func TestStrangeGit(t *testing.T) {
	g, ids := five(t)
	for _, c := range []struct {
		what, script string
		answered     int
		says         string
	}{
		{"fails", "exit 1", 0, "git ended with exit status 1"},
		{"fails after its work", `"$REAL" "$@"; exit 3`, 4, "exit status 3"}, // who was followed by another is done
		{"complains after its work", `"$REAL" "$@"; echo error: something >&2`, 0, "git: error: something"},
		{"warns", `echo warning: exhaustive rename detection was skipped due to too many files. >&2; exec "$REAL" "$@"`, 5, ""},
		{"says nothing", "cat >/dev/null", 0, "does not answer"},
		{"says nonsense", "echo nonsense", 0, "ends in the middle"},
		{"says much nonsense", "exec cat /dev/zero", 0, "is not what it should be"},
		{"answers for another", `cat >/dev/null; printf '%040d\0' 0`, 0, "is not what it should be"},
		{"repeats itself", `"$REAL" "$@" >"$STATE/out"; cat "$STATE/out" "$STATE/out"`, 0, "is not what it should be"},
		{"is killed", "kill -9 $$", 0, "killed"},
		{"is killed once", `if mkdir "$STATE/once" 2>/dev/null; then kill -9 $$; fi; exec "$REAL" "$@"`, 5, ""},
		{"is cut off once", `if mkdir "$STATE/once" 2>/dev/null; then "$REAL" "$@" | head -c 900; kill -9 $$; fi; exec "$REAL" "$@"`, 5, ""},
		{"is cut off", `"$REAL" "$@" | head -c 300`, 0, "ends in the middle"},
		{"loses a file", `"$REAL" "$@" | sed 's/^diff --git a.g b.g$/gone/'`, 0, "is not what it should be"},
		{"has other content", `"$REAL" "$@" | sed 's/^index ..../index zzzz/'`, 0, "is not what it should be"},
	} {
		t.Run(c.what, func(t *testing.T) {
			var got collected
			res, err := patch.Commits(context.Background(), g.open(), ids, patch.Options{Git: g.fake(c.script), Jobs: 1}, got.add)
			if err != nil {
				t.Fatal(err)
			}
			if res.Answered != c.answered || res.Asked != 5 || len(res.Missed) != 5-c.answered {
				t.Errorf("%+v", res)
			}
			for _, m := range res.Missed {
				if !strings.Contains(m.Why, c.says) {
					t.Errorf("%+v", m)
				}
			}
			seen := map[patch.Addition]bool{}
			for _, a := range got.list {
				if seen[a] {
					t.Errorf("twice: %+v", a)
				}
				seen[a] = true
			}
			if c.answered == 5 && len(seen) != 10 {
				t.Errorf("%d additions", len(seen))
			}
		})
	}
}

func TestNoGit(t *testing.T) {
	g, ids := five(t)
	old := t.TempDir()
	if err := os.WriteFile(filepath.Join(old, "git"), []byte("#!/bin/sh\necho git version 2.24.1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	bad := t.TempDir()
	if err := os.WriteFile(filepath.Join(bad, "git"), []byte("#!/bin/sh\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Dir(g.fake("exit 0")))
	for _, c := range []struct {
		opt  patch.Options
		says string
	}{
		{patch.Options{Path: t.TempDir()}, "install git 2.25"},
		{patch.Options{Path: ".:"}, "install git 2.25"}, // no relative folder
		{patch.Options{Path: old}, "2.24 is too old"},
		{patch.Options{Path: bad}, "does not work"},
		{patch.Options{Git: "git"}, "absolute"},
		{patch.Options{Git: "/nowhere/git"}, "no such program"},
	} {
		_, err := patch.Commits(context.Background(), g.open(), ids, c.opt, func(patch.Addition) error { return nil })
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c.opt, err)
		}
	}
	if _, err := patch.Commits(context.Background(), g.open(), []string{"--help"}, patch.Options{}, nil); err == nil {
		t.Error("no error for what is no id")
	}
}

// TestCancelled ends a run in which git hangs, with a process of its own.
func TestCancelled(t *testing.T) {
	g, ids := five(t)
	before := runtime.NumGoroutine()
	pid := filepath.Join(t.TempDir(), "pid")
	git := g.fake(fmt.Sprintf("sleep 1000 &\necho $! >%s.new\nmv %s.new %s\nwait", pid, pid, pid))
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for {
			if _, err := os.Stat(pid); err == nil {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		cancel()
	}()
	start := time.Now()
	res, err := patch.Commits(ctx, g.open(), ids, patch.Options{Git: git}, func(patch.Addition) error { return nil })
	if !errors.Is(err, context.Canceled) || res.Answered != 0 {
		t.Error(res, err)
	}
	if time.Since(start) > 30*time.Second {
		t.Error("it took", time.Since(start))
	}
	b, _ := os.ReadFile(pid)
	var n int
	if _, err := fmt.Sscan(string(b), &n); err != nil {
		t.Fatal(err)
	}
	settles(t, "the sleeper is gone", func() bool { return !alive(n) })
	settles(t, "no goroutine is left", func() bool { return runtime.NumGoroutine() <= before })

	if _, err := patch.Staged(ctx, g.open(), ids[4], "", patch.Options{}, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, _, err := patch.All(ctx, g.open()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// alive reports whether a process runs; one that is dead and not yet buried does not.
func alive(pid int) bool {
	if b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil {
		return !strings.Contains(string(b), ") Z ")
	}
	return syscall.Kill(pid, 0) == nil
}

func settles(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 400 {
		if ok() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("it is not so that", what)
}

// TestYieldFails ends a run by an error of its user.
func TestYieldFails(t *testing.T) {
	h := generate(t, 5, 200)
	ids := strings.Fields(h.git("rev-list", "--all"))
	before := runtime.NumGoroutine()
	enough := errors.New("enough")
	t.Setenv("TMPDIR", t.TempDir())
	_, err := patch.Commits(context.Background(), h.open(), ids, patch.Options{Jobs: 4}, func(patch.Addition) error { return enough })
	if !errors.Is(err, enough) {
		t.Error(err)
	}
	settles(t, "no goroutine is left", func() bool { return runtime.NumGoroutine() <= before })
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Error("files are left:", left, err)
	}
	h.write("f", "1\n")
	h.git("add", "-f", "f")
	if _, err := patch.Staged(context.Background(), h.open(), ids[0], "", patch.Options{}, func(patch.Addition) error { return enough }); !errors.Is(err, enough) {
		t.Error(err)
	}
}
