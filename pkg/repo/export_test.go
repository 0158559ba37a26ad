package repo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// written lists what lies below a folder: a file's content, "-> target" of a link, "/" for a folder without either.
func written(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		if d.Type()&fs.ModeSymlink != 0 {
			target, err := os.Readlink(name)
			out[filepath.ToSlash(rel)] = "-> " + target
			return err
		}
		b, err := os.ReadFile(name)
		out[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// export writes a snapshot to a new folder and returns it with the names that were left out.
func export(t testing.TB, s *repo.Snapshot, opt repo.ExportOptions) (string, map[string]error) {
	t.Helper()
	dir, left := t.TempDir(), map[string]error{}
	opt.LeftOut = func(e repo.Entry, err error) { left[e.Path] = err }
	if err := s.Export(context.Background(), dir, opt); err != nil {
		t.Fatal(err)
	}
	return dir, left
}

func TestExport(t *testing.T) {
	g := newRepo(t)
	g.write("a.txt", "hello\n")
	g.write("empty/deep/er/file", "")
	g.write("ä ö/日本 語.yaml", "k: v\n")
	g.write("run.sh", "#!/bin/sh\n")
	if err := os.Chmod(g.path("run.sh"), 0o755); err != nil {
		t.Fatal(err)
	}
	g.write("large", strings.Repeat("0123456789abcdef", 8<<10))
	g.link("a.txt", "to-file")
	g.link("../run.sh", "empty/to-script")
	g.link("empty/deep", "to-folder")
	g.link("to-folder/er", "to-folder-twice")
	g.link("to-folder/er/../../..", "round-about") // ends at the root
	g.link("to-folder-twice/../../../..", "over")  // the same by its text, but ends above it
	g.link("/etc/passwd", "absolute")
	g.link("../outside", "out")
	g.link("self", "self")
	g.link("nowhere", "dangling")
	g.link(".git", "into-git")
	sub := g.in(g.path("sub"))
	g.write("sub/file", "of another repository")
	sub.git("init", "-q")
	sub.commit("sub")
	g.commit("one")
	want := map[string]string{
		"a.txt": "hello\n", "to-file": "hello\n", "empty/deep/er/file": "", "ä ö/日本 語.yaml": "k: v\n", "run.sh": "#!/bin/sh\n", "empty/to-script": "#!/bin/sh\n",
		"large": strings.Repeat("0123456789abcdef", 8<<10), "to-folder": "-> empty/deep", "to-folder-twice": "-> to-folder/er", "round-about": "-> to-folder/er/../../..",
	}
	reasons := map[string]error{
		"over": repo.ErrEscapes, "absolute": repo.ErrEscapes, "out": repo.ErrEscapes, "self": repo.ErrLoop,
		"dangling": fs.ErrNotExist, "into-git": fs.ErrNotExist, "sub": repo.ErrNotRegular,
	}
	for kind, s := range kinds(g) {
		t.Run(kind, func(t *testing.T) {
			dir, left := export(t, s, repo.ExportOptions{})
			if got := written(t, dir); !maps.Equal(got, want) {
				t.Errorf("written:\n%q\nwant\n%q", got, want)
			}
			same(t, "left out", slices.Sorted(maps.Keys(left)), slices.Sorted(maps.Keys(reasons)))
			for name, err := range left {
				if !errors.Is(err, reasons[name]) {
					t.Errorf("%s was left out: %v", name, err)
				}
			}
			for name, mode := range map[string]fs.FileMode{"a.txt": 0o600, "run.sh": 0o700, "to-file": 0o600, "empty/to-script": 0o700, "large": 0o600, "empty": fs.ModeDir | 0o700} {
				if info, err := os.Lstat(filepath.Join(dir, name)); err != nil || info.Mode() != mode && runtime.GOOS != "windows" {
					t.Errorf("%s has mode %v, %v", name, info.Mode(), err)
				}
			}
		})
	}
}

// TestExportIsACopy writes to the copy in place, as a program might; the tree must not notice.
func TestExportIsACopy(t *testing.T) {
	g := newRepo(t)
	g.write("small", "hello")
	g.write("large", strings.Repeat("x", 1<<20))
	g.link("large", "link")
	before := written(t, g.dir)
	dir, _ := export(t, g.worktree(), repo.ExportOptions{})
	for _, name := range []string{"small", "large", "link"} {
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt([]byte("YYY"), 1); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if !maps.Equal(before, written(t, g.dir)) {
		t.Error("the tree changed with its copy")
	}
}

// TestExportLarge copies a file that is not read otherwise.
func TestExportLarge(t *testing.T) {
	g := newRepo(t)
	g.write("a", "")
	content := bytes.Repeat([]byte("0123456789abcde\n"), repo.MaxFileSize/16+1)
	if err := os.WriteFile(g.path("huge"), content, 0o644); err != nil {
		t.Fatal(err)
	}
	g.link("huge", "link")
	dir, left := export(t, g.worktree(), repo.ExportOptions{})
	for _, name := range []string{"huge", "link"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, content) || len(left) > 0 {
			t.Errorf("%s has %d of %d bytes, %v; left out %v", name, len(got), len(content), err, left)
		}
	}
	g.commit("one")
	for name, of := range map[string]struct {
		snapshot *repo.Snapshot
		opt      repo.ExportOptions
	}{"blob": {g.snapshot("HEAD"), repo.ExportOptions{}}, "skipped": {g.worktree(), repo.ExportOptions{SkipLarge: true}}} {
		dir, left := export(t, of.snapshot, of.opt)
		if !errors.Is(left["huge"], repo.ErrTooLarge) || !errors.Is(left["link"], repo.ErrTooLarge) || !maps.Equal(written(t, dir), map[string]string{"a": ""}) {
			t.Errorf("%s: left out %v", name, left)
		}
	}
}

// TestExportRace puts a link and a pipe in place of files after the snapshot was taken.
func TestExportRace(t *testing.T) {
	g := newRepo(t)
	secret := filepath.Join(filepath.Dir(g.dir), "secret")
	if err := os.MkdirAll(secret, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, size := range map[string]int{"file": 10, "dir/file": 10, "large": 1 << 20, "pipe": 10} {
		t.Run(name, func(t *testing.T) {
			g.remove("file")
			g.write(name, strings.Repeat("x", size))
			s := g.worktree()
			if err := os.WriteFile(filepath.Join(secret, "file"), []byte("secret"), 0o600); err != nil {
				t.Fatal(err)
			}
			switch first, _, inside := strings.Cut(name, "/"); {
			case name == "pipe":
				g.remove(name)
				repo.MakePipe(t, g.path(name))
			case inside:
				g.remove(first)
				g.link(secret, first)
			default:
				g.remove(name)
				g.link(filepath.Join(secret, "file"), name)
			}
			err := s.Export(context.Background(), t.TempDir(), repo.ExportOptions{})
			fails(t, err, "export "+name, "replaced since the snapshot was taken")
			first, _, _ := strings.Cut(name, "/")
			g.remove(first)
		})
	}
}

func TestExportFails(t *testing.T) {
	g := newRepo(t)
	g.write("a/b", "x")
	s := g.worktree()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "a"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(g.path("victim"), filepath.Join(dir, "a", "b")); err != nil {
		t.Fatal(err)
	}
	fails(t, s.Export(context.Background(), dir, repo.ExportOptions{}), "export a/b", "not empty")
	if _, err := os.Stat(g.path("victim")); err == nil {
		t.Error("written through a link")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Export(ctx, t.TempDir(), repo.ExportOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestExportPath(t *testing.T) {
	g := newRepo(t)
	g.write(".gitignore", "node_modules\n.env\n")
	g.write("node_modules/tracked", "old")
	g.git("add", "-f", "node_modules/tracked")
	g.write("packages/one/index.js", "1")
	g.write("node_modules/pkg/index.js", "2")
	g.write("node_modules/pkg/cli", "#!/bin/sh\n")
	if err := os.Chmod(g.path("node_modules/pkg/cli"), 0o755); err != nil {
		t.Fatal(err)
	}
	g.write("node_modules/pkg/deep/large", strings.Repeat("x", 1<<20))
	g.write("node_modules/über/\xff", "name of no valid UTF-8")
	g.link("../pkg/cli", "node_modules/.bin/cli")
	g.link("../packages/one", "node_modules/one")
	g.link("pkg/deep", "node_modules/deep")
	g.link("deep/../../../..", "node_modules/above") // inside by its text, but deep is a link
	g.link("../../outside", "node_modules/out")
	g.link("/etc/passwd", "node_modules/absolute")
	g.link("nowhere", "node_modules/dangling")
	g.link("loop", "node_modules/loop")
	repo.MakePipe(t, g.path("node_modules/pipe"))
	g.write(".env", "A=1")
	g.link("node_modules", "linked")
	dir, _ := export(t, g.worktree(), repo.ExportOptions{})
	if err := os.WriteFile(filepath.Join(dir, "node_modules", "tracked"), []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"node_modules", ".env", "packages/one/index.js"} {
		if err := g.open().ExportPath(context.Background(), name, dir); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{
		".gitignore": "node_modules\n.env\n", ".env": "A=1", "packages/one/index.js": "1", "linked": "-> node_modules",
		"node_modules/tracked": "new", "node_modules/pkg/index.js": "2", "node_modules/pkg/cli": "#!/bin/sh\n",
		"node_modules/pkg/deep/large": strings.Repeat("x", 1<<20), "node_modules/über/\xff": "name of no valid UTF-8",
		"node_modules/.bin/cli": "-> ../pkg/cli", "node_modules/one": "-> ../packages/one", "node_modules/deep": "-> pkg/deep",
	}
	if got := written(t, dir); !maps.Equal(got, want) {
		t.Errorf("written:\n%q\nwant\n%q", got, want)
	}
	if info, err := os.Lstat(filepath.Join(dir, "node_modules/pkg/cli")); err != nil || info.Mode() != 0o700 && runtime.GOOS != "windows" {
		t.Errorf("the script has mode %v, %v", info.Mode(), err)
	}
}

func TestExportPathRefuses(t *testing.T) {
	g := newRepo(t)
	outside := filepath.Dir(g.dir)
	g.link(outside, "out")
	g.write("real/sub/file", "x")
	g.link("real", "in")
	for name, says := range map[string]string{
		"none": "copy none of the working tree: none: file does not exist", "real/none/x": "real/none", "../x": "no step upwards", "/etc": "no step upwards", ".": "name a file",
		".git": "git directory", ".GIT/config": "git directory", "out": "out is a symbolic link", "out/x": "out is a symbolic link", "in/sub": "in is a symbolic link",
	} {
		dir := t.TempDir()
		fails(t, g.open().ExportPath(context.Background(), name, dir), says)
		if got := written(t, dir); len(got) > 0 {
			t.Errorf("%s wrote %q", name, got)
		}
	}
	dir := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "real")); err != nil {
		t.Fatal(err)
	}
	fails(t, g.open().ExportPath(context.Background(), "real/sub", dir), "escapes")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := g.open().ExportPath(ctx, "real", t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func BenchmarkExport(b *testing.B) {
	g := fiveThousand(b)
	for _, of := range []struct {
		name     string
		snapshot *repo.Snapshot
	}{{"worktree", g.worktree()}, {"commit", g.snapshot("HEAD")}} {
		b.Run(of.name, func(b *testing.B) {
			dir := b.TempDir()
			for i := 0; b.Loop(); i++ {
				to := filepath.Join(dir, fmt.Sprint(i))
				if err := of.snapshot.Export(context.Background(), to, repo.ExportOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("path", func(b *testing.B) {
		dir := b.TempDir()
		r := g.open()
		for i := 0; b.Loop(); i++ {
			to := filepath.Join(dir, fmt.Sprint(i))
			if err := os.Mkdir(to, 0o700); err != nil {
				b.Fatal(err)
			}
			for d := range 10 {
				if err := r.ExportPath(context.Background(), fmt.Sprintf("s%d", d), to); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("cp", func(b *testing.B) {
		dir := b.TempDir()
		for i := 0; b.Loop(); i++ {
			if err := os.CopyFS(filepath.Join(dir, fmt.Sprint(i)), os.DirFS(g.dir)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
