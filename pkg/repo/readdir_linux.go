package repo

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// dirFlags keep a folder that was replaced by a link or a pipe from being opened.
const dirFlags = unix.O_DIRECTORY | unix.O_NOFOLLOW

// openDir is the descriptor of an open folder. It stays below package os, which spends more system calls on registering
// it with the poller than reading a small folder takes.
type openDir int

func (f openDir) close() { unix.Close(int(f)) }

// listBuffers hold what the kernel returns of a folder at a time.
var listBuffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

func openFolder(path string) (openDir, []listed, error) {
	fd, err := retry(func() (int, error) {
		return unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|dirFlags, 0)
	})
	if err != nil {
		return -1, nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	buf := listBuffers.Get().(*[32 << 10]byte)
	defer listBuffers.Put(buf)
	var list []listed
	for {
		n, err := retry(func() (int, error) { return unix.ReadDirent(fd, buf[:]) })
		if err == nil && n > 0 {
			list, err = appendEntries(list, buf[:n])
		}
		if err != nil {
			unix.Close(fd)
			return -1, nil, &fs.PathError{Op: "readdir", Path: path, Err: err}
		}
		if n <= 0 {
			break
		}
	}
	for i := range list {
		if list[i].kind != unknownType {
			continue
		}
		var st unix.Stat_t // some file systems do not say
		if err := unix.Fstatat(fd, list[i].name, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil {
			unix.Close(fd)
			return -1, nil, &fs.PathError{Op: "lstat", Path: path + "/" + list[i].name, Err: err}
		}
		list[i].kind = typeOf(uint8(st.Mode >> 12 & 15)) // DT_ values are the S_IF ones shifted
		if list[i].kind == unknownType {
			list[i].kind = fs.ModeIrregular
		}
	}
	return openDir(fd), list, nil
}

func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR {
			return n, err
		}
	}
}

// unknownType marks an entry whose type the file system did not say.
const unknownType = fs.ModeType

// appendEntries reads records of getdents64(2): inode and offset (8 bytes each), the record's length (2), the type (1),
// the name up to a zero byte.
func appendEntries(list []listed, b []byte) ([]listed, error) {
	const header = 19
	for len(b) > 0 {
		if len(b) < header {
			return nil, unix.EIO
		}
		length := int(binary.NativeEndian.Uint16(b[16:]))
		if length < header || length > len(b) {
			return nil, unix.EIO
		}
		name := b[header:length]
		if end := bytes.IndexByte(name, 0); end >= 0 {
			name = name[:end]
		}
		if s := string(name); s != "." && s != ".." && binary.NativeEndian.Uint64(b) != 0 {
			list = append(list, listed{s, typeOf(b[18])})
		}
		b = b[length:]
	}
	return list, nil
}

func typeOf(d uint8) fs.FileMode {
	switch d {
	case unix.DT_REG:
		return 0
	case unix.DT_DIR:
		return fs.ModeDir
	case unix.DT_LNK:
		return fs.ModeSymlink
	case unix.DT_FIFO:
		return fs.ModeNamedPipe
	case unix.DT_SOCK:
		return fs.ModeSocket
	case unix.DT_BLK:
		return fs.ModeDevice
	case unix.DT_CHR:
		return fs.ModeDevice | fs.ModeCharDevice
	}
	return unknownType
}

// stat looks at a file through its open folder: the kernel need not walk the path again for each, which halves the cost.
func (l *listing) stat(n listed, path string) (Entry, diskStat, error) {
	var st unix.Stat_t
	err := unix.Fstatat(int(l.dir), n.name, &st, unix.AT_SYMLINK_NOFOLLOW)
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
