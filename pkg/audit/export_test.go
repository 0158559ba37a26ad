package audit

import "os"

// TryLock takes the lock of a log, as another process would.
func TryLock(f *os.File) (bool, error) { return tryLock(f, true) }

// Unlock gives it back.
func Unlock(f *os.File) { unlock(f) }
