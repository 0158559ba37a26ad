package repo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"github.com/go-git/go-git/v5/plumbing"
)

// Limits of a tree. A few small objects can describe a tree of any size, by naming one subtree many times.
const (
	maxEntries = 2_000_000
	maxPath    = 4096
)

// treeEntry is one line of a tree object.
type treeEntry struct {
	name string
	mode uint32
	id   plumbing.Hash
}

func (e treeEntry) isTree() bool { return e.mode&modeType == modeTree }

var errTree = errors.New("damaged tree object: run git fsck, then git fetch --refetch")

// readTree reads a tree object and refuses names that git refuses to check out.
func (s *store) readTree(id plumbing.Hash, dir string) ([]treeEntry, error) {
	what := "folder " + dir
	if dir == "" {
		what = "the root folder"
	}
	b, err := s.object(plumbing.TreeObject, id, what)
	if err != nil {
		return nil, err
	}
	entries, err := decodeTree(b)
	if err != nil {
		return nil, fmt.Errorf("read tree %s of %s: %w", id, what, err)
	}
	return entries, nil
}

func decodeTree(b []byte) ([]treeEntry, error) {
	entries := make([]treeEntry, 0, bytes.Count(b, []byte{0}))
	for len(b) > 0 {
		space, end := bytes.IndexByte(b, ' '), bytes.IndexByte(b, 0)
		if space < 0 || end < space || len(b) < end+1+20 {
			return nil, errTree
		}
		mode, err := strconv.ParseUint(string(b[:space]), 8, 32)
		if err != nil {
			return nil, errTree
		}
		e := treeEntry{name: string(b[space+1 : end]), mode: uint32(mode)}
		copy(e.id[:], b[end+1:])
		if err := checkName(e.name); err != nil {
			return nil, err
		}
		b = b[end+21:]
		entries = append(entries, e)
	}
	return entries, nil
}

// entryOf makes the entry of a snapshot from what git records. Anything but a link and a submodule is a file to git.
func entryOf(path string, mode uint32, id plumbing.Hash) Entry {
	e := Entry{Path: path, Mode: 0o644, Size: -1, Hash: id.String()}
	switch {
	case mode&modeType == modeSymlink:
		e.Mode = fs.ModeSymlink
	case mode&modeType == modeGitlink:
		e.Mode = fs.ModeIrregular
	case mode&0o100 != 0:
		e.Mode = 0o755
	}
	return e
}

// treeWalk lists the files below a tree in one pass over its objects.
type treeWalk struct {
	ctx     context.Context
	store   *store
	entries []Entry
	read    map[plumbing.Hash][]treeEntry
}

// maxTreesKept bounds the memory for trees met twice, which only matters for those made to be met very often.
const maxTreesKept = 1024

func (w *treeWalk) list(id plumbing.Hash, dir string) ([]treeEntry, error) {
	if list, ok := w.read[id]; ok {
		return list, nil
	}
	list, err := w.store.readTree(id, dir)
	if err == nil && len(w.read) < maxTreesKept {
		if w.read == nil {
			w.read = map[plumbing.Hash][]treeEntry{}
		}
		w.read[id] = list
	}
	return list, err
}

func (w *treeWalk) tree(id plumbing.Hash, dir string) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if len(dir) > maxPath {
		return fmt.Errorf("path %.40q… is longer than %d bytes: %w", dir, maxPath, ErrTooLarge)
	}
	list, err := w.list(id, dir)
	if err != nil {
		return err
	}
	for _, e := range list {
		if e.isTree() {
			if err := w.tree(e.id, dir+e.name+"/"); err != nil {
				return err
			}
			continue
		}
		if len(w.entries) >= maxEntries {
			return fmt.Errorf("more than %d files: %w", maxEntries, ErrTooLarge)
		}
		w.entries = append(w.entries, entryOf(dir+e.name, e.mode, e.id))
	}
	return nil
}

// gitMode is the mode git records for an entry.
func gitMode(m fs.FileMode) uint32 {
	switch {
	case m&fs.ModeSymlink != 0:
		return modeSymlink
	case m&fs.ModeIrregular != 0:
		return modeGitlink
	case m&0o100 != 0:
		return 0o100755
	}
	return 0o100644
}
