package repo

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// Kind tells the snapshots apart.
type Kind string

// The kinds of snapshot.
const (
	Worktree Kind = "worktree" // tracked files as they lie on disk, plus untracked ones that are not ignored
	Index    Kind = "index"    // what is staged
	Commit   Kind = "commit"
	Files    Kind = "files" // a folder that is no repository
)

// Entry is one file of a snapshot.
type Entry struct {
	Path string      // slash-separated, relative to the repository's root, always valid for fs.ValidPath
	Mode fs.FileMode // 0644, 0755, fs.ModeSymlink; fs.ModeIrregular for a submodule
	Size int64       // bytes; -1 when not known without reading
	Hash string      // the blob's id (hex) for index and commit snapshots, the commit's for a submodule, "" on disk
}

// Snapshot is an immutable view of the repository's files. It is safe for concurrent use. It implements fs.FS,
// fs.ReadFileFS, fs.ReadDirFS, fs.StatFS and fs.ReadLinkFS; names follow symbolic links inside the repository and never
// lead out of it (ErrEscapes, ErrLoop).
//
// Contents on disk are read when asked for: of a file that changed since, the new content is returned, never that of
// another file. Files above MaxFileSize are listed, but reading them is ErrTooLarge.
type Snapshot struct {
	kind    Kind
	id      string
	entries []Entry
	repo    *Repository
	tree    plumbing.Hash // root tree of a commit

	disk  *disk      // where entries without a hash are read
	stats []diskStat // beside entries when disk is set
	raw   map[string]string

	index *indexFile // what the working tree was compared with
}

// diskStat is what git's index remembers of a file to see later whether it changed.
type diskStat struct {
	modTime    time.Time
	changeTime time.Time
	inode      uint64
}

// Kind of the snapshot.
func (s *Snapshot) Kind() Kind { return s.kind }

// ID is the commit's id, or "worktree", "index", "files".
func (s *Snapshot) ID() string { return s.id }

// Entries lists all files, sorted by path (byte order). The slice must not be changed.
func (s *Snapshot) Entries() []Entry { return s.entries }

// Lookup finds the entry of exactly this path, without following links.
func (s *Snapshot) Lookup(name string) (Entry, bool) {
	if i, ok := s.find(name); ok {
		return s.entries[i], true
	}
	return Entry{}, false
}

func (s *Snapshot) find(name string) (int, bool) {
	return slices.BinarySearchFunc(s.entries, name, func(e Entry, name string) int { return cmp.Compare(e.Path, name) })
}

// under is the range of entries below a folder. Since '0' follows '/', all names below dir sort between dir+"/" and
// dir+"0".
func (s *Snapshot) under(dir string) (lo, hi int) {
	if dir == "." {
		return 0, len(s.entries)
	}
	lo, _ = s.find(dir + "/")
	hi, _ = s.find(dir + "0")
	return lo, hi
}

func (s *Snapshot) isDir(name string) bool {
	lo, hi := s.under(name)
	return name == "." || lo < hi
}

// at is a place in the snapshot: an entry, or a folder (entry -1).
type at struct {
	name  string
	entry int
}

// resolve finds the place a name leads to, through links inside the snapshot. The last component's own link is followed
// only when asked to.
func (s *Snapshot) resolve(op, name string, followLast bool) (at, error) {
	if !fs.ValidPath(name) {
		return at{}, pathError(op, name, fs.ErrInvalid)
	}
	// Most names are those of a file or a folder: no link can lie on the way, since a link has nothing below it.
	if i, ok := s.find(name); ok {
		if s.entries[i].Mode&fs.ModeSymlink == 0 || !followLast {
			return at{name, i}, nil
		}
	} else if s.isDir(name) {
		return at{name, -1}, nil
	}
	here := "."
	rest := strings.Split(name, "/")
	for links := 0; len(rest) > 0; {
		next := rest[0]
		rest = rest[1:]
		switch next {
		case "", ".":
			continue
		case "..":
			if here == "." {
				return at{}, pathError(op, name, ErrEscapes)
			}
			here = path.Dir(here)
			continue
		}
		step := path.Join(here, next)
		i, ok := s.find(step)
		switch {
		case !ok && s.isDir(step):
			here = step
		case !ok:
			return at{}, pathError(op, name, fs.ErrNotExist)
		case s.entries[i].Mode&fs.ModeSymlink != 0 && (len(rest) > 0 || followLast):
			if links++; links > maxLinks {
				return at{}, pathError(op, name, ErrLoop)
			}
			target, err := s.target(i)
			if err != nil {
				return at{}, pathError(op, name, err)
			}
			if target == "" || path.IsAbs(target) || strings.ContainsRune(target, 0) || foreign(target) {
				return at{}, pathError(op, name, ErrEscapes)
			}
			rest = append(strings.Split(target, "/"), rest...)
		case len(rest) > 0:
			return at{}, pathError(op, name, fs.ErrNotExist)
		default:
			return at{step, i}, nil
		}
	}
	return at{here, -1}, nil
}

// target reads where a symbolic link points to, in the spelling of Entry.Path.
func (s *Snapshot) target(i int) (string, error) {
	b, err := s.content(i)
	if err != nil {
		return "", err
	}
	return shown(string(b)), nil
}

// content reads an entry's bytes; a symbolic link's are its target.
func (s *Snapshot) content(i int) ([]byte, error) {
	e := &s.entries[i]
	switch {
	case e.Mode&fs.ModeIrregular != 0:
		return nil, ErrNotRegular
	case e.Size > MaxFileSize:
		return nil, tooLarge(e.Size)
	case e.Hash != "":
		return s.repo.store.blob(plumbing.NewHash(e.Hash), e.Path)
	case e.Mode&fs.ModeSymlink != 0:
		return s.disk.readLink(s.onDisk(e.Path))
	}
	return s.disk.readFile(s.onDisk(e.Path))
}

// size is the length of an entry's content, looked up when it was not known.
func (s *Snapshot) size(i int) (int64, error) {
	e := &s.entries[i]
	if e.Size >= 0 || e.Hash == "" || e.Mode&fs.ModeIrregular != 0 {
		return max(e.Size, 0), nil
	}
	return s.repo.store.size(plumbing.NewHash(e.Hash), e.Path)
}

// onDisk is the name a file really has, when Entry.Path had to show it otherwise.
func (s *Snapshot) onDisk(name string) string {
	if raw, ok := s.raw[name]; ok {
		return raw
	}
	return name
}
