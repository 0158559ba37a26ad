package repo

import (
	"errors"
	"io"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// openFlags keep an open from waiting for the other end of a pipe.
const openFlags = unix.O_NONBLOCK

// opener opens files with openat2, which has the kernel refuse links and "..", in one system call. os.Root does the same
// with one call a component and costs twice as much as os.ReadFile (measured four folders deep: 15.8 µs against 7.4).
type opener struct{ dir *os.File }

func newOpener(dir string) opener {
	f, err := os.OpenFile(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return opener{}
	}
	return opener{f}
}

func (o opener) open(name string) (*os.File, error) {
	fd, err := o.openat(name)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), name), nil
}

// readFile reads a regular file of at most MaxFileSize bytes. It stays below package os: registering a descriptor with
// the poller costs more system calls than reading a small file.
func (o opener) readFile(name string) ([]byte, error) {
	fd, err := o.openat(name)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil {
		return nil, err
	}
	if stat.Mode&unix.S_IFMT != unix.S_IFREG {
		return nil, errChanged
	}
	if stat.Size > MaxFileSize {
		return nil, tooLarge(stat.Size)
	}
	return readUpTo(descriptor(fd), stat.Size)
}

// descriptor reads from a file descriptor it does not own.
type descriptor int

func (d descriptor) Read(b []byte) (int, error) {
	for {
		n, err := unix.Read(int(d), b)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return 0, err
		case n == 0 && len(b) > 0:
			return 0, io.EOF
		}
		return n, nil
	}
}

func (o opener) openat(name string) (int, error) {
	if o.dir == nil {
		return -1, errors.ErrUnsupported
	}
	how := unix.OpenHow{
		Flags:   unix.O_RDONLY | unix.O_CLOEXEC | unix.O_NOFOLLOW | unix.O_NONBLOCK | unix.O_NOCTTY,
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_MAGICLINKS,
	}
	for {
		fd, err := unix.Openat2(int(o.dir.Fd()), name, &how)
		runtime.KeepAlive(o.dir)
		switch err {
		case nil:
			return fd, nil
		case unix.EINTR, unix.EAGAIN:
			continue
		case unix.ELOOP, unix.ENXIO:
			return -1, errChanged
		case unix.ENOSYS, unix.EPERM:
			return -1, errors.ErrUnsupported
		}
		return -1, err
	}
}
