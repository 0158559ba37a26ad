package repo

import (
	"io/fs"
	"os"
)

// listing is a folder that was read, kept open so that its files can be looked at by name alone.
type listing struct {
	path string
	dir  *os.File
	list []listed

	entries []Entry // what was made of the files
	stats   []diskStat
}

type listed struct {
	name string
	kind fs.FileMode // type bits only
}

func readFolder(path string) (*listing, error) {
	dir, err := os.OpenFile(path, os.O_RDONLY|dirFlags, 0)
	if err != nil {
		return nil, err
	}
	found, err := dir.ReadDir(-1)
	if err != nil {
		dir.Close()
		return nil, err
	}
	l := &listing{path: path, dir: dir, list: make([]listed, len(found))}
	for i, d := range found {
		l.list[i] = listed{d.Name(), d.Type()}
	}
	return l, nil
}

func (l *listing) close() { l.dir.Close() }

func (l *listing) has(name string) bool {
	for _, n := range l.list {
		if n.name == name {
			return true
		}
	}
	return false
}
