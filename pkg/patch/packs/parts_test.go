package packs

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestRing compares what is kept with copies: nothing that may be used changes, and the newest contents are there.
func TestRing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		size := r.IntN(2000)
		c, copies, turn := newRing(size), map[place][]byte{}, map[place][]byte{}
		for i := range 500 {
			at := place{nil, int64(i)}
			text := c.room(at, r.IntN(size/3+2))
			for j := range text {
				text[j] = byte(r.Uint32())
			}
			copies[at], turn[at] = bytes.Clone(text), text
			if old := (place{nil, int64(r.IntN(i + 1))}); old != at {
				if text, ok := c.get(old); ok {
					turn[old] = text
				}
			}
			for at, text := range turn {
				if !bytes.Equal(text, copies[at]) {
					t.Fatalf("size %d: content %d is not what it was", size, at.at)
				}
			}
			if len(text) <= size/4 && len(turn) == 1 {
				if _, ok := c.get(at); !ok {
					t.Fatalf("size %d: content %d of %d bytes is not kept", size, at.at, len(text))
				}
			}
			if r.IntN(3) == 0 {
				c.Trim()
				clear(turn)
			}
		}
	}
}

// FuzzDelta: a delta that makes no sense is refused, however it is wrong.
func FuzzDelta(f *testing.F) {
	f.Add([]byte("hello"), []byte("\x05\x07\x90\x05\x02ab"))
	f.Add([]byte("hello"), []byte("\x05\x03\x91\x02\x03"))
	f.Add([]byte(""), []byte("\x00\x00"))
	f.Add([]byte("x"), []byte("\x01\x01\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, base, text []byte) {
		d, from, to, ok := openDelta(text)
		if !ok || from != len(base) || to < 0 || to > 1<<20 {
			return
		}
		d.apply(base, make([]byte, to))
	})
}

func TestDelta(t *testing.T) {
	d, from, to, ok := openDelta([]byte("\x05\x07\x90\x05\x02ab"))
	out := make([]byte, to)
	if !ok || from != 5 || !d.apply([]byte("hello"), out) || string(out) != "helloab" {
		t.Errorf("%d, %q, %v", from, out, ok)
	}
	for _, bad := range []string{"\x05\x07\x90\x05", "\x05\x07\x90\x05\x03ab", "\x05\x07\x90\x06\x01a", "\x05\x07\x00", "\x05\x02\x90\x05", "\x05\x01\xff"} {
		d, _, to, ok := openDelta([]byte(bad))
		if ok && d.apply([]byte("hello"), make([]byte, to)) {
			t.Errorf("%q is applied", bad)
		}
	}
}

// FuzzEntry: the head of an object may be anything.
func FuzzEntry(f *testing.F) {
	f.Add([]byte("\xb5\x0a"), int64(100))
	f.Add([]byte("\x65\x05"), int64(100))
	f.Add([]byte("\xe5\xff\xff\xff\xff\xff\xff\xff\xff\xff"), int64(1<<40))
	f.Add([]byte("\x6f\xff\xff\xff\xff\xff\xff\xff\x7f"), int64(1<<62))
	f.Fuzz(func(t *testing.T, head []byte, at int64) {
		if len(head) > maxEntry || at < packHead || at > 1<<62 {
			return
		}
		p := &pack{index: &index{in: bytes.NewReader(nil)}}
		e, ok := p.parseEntry(head, at)
		if ok && (e.size < 0 || e.data <= at || e.kind != kindBlob && (e.base <= 0 || e.base >= at)) {
			t.Errorf("%+v", e)
		}
	})
}
