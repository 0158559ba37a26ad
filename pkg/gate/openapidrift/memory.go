package openapidrift

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/openapi"
)

// memory knows which descriptions were validated before and had no problem at all, by their content and the build of this program.
// Those with problems are validated every time. An entry is an empty file; whatever is wrong with the folder, it is as if it were
// empty.
type memory struct {
	dir   string // "" remembers nothing
	build string
}

// maxSound is how many descriptions are remembered.
const maxSound = 256

func openMemory(run *gate.Run) *memory {
	if run.Cache == nil {
		return &memory{}
	}
	return &memory{run.Cache.Folder("openapi"), run.Cache.Build}
}

func (m *memory) file(s *openapi.Spec) string {
	h := sha256.New()
	fmt.Fprintf(h, "1 %d:%s", len(m.build), m.build)
	for _, name := range s.Files() {
		text := s.Text(name)
		fmt.Fprintf(h, " %d:%s %d:", len(name), name, len(text))
		h.Write(text)
	}
	return filepath.Join(m.dir, hex.EncodeToString(h.Sum(nil)))
}

// sound reports whether a description is known to have no problem.
func (m *memory) sound(s *openapi.Spec) bool {
	if m.dir == "" || len(s.Problems) > 0 {
		return false
	}
	info, err := os.Lstat(m.file(s))
	return err == nil && info.Mode().IsRegular()
}

// keep remembers that a description has no problem. Whether that can be written changes nothing, so errors are not told.
func (m *memory) keep(s *openapi.Spec) {
	if m.dir == "" || os.MkdirAll(m.dir, 0o700) != nil {
		return
	}
	tmp := filepath.Join(m.dir, ".tmp-"+rand.Text())
	if os.WriteFile(tmp, nil, 0o600) != nil {
		return
	}
	if os.Rename(tmp, m.file(s)) != nil {
		_ = os.Remove(tmp)
	}
	m.prune()
}

// prune forgets the oldest.
func (m *memory) prune() {
	entries, err := os.ReadDir(m.dir)
	if err != nil || len(entries) <= maxSound {
		return
	}
	age := func(e os.DirEntry) int64 {
		info, err := e.Info()
		if err != nil {
			return 0
		}
		return info.ModTime().UnixNano()
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return int(min(1, max(-1, age(a)-age(b)))) })
	for _, e := range entries[:len(entries)-maxSound] {
		_ = os.Remove(filepath.Join(m.dir, e.Name()))
	}
}
