package gate

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// Cache keeps the results of gates by all that decides them: the content of the snapshot, policy, configuration,
// options and the build of this program. A result is only ever found under the very inputs it was made from, so whether
// there is a cache changes no verdict. Entries hold findings, which never hold a secret.
//
// It is safe under runs side by side: entries are written to a temporary file and renamed.
type Cache struct {
	Dir   string // made when it is needed, readable by its owner only
	Build string // identifies this build of the program
}

// Folder is a folder beside the results, for what else may be remembered; it is made by who needs it.
func (c *Cache) Folder(name string) string { return filepath.Join(filepath.Dir(c.Dir), name) }

// maxEntries is how many results are kept; the ones not used for longest go first.
const maxEntries = 128

// cached is a gate's result together with what a report needs of the policy, so that a hit need not compile it.
type cached struct {
	Result Result
	Rules  []finding.Rule // of the gate
	All    int            // rules of the whole policy
}

// key names a result by its inputs. It is "" when they cannot be told.
func (c *Cache) key(run *Run, gate, options string) string {
	if run.AllowNetwork { // what is fetched is no part of the inputs
		return ""
	}
	content, ok := run.Snapshot.Signature()
	if !ok {
		return ""
	}
	config, err := json.Marshal(run.Config)
	if err != nil {
		return ""
	}
	h := sha256.New()
	for _, part := range []string{
		"4", c.Build, gate, options, strings.Join(run.reserved, "\x00"), run.Bundle.Digest(), string(config), run.ConfigFile, run.ScopeKey, string(run.FailOn),
		string(run.Snapshot.Kind()), string(content[:]),
	} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// castagnoli finds entries that a disk damaged; whoever can write the user's own cache needs no forged ones.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// load returns the result stored under a key. Whatever is wrong with an entry, it is as if it were not there.
func (c *Cache) load(key string) (*cached, bool) {
	name := filepath.Join(c.Dir, key)
	text, err := os.ReadFile(name)
	if err != nil || len(text) < crc32.Size {
		return nil, false
	}
	body := text[crc32.Size:]
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(text) {
		return nil, false
	}
	entry, err := decode(body)
	if err != nil {
		return nil, false
	}
	now := time.Now()
	_ = os.Chtimes(name, now, now) // only keeps the entry from being the next to go
	return entry, true
}

// store keeps a result. A cache that cannot be written is no reason to fail a run.
func (c *Cache) store(key string, entry *cached) {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return
	}
	body := encode(entry)
	sum := binary.LittleEndian.AppendUint32(nil, crc32.Checksum(body, castagnoli))
	tmp, err := os.CreateTemp(c.Dir, ".tmp-")
	if err != nil {
		return
	}
	_, err = tmp.Write(append(sum, body...))
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), filepath.Join(c.Dir, key))
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return
	}
	c.prune()
}

func (c *Cache) prune() {
	entries, err := os.ReadDir(c.Dir)
	if err != nil || len(entries) <= maxEntries {
		return
	}
	var infos []fs.FileInfo
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			infos = append(infos, info)
		}
	}
	slices.SortFunc(infos, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	for _, info := range infos[min(len(infos), maxEntries):] {
		_ = os.Remove(filepath.Join(c.Dir, info.Name()))
	}
}
