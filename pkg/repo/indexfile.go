package repo

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// indexFile is git's index, decoded: https://git-scm.com/docs/index-format, versions 2 to 4.
//
// The git library's own decoder refuses what git writes for large repositories (no checksum, folders left out of a
// sparse index) and takes eight times as long; the working tree's snapshot waits for nothing else.
type indexFile struct {
	entries []indexEntry // sorted by path, then stage
	modTime time.Time
}

type indexEntry struct {
	path         string
	mode         uint32
	hash         plumbing.Hash
	size         uint32 // of the file, modulo 2^32
	modTime      time.Time
	changeTime   time.Time
	inode        uint32
	stage        uint8
	intentToAdd  bool
	skipWorktree bool
}

// Modes of index and tree entries.
const (
	modeTree    = 0o040000
	modeSymlink = 0o120000
	modeGitlink = 0o160000
	modeType    = 0o170000
)

// readIndex reads the index of the working tree, or another one. No index is an empty one: nothing was ever staged.
func (r *Repository) readIndex(name string) (*indexFile, error) {
	if name == "" {
		name = filepath.Join(r.gitDir, "index")
	}
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return &indexFile{}, nil
	} else if err != nil {
		return nil, fmt.Errorf("read index: %w", err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read index: %w", err)
	}
	f, err := decodeIndex(b)
	if err != nil {
		return nil, fmt.Errorf("read index %s: %w", name, err)
	}
	f.modTime = info.ModTime()
	return f, nil
}

var errIndex = errors.New("damaged: remove it and run git reset")

const (
	indexHeader = 12
	indexFixed  = 62 // bytes of an entry before its name
)

func decodeIndex(b []byte) (*indexFile, error) {
	if len(b) < indexHeader+sha1.Size || string(b[:4]) != "DIRC" {
		return nil, errIndex
	}
	version := binary.BigEndian.Uint32(b[4:])
	if version < 2 || version > 4 {
		return nil, fmt.Errorf("version %d is not supported, only 2 to 4: run git update-index --index-version 4", version)
	}
	body, sum := b[:len(b)-sha1.Size], b[len(b)-sha1.Size:]
	// git leaves the checksum zero when told to save the time (index.skipHash).
	if !bytes.Equal(sum, make([]byte, sha1.Size)) {
		if got := sha1.Sum(body); !bytes.Equal(sum, got[:]) {
			return nil, fmt.Errorf("checksum does not match: %w", errIndex)
		}
	}
	count := int(binary.BigEndian.Uint32(b[8:]))
	if count > len(body)/indexFixed {
		return nil, errIndex
	}
	f := &indexFile{entries: make([]indexEntry, count)}
	rest := body[indexHeader:]
	previous := ""
	for i := range f.entries {
		n, err := decodeEntry(&f.entries[i], rest, version, previous)
		if err != nil {
			return nil, err
		}
		rest = rest[n:]
		previous = f.entries[i].path
	}
	if err := checkExtensions(rest); err != nil {
		return nil, err
	}
	for _, e := range f.entries {
		if err := checkPath(strings.TrimSuffix(e.path, "/")); err != nil {
			return nil, err
		}
	}
	sorted := slices.IsSortedFunc(f.entries, func(a, b indexEntry) int {
		if c := strings.Compare(a.path, b.path); c != 0 {
			return c
		}
		return int(a.stage) - int(b.stage)
	})
	if !sorted {
		return nil, fmt.Errorf("entries are out of order: %w", errIndex)
	}
	return f, nil
}

// decodeEntry decodes the entry at the start of b and says how long it is.
func decodeEntry(e *indexEntry, b []byte, version uint32, previous string) (int, error) {
	if len(b) < indexFixed {
		return 0, errIndex
	}
	word := func(at int) uint32 { return binary.BigEndian.Uint32(b[at:]) }
	e.changeTime = time.Unix(int64(word(0)), int64(word(4)))
	e.modTime = time.Unix(int64(word(8)), int64(word(12)))
	e.inode = word(20)
	e.mode = word(24)
	e.size = word(36)
	copy(e.hash[:], b[40:60])
	flags := binary.BigEndian.Uint16(b[60:])
	e.stage = uint8(flags>>12) & 3
	at := indexFixed
	if flags&0x4000 != 0 {
		if version < 3 || len(b) < at+2 {
			return 0, errIndex
		}
		more := binary.BigEndian.Uint16(b[at:])
		e.skipWorktree = more&0x4000 != 0
		e.intentToAdd = more&0x2000 != 0
		at += 2
	}
	prefix := ""
	if version == 4 {
		strip, n := decodeOffset(b[at:])
		if n == 0 || strip > len(previous) {
			return 0, errIndex
		}
		prefix = previous[:len(previous)-strip]
		at += n
	}
	end := bytes.IndexByte(b[at:], 0)
	if end < 0 {
		return 0, errIndex
	}
	e.path = prefix + string(b[at:at+end])
	at += end + 1
	if version < 4 {
		at = (at + 7) &^ 7 // padded with one to eight NULs
	}
	if at > len(b) {
		return 0, errIndex
	}
	return at, nil
}

// decodeOffset reads git's variable-length number: seven bits a byte, high ones first, one added for every continuation.
func decodeOffset(b []byte) (value, n int) {
	for n < len(b) && n < 5 {
		c := b[n]
		n++
		value |= int(c & 0x7f)
		if c&0x80 == 0 {
			return value, n
		}
		value = (value + 1) << 7
	}
	return 0, 0
}

// checkExtensions refuses an index whose entries mean something else because of an extension. Those with a capital
// letter are caches.
func checkExtensions(b []byte) error {
	for len(b) > 0 {
		if len(b) < 8 {
			return errIndex
		}
		name := string(b[:4])
		size := int(binary.BigEndian.Uint32(b[4:]))
		if size > len(b)-8 {
			return errIndex
		}
		switch {
		case name == "link":
			return errors.New("a split index is not supported: run git update-index --no-split-index")
		case name == "sdir": // folders of a sparse checkout stand for all their files
		case name[0] < 'A' || name[0] > 'Z':
			return fmt.Errorf("extension %q is not supported: run git update-index --force-write-index with an older git", name)
		}
		b = b[8+size:]
	}
	return nil
}
