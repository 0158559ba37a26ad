//go:build !linux

package repo

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

const dirFlags = 0

// openDir is an open folder.
type openDir struct{ file *os.File }

func (f openDir) close() { f.file.Close() }

func openFolder(path string) (openDir, []listed, error) {
	dir, err := os.OpenFile(path, os.O_RDONLY|dirFlags, 0)
	if err != nil {
		return openDir{}, nil, err
	}
	found, err := dir.ReadDir(-1)
	if err != nil {
		dir.Close()
		return openDir{}, nil, err
	}
	list := make([]listed, len(found))
	for i, d := range found {
		list[i] = listed{d.Name(), d.Type()}
	}
	return openDir{dir}, list, nil
}

func (l *listing) stat(n listed, path string) (Entry, diskStat, error) {
	info, err := os.Lstat(filepath.Join(l.path, n.name))
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) {
			p.Path = path
		}
		return Entry{}, diskStat{}, err
	}
	e := Entry{Path: path, Mode: 0o644, Size: info.Size()}
	switch {
	case info.Mode().Type() != 0:
		e.Mode = info.Mode().Type()
	case info.Mode()&0o100 != 0:
		e.Mode = 0o755
	}
	return e, diskStat{modTime: info.ModTime()}, nil
}
