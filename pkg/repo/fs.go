package repo

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

var (
	_ fs.ReadFileFS = (*Snapshot)(nil)
	_ fs.ReadDirFS  = (*Snapshot)(nil)
	_ fs.StatFS     = (*Snapshot)(nil)
	_ fs.ReadLinkFS = (*Snapshot)(nil)
)

// Open opens a file or folder for reading. A file's content is read whole at once, so what the file returns is of one
// moment.
func (s *Snapshot) Open(name string) (fs.File, error) {
	found, err := s.resolve("open", name, true)
	if err != nil {
		return nil, err
	}
	info, err := s.info("open", path.Base(name), found)
	if err != nil {
		return nil, err
	}
	if found.entry < 0 {
		return &folder{info: info, name: name, entries: s.list(found.name)}, nil
	}
	b, err := s.content(found.entry)
	if err != nil {
		return nil, pathError("open", name, err)
	}
	info.size = int64(len(b))
	return &file{info: info, Reader: bytes.NewReader(b)}, nil
}

// ReadFile returns a file's content.
func (s *Snapshot) ReadFile(name string) ([]byte, error) {
	found, err := s.resolve("read", name, true)
	if err != nil {
		return nil, err
	}
	if found.entry < 0 {
		return nil, pathError("read", name, ErrFolder)
	}
	b, err := s.content(found.entry)
	if err != nil {
		return nil, pathError("read", name, err)
	}
	return b, nil
}

// Stream opens a file for reading from front to back. Unlike Open it has no limit on a file that lies on disk; a blob is
// held to MaxFileSize. The caller closes it.
func (s *Snapshot) Stream(name string) (io.ReadCloser, error) {
	found, err := s.resolve("open", name, true)
	if err != nil {
		return nil, err
	}
	if found.entry < 0 {
		return nil, pathError("open", name, ErrFolder)
	}
	if e := s.entries[found.entry]; e.Hash == "" && e.Mode.Type() == 0 {
		f, _, err := s.disk.stream(s.onDisk(e.Path))
		if err != nil {
			return nil, pathError("open", name, err)
		}
		return f, nil
	}
	b, err := s.content(found.entry)
	if err != nil {
		return nil, pathError("open", name, err)
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

// ReadDir lists a folder, sorted by name.
func (s *Snapshot) ReadDir(name string) ([]fs.DirEntry, error) {
	found, err := s.resolve("readdir", name, true)
	if err != nil {
		return nil, err
	}
	if found.entry >= 0 {
		return nil, pathError("readdir", name, errors.New("not a folder"))
	}
	return s.list(found.name), nil
}

// Stat describes what a name leads to.
func (s *Snapshot) Stat(name string) (fs.FileInfo, error) { return s.stat(name, true) }

// Lstat describes a name without following the link it may be.
func (s *Snapshot) Lstat(name string) (fs.FileInfo, error) { return s.stat(name, false) }

func (s *Snapshot) stat(name string, follow bool) (fs.FileInfo, error) {
	found, err := s.resolve("stat", name, follow)
	if err != nil {
		return nil, err
	}
	info, err := s.info("stat", path.Base(name), found)
	if err != nil {
		return nil, err
	}
	return info, nil
}

// ReadLink returns where a symbolic link points to, as it is written there.
func (s *Snapshot) ReadLink(name string) (string, error) {
	found, err := s.resolve("readlink", name, false)
	if err != nil {
		return "", err
	}
	if found.entry < 0 || s.entries[found.entry].Mode&fs.ModeSymlink == 0 {
		return "", pathError("readlink", name, fs.ErrInvalid)
	}
	b, err := s.content(found.entry)
	if err != nil {
		return "", pathError("readlink", name, err)
	}
	return string(b), nil
}

func (s *Snapshot) info(op, base string, found at) (*fileInfo, error) {
	if found.entry < 0 {
		return &fileInfo{name: base, mode: fs.ModeDir | 0o755}, nil
	}
	size, err := s.size(found.entry)
	if err != nil {
		return nil, pathError(op, found.name, err)
	}
	info := &fileInfo{name: base, mode: s.entries[found.entry].Mode, size: size}
	if s.stats != nil {
		info.modTime = s.stats[found.entry].modTime
	}
	return info, nil
}

// list makes the entries of a folder from the paths below it.
func (s *Snapshot) list(dir string) []fs.DirEntry {
	lo, hi := s.under(dir)
	skip := 0
	if dir != "." {
		skip = len(dir) + 1
	}
	var out []fs.DirEntry
	for lo < hi {
		p := s.entries[lo].Path
		name, _, deeper := strings.Cut(p[skip:], "/")
		place := at{p[:skip+len(name)], lo}
		if deeper {
			place.entry = -1
			_, lo = s.under(place.name)
		} else {
			lo++
		}
		out = append(out, &dirEntry{s, name, place})
	}
	// Paths sort "a.b" before "a/c", names "a" before "a.b".
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out
}

type dirEntry struct {
	s    *Snapshot
	name string
	at   at
}

func (d *dirEntry) Name() string   { return d.name }
func (d *dirEntry) IsDir() bool    { return d.at.entry < 0 }
func (d *dirEntry) String() string { return fs.FormatDirEntry(d) }

func (d *dirEntry) Type() fs.FileMode {
	if d.at.entry < 0 {
		return fs.ModeDir
	}
	return d.s.entries[d.at.entry].Mode.Type()
}

func (d *dirEntry) Info() (fs.FileInfo, error) {
	info, err := d.s.info("stat", d.name, d.at)
	if err != nil {
		return nil, err
	}
	return info, nil
}

// fileInfo describes a file or folder. Only files on disk have a time.
type fileInfo struct {
	name    string
	mode    fs.FileMode
	size    int64
	modTime time.Time
}

func (i *fileInfo) Name() string       { return i.name }
func (i *fileInfo) Size() int64        { return i.size }
func (i *fileInfo) Mode() fs.FileMode  { return i.mode }
func (i *fileInfo) ModTime() time.Time { return i.modTime }
func (i *fileInfo) IsDir() bool        { return i.mode.IsDir() }
func (i *fileInfo) Sys() any           { return nil }
func (i *fileInfo) String() string     { return fs.FormatFileInfo(i) }

type file struct {
	info *fileInfo
	*bytes.Reader
}

func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *file) Close() error               { return nil }

type folder struct {
	info    *fileInfo
	name    string
	entries []fs.DirEntry
}

func (f *folder) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *folder) Close() error               { return nil }

func (f *folder) Read([]byte) (int, error) {
	return 0, pathError("read", f.name, ErrFolder)
}

func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n > 0 && len(f.entries) == 0 {
		return nil, io.EOF
	}
	if n <= 0 || n > len(f.entries) {
		n = len(f.entries)
	}
	out := f.entries[:n:n]
	f.entries = f.entries[n:]
	return out, nil
}
