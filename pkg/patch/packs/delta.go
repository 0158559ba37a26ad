package packs

// delta is a row of instructions that make one content of another: to copy a stretch of it, or to insert what follows.
type delta struct{ rest []byte }

// openDelta reads how long the content that a delta is from has to be, and how long the one that it makes is.
func openDelta(b []byte) (d delta, from, to int, ok bool) {
	d = delta{b}
	from, ok1 := d.number()
	to, ok2 := d.number()
	return d, from, to, ok1 && ok2
}

func (d *delta) number() (n int, ok bool) {
	for i, c := range d.rest {
		if i == 5 {
			break
		}
		n |= int(c&0x7f) << (7 * i)
		if c < 0x80 {
			d.rest = d.rest[i+1:]
			return n, true
		}
	}
	return 0, false
}

// apply makes the content, which fills out exactly.
func (d *delta) apply(base, out []byte) bool {
	for len(d.rest) > 0 {
		op := d.rest[0]
		d.rest = d.rest[1:]
		var part []byte
		if op < 0x80 {
			n := int(op)
			if n == 0 || n > len(d.rest) {
				return false
			}
			part, d.rest = d.rest[:n], d.rest[n:]
		} else {
			from, n, ok := d.stretch(op)
			if !ok || from < 0 || from > len(base) || n > len(base)-from {
				return false
			}
			part = base[from : from+n]
		}
		if len(part) > len(out) {
			return false
		}
		out = out[copy(out, part):]
	}
	return len(out) == 0
}

// stretch reads what is copied: bits of the instruction tell which bytes of the offset and of the length follow.
func (d *delta) stretch(op byte) (from, n int, ok bool) {
	for i := range 7 {
		if op>>i&1 == 0 {
			continue
		}
		if len(d.rest) == 0 {
			return 0, 0, false
		}
		if i < 4 {
			from |= int(d.rest[0]) << (8 * i)
		} else {
			n |= int(d.rest[0]) << (8 * (i - 4))
		}
		d.rest = d.rest[1:]
	}
	if n == 0 {
		n = 0x10000
	}
	return from, n, true
}
