package packs

// The kinds of objects in a pack.
const (
	kindBlob        = 3
	kindOffsetDelta = 6 // from an object so many bytes before
	kindNamedDelta  = 7 // from an object with an id
)

// entry is the head of an object in a pack.
type entry struct {
	kind int
	size int   // of the content, or of the delta, in bytes
	base int64 // offset of what a delta is from
	at   int64 // its own offset
	data int64 // offset of the stream
}

// maxEntry is how long the head of an object can be: a kind and a size, and an offset or an id.
const maxEntry = 10 + idSize

// parseEntry reads the head of the object at an offset.
func (p *pack) parseEntry(b []byte, at int64) (e entry, ok bool) {
	if len(b) == 0 {
		return e, false
	}
	n := 1
	e.at, e.kind, e.size = at, int(b[0]>>4&7), int(b[0]&15)
	for shift := 4; b[n-1] >= 0x80; shift += 7 {
		if n == len(b) || shift > 25 {
			return e, false
		}
		e.size |= int(b[n]&0x7f) << shift
		n++
	}
	switch e.kind {
	case kindBlob:
	case kindOffsetDelta:
		back, length := parseBack(b[n:])
		if n += length; length == 0 || back <= 0 || back >= at {
			return e, false
		}
		e.base = at - back
	case kindNamedDelta:
		if len(b) < n+idSize {
			return e, false
		}
		if e.base = p.index.find(b[n : n+idSize]); e.base == 0 {
			return e, false
		}
		n += idSize
	default:
		return e, false
	}
	e.data = at + int64(n)
	return e, e.size >= 0
}

// parseBack reads how far before a delta its base is; the length is 0 when it is not to be read.
func parseBack(b []byte) (back int64, length int) {
	for i, c := range b[:min(len(b), 8)] {
		if i > 0 {
			back++
		}
		back = back<<7 | int64(c&0x7f)
		if c < 0x80 {
			return back, i + 1
		}
	}
	return 0, 0
}
