package audit_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
)

// disk mounts a small file system in memory, which only root can.
func disk(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skip("no file system of our own can be mounted here:", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// TestFullDisk: an append that the disk has no room for is an error and leaves the log as it was; once there is room it goes on.
func TestFullDisk(t *testing.T) {
	dir := disk(t, "size=128k")
	path := dir + "/log"
	run := make([]audit.Event, 20)
	for i := range run {
		run[i] = violation(fmt.Sprint(i))
	}
	l, err := audit.Open(t.Context(), path, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var before []byte
	full := false
	for range 100 {
		if _, err = l.Append(t.Context(), run); err != nil {
			full = true
			break
		}
		before = read(t, path)
	}
	if !full || !errors.Is(err, unix.ENOSPC) || !strings.Contains(err.Error(), "audit log "+path+": nothing was recorded: no space left on device") {
		t.Fatal(err)
	}
	if now := read(t, path); !bytes.Equal(now, before) {
		t.Errorf("%d bytes before, %d after", len(before), len(now))
	}
	intact(t, path)
	// No room for as much as a first line: not even an empty file stays.
	filler := dir + "/filler"
	_ = os.WriteFile(filler, make([]byte, 1<<20), 0o600) // fills what is left
	if _, err := audit.Append(t.Context(), dir+"/other", run); !errors.Is(err, unix.ENOSPC) {
		t.Error(err)
	}
	if _, err := os.Stat(dir + "/other"); !errors.Is(err, os.ErrNotExist) {
		t.Error("a file without a line stayed:", err)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(t.Context(), run[:1]); err != nil {
		t.Error(err)
	}
	intact(t, path)
}

// TestReadOnlyDisk: a file system that cannot be written is an error.
func TestReadOnlyDisk(t *testing.T) {
	dir := disk(t, "size=128k")
	path := dir + "/log"
	if _, err := audit.Append(t.Context(), path, []audit.Event{violation("x")}); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Skip(err)
	}
	for _, name := range []string{path, dir + "/new"} {
		if _, err := audit.Append(t.Context(), name, []audit.Event{violation("x")}); !errors.Is(err, unix.EROFS) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// It can be read all the same.
	r, err := audit.OpenForReading(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := audit.Verify(r); err != nil || r.Close() != nil {
		t.Error(err)
	}
}
