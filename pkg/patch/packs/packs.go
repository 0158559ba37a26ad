// Package packs reads blobs from the packs of a git object directory without running git.
//
// It knows the ordinary case alone, packs with an index of version 2, and says of everything else that it does not have it: loose
// objects, objects borrowed from another repository, whatever is damaged. Git is then to be asked, and tells what is wrong. What
// is handed over is what git itself hands over: a stream of zlib is checked against its sum, and as in git nothing else is.
package packs

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxPacks bounds how many packs are open at once. They are the largest ones; what is in others git has to tell.
const maxPacks = 64

// Store is the packs that an object directory had when it was opened. It is safe for concurrent use.
type Store struct{ packs []*pack }

// Open opens the packs of an object directory. Those that cannot be read are as if they were not there.
func Open(objects string) *Store {
	dir := filepath.Join(objects, "pack")
	entries, _ := os.ReadDir(dir)
	s := &Store{}
	for _, name := range largest(entries) {
		if p := openPack(filepath.Join(dir, name)); p != nil {
			s.packs = append(s.packs, p)
		}
	}
	return s
}

// largest lists the names of the packs with an index, without what their two files' names end in.
func largest(entries []os.DirEntry) []string {
	type named struct {
		name string
		size int64
	}
	var all []named
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".idx")
		if info, err := e.Info(); ok && err == nil {
			all = append(all, named{name, info.Size()})
		}
	}
	slices.SortStableFunc(all, func(a, b named) int { return cmp.Compare(b.size, a.size) })
	var names []string
	for _, n := range all[:min(len(all), maxPacks)] {
		names = append(names, n.name)
	}
	return names
}

// Close closes the packs. No Reader may be used from then on.
func (s *Store) Close() {
	for _, p := range s.packs {
		p.close()
	}
	s.packs = nil
}

// find looks an object up in the packs.
func (s *Store) find(id []byte) (p *pack, at int64) {
	for _, p := range s.packs {
		if at := p.index.find(id); at > 0 {
			return p, at
		}
	}
	return nil, 0
}
