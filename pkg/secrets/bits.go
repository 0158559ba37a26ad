package secrets

import mathbits "math/bits"

// bits is a set of small numbers. Sets that are combined have the same size.
type bits []uint64

func newBits(n int) bits { return make(bits, (n+63)/64) }

func (b bits) set(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bits) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }

func (b bits) add(c bits) {
	for i, w := range c {
		b[i] |= w
	}
}

// each calls do for every number of the set, in order.
func (b bits) each(do func(i int)) {
	for i, w := range b {
		for ; w != 0; w &= w - 1 {
			do(i*64 + mathbits.TrailingZeros64(w))
		}
	}
}
