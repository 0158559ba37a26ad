package repo

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/storage/filesystem"
)

// Without openat2 the same files are read and the same are refused.
func TestSlowOpen(t *testing.T) {
	dir := t.TempDir()
	for _, f := range []string{"a/b/file", "top"} {
		name := filepath.Join(dir, f)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(f), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"link": "top", "a/up": "..", "out": "/etc", "dir": "a/b"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	MakePipe(t, filepath.Join(dir, "pipe"))
	quick, err := openDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	slow := &disk{root: quick.root}
	for name, d := range map[string]*disk{"openat2": quick, "os.Root": slow} {
		for _, f := range []string{"a/b/file", "top"} {
			if b, err := d.readFile(f); err != nil || string(b) != f {
				t.Errorf("%s: %s is %q, %v", name, f, b, err)
			}
		}
		for _, f := range []string{"link", "a/up/top", "out/passwd", "dir/file", "pipe", "a"} {
			if b, err := d.readFile(f); !errors.Is(err, ErrNotRegular) {
				t.Errorf("%s: %s is %q, %v", name, f, b, err)
			}
		}
		if _, err := d.readFile("none"); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPanicsOfTheLibraryAreErrors(t *testing.T) {
	s := newStore(t.TempDir(), "")
	for range 10 { // more often than there are storages to lend
		err := s.use("read something", func(*filesystem.Storage) error { panic("index out of range") })
		if err == nil || !strings.Contains(err.Error(), "read something: damaged git data (index out of range): run git fsck") {
			t.Fatalf("error is %v", err)
		}
	}
}

// Folding case must not move the place a rule's folder ends at: the Kelvin sign is three bytes long, its lower case one.
func TestIgnoreCaseKeepsOffsets(t *testing.T) {
	const dir = "\u212a\u212a\u212a/"
	set := parseRules(nil, dir, []byte("BUILD\n*.LOG\n/Sub/[A-C]x\n"), true)
	for path, want := range map[string]bool{"build": true, "x.Log": true, "Sub/bX": true, "Sub/dx": false, "other": false} {
		name := path[strings.LastIndex(path, "/")+1:]
		if got := set.ignores(dir+path, name, false, true); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

// A pattern made to take exponential time gives up, and the file is judged.
func TestWildmatchIsBounded(t *testing.T) {
	for _, c := range []struct{ pattern, text string }{
		{strings.Repeat("**/a*", 30) + "b", strings.Repeat("aaaa/", 200)},
		{strings.Repeat("*a", 40) + "b", strings.Repeat("a", 4000)},
	} {
		if wildmatch(c.pattern, c.text, true) {
			t.Errorf("%s matches", c.pattern)
		}
	}
}

func FuzzDecodeIndex(f *testing.F) {
	f.Add([]byte("DIRC\x00\x00\x00\x02\x00\x00\x00\x00" + strings.Repeat("\x00", 20)))
	f.Add([]byte("DIRC\x00\x00\x00\x04\x00\x00\x00\x01" + strings.Repeat("\x00", 62) + "\x00a\x00" + strings.Repeat("\x00", 20)))
	f.Fuzz(func(t *testing.T, b []byte) {
		index, err := decodeIndex(b)
		if err != nil {
			return
		}
		for _, e := range index.entries {
			if err := checkPath(strings.TrimSuffix(e.path, "/")); err != nil {
				t.Error(err)
			}
		}
	})
}

func FuzzDecodeTree(f *testing.F) {
	f.Add([]byte("100644 a\x00" + strings.Repeat("x", 20)))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := decodeTree(b)
		if err == nil && len(list) > len(b)/23 {
			t.Errorf("%d entries in %d bytes", len(list), len(b))
		}
	})
}

func FuzzWildmatch(f *testing.F) {
	f.Add("**/[a-c]*.y?ml", "x/b.yaml")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		wildmatch(pattern, text, true)
		if rule, ok := parseRule(pattern); ok && text != "" {
			rule.matches(text, text)
		}
	})
}

// FuzzDecodeCommitInfo: no object makes the reader panic, and what a signature covers is the object without its signatures.
func FuzzDecodeCommitInfo(f *testing.F) {
	const head = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor a <a@example.org> 1700000000 +0000\ncommitter a <a@example.org> 1700000000 +0000\n"
	for _, s := range []string{head + "\nm", head + "gpgsig a\n b\n\nm", head + "gpgsig a\n b\ngpgsig-sha256 c\n\nm", head + "mergetag x\n gpgsig y\n\nm", head, " \n", "tree x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := decodeCommitInfo(b)
		if err != nil {
			return
		}
		if len(c.Signatures) == 0 && string(c.Payload) != string(b) {
			t.Errorf("nothing was signed, and yet the payload differs: %q", c.Payload)
		}
		again, err := decodeCommitInfo(c.Payload)
		if err != nil || len(again.Signatures) != 0 || string(again.Payload) != string(c.Payload) {
			t.Errorf("the payload still holds a signature: %q", c.Payload)
		}
		_ = c.Trailers()
	})
}
