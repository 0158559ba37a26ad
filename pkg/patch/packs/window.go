package packs

import (
	"bytes"
	"io"

	"github.com/klauspost/compress/zlib"
)

const (
	leastWindow = 32 << 10 // bytes that are read at once: the objects of a chain often lie close together
	maxWindow   = 4 << 20  // how much memory is kept
)

// window is a stretch of a pack.
type window struct {
	pack *pack
	at   int64
	b    []byte
	few  [maxEntry]byte
}

// head is the beginning of the object at an offset.
func (w *window) head(p *pack, at int64) []byte {
	if b := w.has(p, at); len(b) >= maxEntry {
		return b
	}
	n, _ := p.file.ReadAt(w.few[:min(maxEntry, max(0, p.end-at))], at)
	return w.few[:n]
}

// stream is what an object's stream begins, as much as one of its size can have.
func (w *window) stream(p *pack, e entry) []byte {
	n := min(int64(e.size)+int64(e.size)/1024+64, max(0, p.end-e.data))
	if b := w.has(p, e.data); int64(len(b)) >= n {
		return b
	}
	n = min(max(n, leastWindow), p.end-e.data)
	if int64(cap(w.b)) < n || cap(w.b) > maxWindow {
		w.b = make([]byte, n)
	}
	got, _ := p.file.ReadAt(w.b[:n], e.data)
	w.pack, w.at, w.b = p, e.data, w.b[:got]
	return w.b
}

// has is what the window has from an offset on.
func (w *window) has(p *pack, at int64) []byte {
	if w.pack != p || at < w.at || at-w.at > int64(len(w.b)) {
		return nil
	}
	return w.b[at-w.at:]
}

// inflater reads streams of zlib.
type inflater struct {
	in  bytes.Reader
	out io.ReadCloser
}

// inflate reads a stream, which has to be as long as out is, and checks its sum.
func (f *inflater) inflate(stream, out []byte) bool {
	f.in.Reset(stream)
	var err error
	if f.out == nil {
		f.out, err = zlib.NewReader(&f.in)
	} else {
		err = f.out.(zlib.Resetter).Reset(&f.in, nil)
	}
	if err != nil {
		f.out = nil
		return false
	}
	if _, err := io.ReadFull(f.out, out); err != nil {
		return false
	}
	var more [1]byte
	n, err := f.out.Read(more[:])
	return n == 0 && err == io.EOF
}
