package audit

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

const openFlags = 0

// A lock on Windows keeps others from the bytes it covers, so it covers one that no log will ever have.
func place() *windows.Overlapped { return &windows.Overlapped{OffsetHigh: 1 << 30} }

// tryLock takes the lock of a file, or says that another process has it. A lock goes with its process.
func tryLock(f *os.File, exclusive bool) (bool, error) {
	flags := uint32(windows.LOCKFILE_FAIL_IMMEDIATELY)
	if exclusive {
		flags |= windows.LOCKFILE_EXCLUSIVE_LOCK
	}
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, place())
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}

func unlock(f *os.File) { _ = windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, place()) }

// syncDir does nothing: the system keeps no folder back.
func syncDir(string) error { return nil }
