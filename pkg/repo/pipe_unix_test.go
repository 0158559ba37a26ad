//go:build unix

package repo

import (
	"syscall"
	"testing"
)

// MakePipe makes a named pipe, which a run must never wait for.
func MakePipe(t *testing.T, name string) {
	t.Helper()
	if err := syscall.Mkfifo(name, 0o644); err != nil {
		t.Fatal(err)
	}
}
