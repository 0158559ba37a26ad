package audit_test

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
)

// TestPlaces: a log is a regular file. Whatever else stands in its place is refused by Open and by Append, and never opened for long.
func TestPlaces(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links, pipes and sockets are otherwise there")
	}
	dir := t.TempDir()
	target, text := write(t, 1)
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.Symlink(target, at("link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(at("nowhere"), at("dangling")); err != nil {
		t.Fatal(err)
	}
	if err := mkfifo(at("pipe")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir) // a socket's name must be short
	socket, err := net.Listen("unix", "socket")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = socket.Close() }()
	for path, want := range map[string]string{
		at("link"):                     "it is a symbolic link: name the file itself",
		at("dangling"):                 "it is a symbolic link: name the file itself",
		at("pipe"):                     "it is a pipe, which keeps nothing",
		at("socket"):                   "it is a socket, which keeps nothing",
		dir:                            "it is a folder: name a file",
		"/dev/null":                    "it is a device",
		at("gone/log"):                 "there is no folder " + at("gone") + ": create it first",
		filepath.Join(target, "below"): "not a directory",
	} {
		l, err := audit.Open(t.Context(), path, audit.Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
		if l != nil {
			t.Errorf("%s was opened", path)
		}
		if _, err := audit.Append(t.Context(), path, []audit.Event{violation("x")}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
	if now := read(t, target); string(now) != string(text) {
		t.Error("the link's target changed")
	}
	// Reading goes through links, as reading does, but waits for nobody.
	if r, err := audit.OpenForReading(t.Context(), at("link")); err != nil {
		t.Error(err)
	} else if got, err := io.ReadAll(r); err != nil || string(got) != string(text) || r.Close() != nil {
		t.Errorf("%q, %v", got, err)
	}
	for path, want := range map[string]string{at("pipe"): "pipe", dir: "folder", at("gone"): "no such file"} {
		if _, err := audit.OpenForReading(t.Context(), path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
}

// TestExchanged: a link that takes the log's place after Open looked at it is refused when it is written.
func TestExchanged(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a right there")
	}
	path, _ := write(t, 1)
	target, text := write(t, 1)
	l, err := audit.Open(t.Context(), path, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(t.Context(), []audit.Event{violation("x")}); err == nil || !strings.Contains(err.Error(), "symbolic link") {
		t.Error(err)
	}
	if string(read(t, target)) != string(text) {
		t.Error("the link's target changed")
	}
}

// TestReadOnly: a folder or a log that cannot be written is an error that leaves nothing behind.
func TestReadOnly(t *testing.T) {
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		t.Skip("to this user nothing is read-only")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "log")
	if _, err := audit.Append(t.Context(), path, []audit.Event{violation("x")}); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{path: 0o400, dir: 0o500} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
		file := path
		if name == dir {
			file = filepath.Join(dir, "new")
		}
		if _, err := audit.Append(t.Context(), file, []audit.Event{violation("x")}); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s: %v", file, err)
		}
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Error(list, err)
	}
}
