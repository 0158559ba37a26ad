package audit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// longestWait is how long another process may hold a log. Writing takes it milliseconds.
const longestWait = 30 * time.Second

// acquire opens a log for appending, makes it when there is none, and takes its lock. The lock is on the log itself, so a log that
// was moved away while waiting is left alone, and the file that has the name by then is taken.
func acquire(ctx context.Context, path string) (f *os.File, created bool, err error) {
	for range 100 {
		f, created, err = openLog(path)
		if errors.Is(err, errRace) {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		if err := lock(ctx, f, true); err != nil {
			return nil, false, errors.Join(err, f.Close())
		}
		if named(f, path) {
			return f, created, nil
		}
		release(f)
	}
	return nil, false, errors.New("another process keeps replacing it: give every program a log of its own")
}

func release(f *os.File) {
	unlock(f)
	_ = f.Close() // all that was written is on the disk already
}

// errRace: somebody else made or removed the file this moment.
var errRace = errors.New("the file came or went")

func openLog(path string) (f *os.File, created bool, err error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(path)); errors.Is(err, fs.ErrNotExist) {
			return nil, false, fmt.Errorf("there is no folder %s: create it first", filepath.Dir(path))
		}
		f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|openFlags, 0o600)
		if errors.Is(err, fs.ErrExist) {
			return nil, false, errRace
		}
		return f, true, cause(err)
	case err != nil:
		return nil, false, cause(err)
	}
	if err := regular(info); err != nil {
		return nil, false, err
	}
	f, err = os.OpenFile(path, os.O_RDWR|openFlags, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, errRace
	}
	if err != nil {
		return nil, false, cause(err)
	}
	// What was looked at and what was opened may be two things.
	if info, err = f.Stat(); err == nil {
		err = regular(info)
	}
	if err != nil {
		return nil, false, errors.Join(err, f.Close())
	}
	return f, false, nil
}

// regular refuses what cannot hold a log, or would put it where whoever made the link wants it.
func regular(info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		return errors.New("it is a folder: name a file")
	case mode&fs.ModeSymlink != 0:
		return errors.New("it is a symbolic link: name the file itself")
	case mode&fs.ModeNamedPipe != 0:
		return errors.New("it is a pipe, which keeps nothing: name a file")
	case mode&fs.ModeSocket != 0:
		return errors.New("it is a socket, which keeps nothing: name a file")
	}
	return errors.New("it is a device, which keeps no lines: name a file")
}

// named reports whether an open file is still what its name leads to.
func named(f *os.File, path string) bool {
	have, err := f.Stat()
	if err != nil {
		return false
	}
	now, err := os.Lstat(path)
	return err == nil && os.SameFile(have, now)
}

// lock waits for the lock of a file.
func lock(ctx context.Context, f *os.File, exclusive bool) error {
	deadline := time.Now().Add(longestWait)
	for wait := 100 * time.Microsecond; ; wait = min(2*wait, 10*time.Millisecond) {
		got, err := tryLock(f, exclusive)
		switch {
		case err != nil:
			return fmt.Errorf("it cannot be locked: %w: keep it on a local disk", err)
		case got:
			return nil
		case time.Now().After(deadline):
			return fmt.Errorf("another process has held it for %v: end that process, or give every run a log of its own", longestWait)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait/2 + rand.N(wait)): // unlike the others that wait
		}
	}
}

// OpenForReading opens a log as it is between two writes: what others append while it is read is not part of it.
func OpenForReading(ctx context.Context, path string) (io.ReadCloser, error) {
	f, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	// Without a lock, as on some file systems, a write that is under way looks like a torn end.
	if got, err := tryLock(f, false); err == nil {
		if !got {
			if err := lock(ctx, f, false); err != nil {
				return nil, errors.Join(err, f.Close())
			}
		}
		defer unlock(f)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(f, info.Size()), f}, nil
}

// openRegular opens a file for reading that can hold what is looked for.
func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, cause(err)
	}
	if err := regular(info); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	return f, cause(err)
}

// cause strips the path, which the caller names, off an error.
func cause(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}
