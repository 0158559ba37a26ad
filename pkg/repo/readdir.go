package repo

import "io/fs"

// listing is a folder that was read, kept open so that its files can be looked at by name alone.
type listing struct {
	path string
	dir  openDir
	list []listed

	entries []Entry // what was made of the files
	stats   []diskStat
}

type listed struct {
	name string
	kind fs.FileMode // type bits only
}

func readFolder(path string) (*listing, error) {
	dir, list, err := openFolder(path)
	if err != nil {
		return nil, err
	}
	return &listing{path: path, dir: dir, list: list}, nil
}

func (l *listing) close() { l.dir.close() }

func (l *listing) has(name string) bool {
	for _, n := range l.list {
		if n.name == name {
			return true
		}
	}
	return false
}
