package repo

import (
	"cmp"
	"errors"
	"hash/maphash"
	"io/fs"
	"path"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

const (
	renameLimit    = 1000    // candidates on each side, git's diff.renameLimit
	renameMaxSize  = 8 << 20 // bytes; larger files are only found renamed when unchanged
	minSimilarity  = 0.5     // git's default for -M
	basenameAssure = 0.75    // enough to believe a rename into another folder without looking at other candidates
)

// renames takes pairs of a deleted and an added file for renames: those with the same content first, then similar ones,
// in the order git goes about it.
func (d *difference) renames() error {
	if len(d.added) == 0 || len(d.deleted) == 0 {
		return nil
	}
	if err := d.exactRenames(); err != nil {
		return err
	}
	if len(d.added) == 0 || len(d.deleted) == 0 || len(d.added)*len(d.deleted) > renameLimit*renameLimit {
		return nil
	}
	m, err := d.similar()
	if err != nil {
		return err
	}
	d.rename(m.sameBasename(d))
	best, err := m.best(d)
	if err != nil {
		return err
	}
	d.rename(best)
	return nil
}

// rename records the pairs and takes them out of added and deleted.
func (d *difference) rename(pairs []pair) {
	if len(pairs) == 0 {
		return
	}
	gone, come := map[int]bool{}, map[int]bool{}
	for _, p := range pairs {
		gone[p.from], come[p.to] = true, true
		d.note(Change{Kind: Renamed, Path: d.to.entries[p.to].Path, From: d.from.entries[p.from].Path})
	}
	d.deleted = slices.DeleteFunc(d.deleted, func(i int) bool { return gone[i] })
	d.added = slices.DeleteFunc(d.added, func(i int) bool { return come[i] })
}

func (d *difference) exactRenames() error {
	added, err := hashes(d, d.to, d.added)
	if err != nil {
		return err
	}
	deleted, err := hashes(d, d.from, d.deleted)
	if err != nil {
		return err
	}
	byHash := map[plumbing.Hash][]int{}
	for n, i := range d.deleted {
		if h := deleted[n]; !h.IsZero() {
			byHash[h] = append(byHash[h], i)
		}
	}
	var found []pair
	for n, to := range d.added {
		candidates := byHash[added[n]]
		best := -1
		for c, from := range candidates {
			if d.from.entries[from].Mode.Type() != d.to.entries[to].Mode.Type() {
				continue
			}
			if best < 0 {
				best = c
			}
			if path.Base(d.from.entries[from].Path) == path.Base(d.to.entries[to].Path) {
				best = c
				break
			}
		}
		if best >= 0 {
			found = append(found, pair{candidates[best], to})
			byHash[added[n]] = slices.Delete(candidates, best, best+1)
		}
	}
	d.rename(found)
	return nil
}

func hashes(d *difference, s *Snapshot, entries []int) ([]plumbing.Hash, error) {
	out := make([]plumbing.Hash, len(entries))
	err := parallel(d.ctx, len(entries), func(n int) (err error) {
		out[n], err = s.hash(entries[n])
		return err
	})
	return out, err
}

// fingerprint is a file cut into lines, or pieces of 64 bytes where lines are longer, each with the number of bytes it
// accounts for. Two files have in common what their pieces have in common, wherever these lie.
type fingerprint struct {
	size   int
	pieces []piece // sorted by hash
}

type piece struct {
	hash  uint64
	bytes int
}

func fingerprintOf(seed maphash.Seed, b []byte) *fingerprint {
	const longest = 64
	f := &fingerprint{size: len(b)}
	for len(b) > 0 {
		n := 0
		for n < len(b) && n < longest {
			n++
			if b[n-1] == '\n' {
				break
			}
		}
		line := b[:n]
		// As for git, line endings make no difference.
		if n > 1 && line[n-1] == '\n' && line[n-2] == '\r' {
			line = append(slices.Clone(line[:n-2]), '\n')
		}
		f.pieces = append(f.pieces, piece{maphash.Bytes(seed, line), len(line)})
		b = b[n:]
	}
	slices.SortFunc(f.pieces, func(a, b piece) int { return cmp.Compare(a.hash, b.hash) })
	merged := f.pieces[:0]
	for _, p := range f.pieces {
		if n := len(merged); n > 0 && merged[n-1].hash == p.hash {
			merged[n-1].bytes += p.bytes
		} else {
			merged = append(merged, p)
		}
	}
	f.pieces = merged
	return f
}

// similarity is the share of the larger file that both have in common, 0 to 1.
func similarity(a, b *fingerprint) float64 {
	if a == nil || b == nil {
		return 0
	}
	larger, smaller := max(a.size, b.size), min(a.size, b.size)
	if larger == 0 || float64(smaller) < minSimilarity*float64(larger) {
		return 0
	}
	common := 0
	for i, j := 0, 0; i < len(a.pieces) && j < len(b.pieces); {
		switch x, y := a.pieces[i], b.pieces[j]; {
		case x.hash < y.hash:
			i++
		case x.hash > y.hash:
			j++
		default:
			common += min(x.bytes, y.bytes)
			i++
			j++
		}
	}
	return float64(common) / float64(larger)
}

// candidates holds the fingerprints of the files that may have been renamed.
type candidates struct {
	from, to map[int]*fingerprint
}

func (d *difference) similar() (*candidates, error) {
	seed := maphash.MakeSeed()
	read := func(s *Snapshot, entries []int) (map[int]*fingerprint, error) {
		prints := make([]*fingerprint, len(entries))
		err := parallel(d.ctx, len(entries), func(n int) error {
			i := entries[n]
			if s.entries[i].Mode.Type() != 0 {
				return nil
			}
			size, err := s.size(i)
			if err == nil && size <= renameMaxSize {
				var b []byte
				if b, err = s.content(i); err == nil {
					prints[n] = fingerprintOf(seed, b)
				}
			}
			// A partial clone need not hold what was deleted. The file is then listed as deleted and added.
			if errors.Is(err, ErrMissingObject) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrTooLarge) {
				return nil
			}
			return err
		})
		byEntry := make(map[int]*fingerprint, len(entries))
		for n, i := range entries {
			byEntry[i] = prints[n]
		}
		return byEntry, err
	}
	from, err := read(d.from, d.deleted)
	if err != nil {
		return nil, err
	}
	to, err := read(d.to, d.added)
	return &candidates{from, to}, err
}

// sameBasename pairs files that only moved to another folder: one of this name was deleted, one added, and they are much
// alike.
func (c *candidates) sameBasename(d *difference) (found []pair) {
	only := func(s *Snapshot, entries []int) map[string]int {
		at := map[string]int{}
		for _, i := range entries {
			name := path.Base(s.entries[i].Path)
			if _, twice := at[name]; twice {
				at[name] = -1
			} else {
				at[name] = i
			}
		}
		return at
	}
	come := only(d.to, d.added)
	gone := only(d.from, d.deleted)
	for _, from := range d.deleted {
		name := path.Base(d.from.entries[from].Path)
		to, ok := come[name]
		if ok && to >= 0 && gone[name] >= 0 && similarity(c.from[from], c.to[to]) >= basenameAssure {
			found = append(found, pair{from, to})
		}
	}
	return found
}

// best pairs the most similar files first; each counts once.
func (c *candidates) best(d *difference) (found []pair, err error) {
	type scored struct {
		pair
		score    float64
		sameName bool
	}
	rows := make([][]scored, len(d.added))
	err = parallel(d.ctx, len(d.added), func(n int) error {
		to := d.added[n]
		for _, from := range d.deleted {
			if s := similarity(c.from[from], c.to[to]); s >= minSimilarity {
				same := path.Base(d.from.entries[from].Path) == path.Base(d.to.entries[to].Path)
				rows[n] = append(rows[n], scored{pair{from, to}, s, same})
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	all := slices.Concat(rows...)
	slices.SortStableFunc(all, func(a, b scored) int {
		if c := cmp.Compare(b.score, a.score); c != 0 {
			return c
		}
		switch {
		case a.sameName && !b.sameName:
			return -1
		case b.sameName && !a.sameName:
			return 1
		}
		return 0
	})
	gone, come := map[int]bool{}, map[int]bool{}
	for _, s := range all {
		if !gone[s.from] && !come[s.to] {
			gone[s.from], come[s.to] = true, true
			found = append(found, s.pair)
		}
	}
	return found, nil
}
