package patch

import (
	"bytes"
	"strconv"
)

// entry is one file of the list that git prints ahead of a diff. Of a merge it has one old side for each parent.
type entry struct {
	status string // a letter for each old side
	old    []side
	side   // what the commit has
}

// side is one version of a file: the zero mode when it is not there.
type side struct {
	mode uint32
	blob string
	path string
}

// The part of a mode that tells what it is.
const (
	modeType    = 0o170000
	modeGitlink = 0o160000
)

// entries reads the list of a commit's files, which may be empty. Each entry is, with NULs behind the status and the paths,
//
//	:100644 100644 <id> <id> M path
//	::100644 100644 100644 <id> <id> <id> MM path
//
// A rename or a copy names the old path first. With allPaths, that of every parent goes before the new one.
func (r *reader) entries(allPaths bool) ([]entry, error) {
	var list []entry
	for r.at(":") {
		e, err := r.entry()
		if err != nil {
			return nil, err
		}
		names := 1
		switch {
		case allPaths:
			names = len(e.old) + 1
		case e.status[0] == 'R' || e.status[0] == 'C':
			names = 2
		}
		if err := e.names(r, names); err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

func (r *reader) entry() (entry, error) {
	b, err := r.field()
	if err != nil {
		return entry{}, err
	}
	line := bytes.TrimLeft(b, ":")
	parents := len(b) - len(line)
	words := bytes.Split(line, []byte{' '})
	if len(words) != 2*(parents+1)+1 {
		return entry{}, errOutput
	}
	sides := make([]side, parents+1)
	for i := range sides {
		mode, err := strconv.ParseUint(string(words[i]), 8, 32)
		id := string(words[len(sides)+i])
		if err != nil || !isID(id) {
			return entry{}, errOutput
		}
		sides[i] = side{mode: uint32(mode), blob: id}
	}
	e := entry{status: string(words[len(words)-1]), old: sides[:parents], side: sides[parents]}
	if parents == 0 || e.status == "" {
		return entry{}, errOutput
	}
	return e, nil
}

// names reads the new path, and those of the first old sides when there are more.
func (e *entry) names(r *reader, n int) error {
	for i := range n {
		b, err := r.field()
		if err != nil {
			return err
		}
		if len(b) == 0 {
			return errOutput
		}
		if i == n-1 {
			e.path = string(b)
		} else {
			e.old[i].path = string(b)
		}
	}
	return nil
}

// isID tells a full SHA-1 id.
func isID(s string) bool {
	if len(s) != 40 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
