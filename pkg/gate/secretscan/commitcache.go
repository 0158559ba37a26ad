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
)

// commitCache remembers commits that hold nothing under a set of rules: their ids, and nothing else. Commits with findings are
// scanned every time, so that no secret, nor anything derived from one, is ever kept. Whatever is wrong with an entry, it is as if it
// were not there. Runs side by side may each forget what the other adds, no more.
type commitCache struct {
	file  string // "" remembers nothing
	known [][]byte
}

const idSize = 20

// maxKnown bounds a cache, in commits: 40 MB.
const maxKnown = 2_000_000

// openCommitCache reads what is known under the rules. What else decides a finding is part of the name: what is judged at all, and
// the program.
func (s *scan) openCommitCache() *commitCache {
	if s.run.Cache == nil {
		return &commitCache{}
	}
	h := sha256.New()
	for _, part := range []string{"1", s.run.Cache.Build, s.rules.Digest(), fmt.Sprintf("%q", s.run.Config.Exclude), s.run.ScopeKey} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	c := &commitCache{file: filepath.Join(s.run.Cache.Folder("commits"), hex.EncodeToString(h.Sum(nil)[:16]))}
	c.known = c.read()
	return c
}

func (c *commitCache) read() [][]byte {
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

// unknown lists those of the commits that are not known to hold nothing.
func (c *commitCache) unknown(ids []string) []string {
	if len(c.known) == 0 {
		return ids
	}
	var out []string
	for _, id := range ids {
		raw, err := hex.DecodeString(id)
		if _, found := slices.BinarySearchFunc(c.known, raw, bytes.Compare); err != nil || !found {
			out = append(out, id)
		}
	}
	return out
}

// store adds commits that were scanned, but for those in which something was found or missed. Whether it can be written changes
// nothing, so errors are not told.
func (c *commitCache) store(ids []string, not map[string]bool) {
	if c.file == "" {
		return
	}
	all := c.read() // what others added meanwhile
	before := len(all)
	for _, id := range ids {
		if raw, err := hex.DecodeString(id); err == nil && len(raw) == idSize && !not[id] {
			all = append(all, raw)
		}
	}
	if len(all) == before || len(all) > maxKnown {
		return
	}
	slices.SortFunc(all, bytes.Compare)
	all = slices.CompactFunc(all, bytes.Equal)
	body := bytes.Join(all, nil)
	_ = c.write(append(checksum(body), body...))
}

func (c *commitCache) write(text []byte) error {
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
