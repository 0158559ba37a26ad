package packs

import (
	"encoding/hex"
)

// maxChain is how many deltas one object may be made of. Git makes chains of 50, and of 4095 at most.
const maxChain = 4096

// Reader reads blobs from the packs of a Store. It keeps contents: the versions of a file are mostly made of one another. One
// goroutine may use it.
type Reader struct {
	store *Store
	limit int // bytes of a content
	ring
	window window
	stream inflater
	chain  []entry
	delta  []byte
}

// NewReader makes a reader that hands over contents of up to limit bytes, and keeps so many bytes of them in all.
func (s *Store) NewReader(limit, keep int) *Reader {
	return &Reader{store: s, limit: limit, ring: newRing(keep)}
}

// Blob is the content of a blob, by its full id in hexadecimal digits; not ok when it is not here, or not to be read. The caller
// does not change it, and does not use it any more once Trim is called.
func (r *Reader) Blob(id string) (text []byte, ok bool) {
	var raw [idSize]byte
	if len(id) != 2*idSize {
		return nil, false
	}
	if _, err := hex.Decode(raw[:], []byte(id)); err != nil {
		return nil, false
	}
	p, at := r.store.find(raw[:])
	if p == nil {
		return nil, false
	}
	kept, ok := r.follow(p, at)
	return r.build(p, kept, ok)
}

// follow goes from an object to what it is made of, until that is whole or kept. What is kept is returned.
func (r *Reader) follow(p *pack, at int64) (kept []byte, ok bool) {
	r.chain = r.chain[:0]
	for len(r.chain) < maxChain {
		if text, there := r.get(place{p, at}); there {
			return text, true
		}
		e, ok := p.parseEntry(r.window.head(p, at), at)
		if !ok || e.size > r.limit {
			return nil, false
		}
		r.chain = append(r.chain, e)
		if e.kind == kindBlob {
			return nil, true
		}
		at = e.base
	}
	return nil, false
}

// build makes the objects of the chain, each of the one behind it, and the last of what is kept.
func (r *Reader) build(p *pack, text []byte, ok bool) ([]byte, bool) {
	for i := len(r.chain) - 1; i >= 0 && ok; i-- {
		if text, ok = r.make(p, r.chain[i], text); !ok {
			r.drop(place{p, r.chain[i].at})
		}
	}
	return text, ok
}

// make reads one object, which base is what it is made of.
func (r *Reader) make(p *pack, e entry, base []byte) ([]byte, bool) {
	stream := r.window.stream(p, e)
	if e.kind == kindBlob {
		text := r.room(place{p, e.at}, e.size)
		return text, r.stream.inflate(stream, text)
	}
	if cap(r.delta) < e.size || cap(r.delta) > maxWindow {
		r.delta = make([]byte, e.size)
	}
	r.delta = r.delta[:e.size]
	if !r.stream.inflate(stream, r.delta) {
		return nil, false
	}
	d, from, to, ok := openDelta(r.delta)
	if !ok || from != len(base) || to < 0 || to > r.limit {
		return nil, false
	}
	text := r.room(place{p, e.at}, to)
	return text, d.apply(base, text)
}
