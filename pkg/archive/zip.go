package archive

import (
	"bytes"
	"cmp"
	"slices"
)

// zipWalk is the state of going through one zip.
type zipWalk struct {
	w     *walker
	inner string
	data  []byte
	depth int
	used  []span // what belongs to a file or to the directory
	full  bool   // there may be no more entries
}

// zip goes through the files of the directory, in the order in which they lie in the zip, then through all that no file covers:
// there may be files that no directory lists.
func (w *walker) zip(inner string, data []byte, depth int) error {
	z := &zipWalk{w: w, inner: inner, data: data, depth: depth}
	d := findDirectory(data)
	switch {
	case d == nil:
		w.miss(inner, "damaged: the list of files at the end is not there")
		d = &directory{at: span{int64(len(data)), int64(len(data))}}
	case d.damaged:
		w.miss(inner, "damaged: the list of files does not have the length that it says")
	case d.volumes:
		w.miss(inner, "truncated: it is one of several volumes")
	}
	z.used = append(z.used, d.at)
	if err := z.listed(d); err != nil || z.full {
		return err
	}
	if err := w.between(inner, bytes.TrimSpace(d.comments), depth); err != nil {
		return err
	}
	return z.gaps()
}

// listed goes through the files of the directory. None may reach into the next: files that share bytes are how a small zip
// becomes a bomb.
func (z *zipWalk) listed(d *directory) error {
	slices.SortStableFunc(d.entries, func(a, b zipEntry) int { return cmp.Compare(a.at, b.at) })
	for i, e := range d.entries {
		if !z.w.enter(z.inner) {
			z.full = true
			return nil
		}
		if err := z.w.ctx.Err(); err != nil {
			return err
		}
		limit := int64(len(z.data))
		if e.at < d.at.from {
			limit = d.at.from
		}
		if i+1 < len(d.entries) {
			limit = min(limit, d.entries[i+1].at)
		}
		if err := z.listedEntry(e, limit); err != nil {
			return err
		}
	}
	return nil
}

// listedEntry goes into one file of the directory.
func (z *zipWalk) listedEntry(e zipEntry, limit int64) error {
	inner := join(z.inner, e.name)
	header, ok := local(z.data, e.at)
	switch {
	case !ok:
		z.w.miss(inner, "damaged: there is no file where the list has it")
		return nil
	case header.body > limit:
		z.w.miss(inner, "damaged: it shares its place with another file")
		return nil
	case header.method != e.method || (header.flags^e.flags)&flagEncrypted != 0:
		z.w.miss(inner, "damaged: its header and the list do not agree how it is packed")
	}
	e.body = header.body
	if e.isFolder() {
		z.used = append(z.used, span{e.at, e.body + e.packed})
		return nil
	}
	end, err := z.entry(e, limit)
	z.used = append(z.used, span{e.at, end})
	return err
}

// gaps goes through what no file covers.
func (z *zipWalk) gaps() error {
	slices.SortFunc(z.used, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	at := int64(0)
	for _, s := range append(z.used, span{int64(len(z.data)), int64(len(z.data))}) {
		if s.from > at && !z.full {
			if err := z.gap(at, s.from); err != nil {
				return err
			}
		}
		at = max(at, s.to)
	}
	return nil
}

// gap goes through bytes that the directory does not know: another zip, files by the headers before them, the rest
// as it is.
func (z *zipWalk) gap(from, to int64) error {
	if to-from < int64(len(z.data)) && findDirectory(z.data[from:to]) != nil {
		return z.w.between(z.inner, z.data[from:to], z.depth) // another zip
	}
	for at := from; ; {
		i := bytes.Index(z.data[at:to], []byte(localMark))
		if i < 0 {
			break
		}
		at += int64(i)
		e, ok := local(z.data[:to], at)
		if !ok {
			at += int64(len(localMark))
			continue
		}
		if !z.w.enter(z.inner) {
			z.full = true
			return nil
		}
		if err := z.w.between(z.inner, z.data[from:at], z.depth); err != nil {
			return err
		}
		end := e.body + e.packed
		if !e.isFolder() {
			var err error
			if end, err = z.entry(e, to); err != nil {
				return err
			}
		}
		at = min(end, to)
		from = at
	}
	if from == 0 && to == int64(len(z.data)) {
		return z.w.visit(z.inner, z.data) // nothing was found in it
	}
	return z.w.between(z.inner, z.data[from:to], z.depth)
}
