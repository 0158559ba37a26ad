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
	renameMaxTotal = 1 << 28 // bytes of all candidates; with more, only unchanged files are found renamed
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

// candidates holds the fingerprints of the files that may have been renamed.
type candidates struct {
	from, to map[int]*fingerprint
}

func (d *difference) similar() (*candidates, error) {
	deleted, err := d.sizes(d.from, d.deleted)
	if err != nil {
		return nil, err
	}
	added, err := d.sizes(d.to, d.added)
	if err != nil {
		return nil, err
	}
	total := int64(0)
	for _, n := range slices.Concat(deleted, added) {
		total += max(n, 0)
	}
	if total > renameMaxTotal {
		return &candidates{}, nil
	}
	seed := maphash.MakeSeed()
	from, err := d.fingerprints(seed, d.from, d.deleted, deleted)
	if err != nil {
		return nil, err
	}
	to, err := d.fingerprints(seed, d.to, d.added, added)
	return &candidates{from, to}, err
}

// sizes looks up how much there is to compare, -1 for what is not compared.
func (d *difference) sizes(s *Snapshot, entries []int) ([]int64, error) {
	sizes := make([]int64, len(entries))
	err := parallel(d.ctx, len(entries), func(n int) (err error) {
		if s.entries[entries[n]].Mode.Type() == 0 {
			sizes[n], err = s.size(entries[n])
		}
		if err != nil && !out(err) {
			return pathError("read", s.entries[entries[n]].Path, err)
		}
		if err != nil || sizes[n] == 0 || sizes[n] > renameMaxSize {
			sizes[n] = -1
		}
		return nil
	})
	return sizes, err
}

// out reports that a file cannot take part: a partial clone need not hold what was deleted, and a file on disk may have
// gone. It is then listed as deleted and added.
func out(err error) bool {
	return errors.Is(err, ErrMissingObject) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrTooLarge)
}

func (d *difference) fingerprints(seed maphash.Seed, s *Snapshot, entries []int, sizes []int64) (map[int]*fingerprint, error) {
	prints := make([]*fingerprint, len(entries))
	err := parallel(d.ctx, len(entries), func(n int) error {
		if sizes[n] < 0 {
			return nil
		}
		b, err := s.content(entries[n])
		if out(err) {
			return nil
		} else if err != nil {
			return pathError("read", s.entries[entries[n]].Path, err)
		}
		prints[n] = fingerprintOf(seed, b)
		return nil
	})
	byEntry := make(map[int]*fingerprint, len(entries))
	for n, i := range entries {
		byEntry[i] = prints[n]
	}
	return byEntry, err
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

// holder is a deleted file (its place in difference.deleted) that holds a piece.
type holder struct{ file, bytes int }

// holders turns the fingerprints of the deleted files around, so that an added file is only compared with those it has
// something in common with.
func (c *candidates) holders(d *difference) map[uint64][]holder {
	by := map[uint64][]holder{}
	for n, from := range d.deleted {
		if print := c.from[from]; print != nil {
			for _, p := range print.pieces {
				by[p.hash] = append(by[p.hash], holder{n, p.bytes})
			}
		}
	}
	return by
}

// best pairs the most similar files first; each counts once.
func (c *candidates) best(d *difference) (found []pair, err error) {
	type scored struct {
		pair
		score    float64
		sameName bool
	}
	holders := c.holders(d)
	rows := make([][]scored, len(d.added))
	err = parallel(d.ctx, len(d.added), func(n int) error {
		to := d.added[n]
		print := c.to[to]
		if print == nil {
			return nil
		}
		common := make([]int, len(d.deleted))
		for _, p := range print.pieces {
			for _, h := range holders[p.hash] {
				common[h.file] += min(p.bytes, h.bytes)
			}
		}
		for m, from := range d.deleted {
			if common[m] == 0 {
				continue
			}
			if s := share(common[m], c.from[from].size, print.size); s >= minSimilarity {
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
