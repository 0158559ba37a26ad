package repo

import (
	"errors"
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
	if o.dir == nil {
		return nil, errors.ErrUnsupported
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
			return os.NewFile(uintptr(fd), name), nil
		case unix.EINTR, unix.EAGAIN:
			continue
		case unix.ELOOP, unix.ENXIO:
			return nil, errChanged
		case unix.ENOSYS, unix.EPERM:
			return nil, errors.ErrUnsupported
		}
		return nil, err
	}
}
