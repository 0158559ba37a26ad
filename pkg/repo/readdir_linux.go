package repo

import (
	"io/fs"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// dirFlags keep a folder that was replaced by a link or a pipe from being opened.
const dirFlags = unix.O_DIRECTORY | unix.O_NOFOLLOW

// stat looks at a file through its open folder: the kernel need not walk the path again for each, which halves the cost.
func (l *listing) stat(n listed, path string) (Entry, diskStat, error) {
	var st unix.Stat_t
	err := unix.Fstatat(int(l.dir.Fd()), n.name, &st, unix.AT_SYMLINK_NOFOLLOW)
	runtime.KeepAlive(l.dir)
	if err != nil {
		return Entry{}, diskStat{}, &fs.PathError{Op: "lstat", Path: path, Err: err}
	}
	e := Entry{Path: path, Size: st.Size}
	switch {
	case st.Mode&unix.S_IFMT == unix.S_IFLNK:
		e.Mode = fs.ModeSymlink
	case st.Mode&unix.S_IFMT != unix.S_IFREG:
		e.Mode = fs.ModeIrregular
	case st.Mode&0o100 != 0:
		e.Mode = 0o755
	default:
		e.Mode = 0o644
	}
	return e, diskStat{time.Unix(st.Mtim.Unix()), time.Unix(st.Ctim.Unix()), st.Ino}, nil
}
