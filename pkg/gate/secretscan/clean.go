package secretscan

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"

	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// cleanSet remembers what holds nothing under a set of rules: ids, and nothing else. What has findings is scanned every time, so
// that no secret, nor anything derived from one, is ever kept. Whatever is wrong with a set, it is as if it were not there. Runs side
// by side may each forget what the other adds, no more.
type cleanSet struct {
	file  string // "" remembers nothing
	known [][]byte
}

const idSize = 20

// maxKnown bounds a set, in ids: 40 MB.
const maxKnown = 2_000_000

// openClean reads what is known to be clean, commits or files. What else decides a finding is part of the name: the rules, the policy
// that names values and paths, what is judged at all, and the program.
func (s *scan) openClean(what string) *cleanSet {
	if s.run.Cache == nil {
		return &cleanSet{}
	}
	h := sha256.New()
	for _, part := range []string{"2", what, s.run.Cache.Build, s.rules.Digest(), s.run.Bundle.Digest(), fmt.Sprintf("%q", s.run.Config.Exclude), s.run.ScopeKey} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	c := &cleanSet{file: filepath.Join(s.run.Cache.Folder(what), hex.EncodeToString(h.Sum(nil)[:16]))}
	c.known = c.read()
	return c
}

func (c *cleanSet) read() [][]byte {
	info, err := os.Lstat(c.file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxKnown*idSize+crc32.Size {
		return nil
	}
	text, err := os.ReadFile(c.file)
	if err != nil || len(text) < crc32.Size || (len(text)-crc32.Size)%idSize != 0 {
		return nil
	}
	sum, body := text[:crc32.Size], text[crc32.Size:]
	if !bytes.Equal(sum, checksum(body)) {
		return nil
	}
	ids := make([][]byte, 0, len(body)/idSize)
	for ; len(body) > 0; body = body[idSize:] {
		ids = append(ids, body[:idSize])
	}
	if !slices.IsSortedFunc(ids, bytes.Compare) {
		return nil
	}
	return ids
}

func checksum(body []byte) []byte {
	sum := crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli))
	return []byte{byte(sum), byte(sum >> 8), byte(sum >> 16), byte(sum >> 24)}
}

// has reports whether something is known to be clean.
func (c *cleanSet) has(id []byte) bool {
	_, found := slices.BinarySearchFunc(c.known, id, bytes.Compare)
	return found
}

// add remembers more. Whether that can be written changes nothing, so errors are not told.
func (c *cleanSet) add(ids [][]byte) {
	if c.file == "" || len(ids) == 0 {
		return
	}
	all := append(c.read(), ids...) // with what others added meanwhile
	if len(all) > maxKnown {
		all = ids
	}
	slices.SortFunc(all, bytes.Compare)
	all = slices.CompactFunc(all, bytes.Equal)
	body := bytes.Join(all, nil)
	_ = c.write(append(checksum(body), body...))
}

// commitID is a commit's id as sets have it; nil when it is none.
func commitID(id string) []byte {
	raw, err := hex.DecodeString(id)
	if err != nil || len(raw) != idSize {
		return nil
	}
	return raw
}

// fileID names a content at a path; nil when that is not known without reading it. A filter of git's may show one content in several
// ways, which mostly differ in size.
func (s *scan) fileID(e repo.Entry) []byte {
	blob, ok := s.run.Snapshot.Blob(e.Path)
	if !ok {
		return nil
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s %s %d %s", s.run.Snapshot.Kind(), blob, e.Size, e.Path)
	return h.Sum(nil)[:idSize]
}

func (c *cleanSet) write(text []byte) error {
	if err := os.MkdirAll(filepath.Dir(c.file), 0o700); err != nil {
		return err
	}
	tmp := c.file + ".tmp-" + rand.Text()
	err := os.WriteFile(tmp, text, 0o600)
	if err == nil {
		err = os.Rename(tmp, c.file)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(tmp))
	}
	return err
}
