package repo

import (
	"cmp"
	"hash/maphash"
	"slices"
)

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
	return share(common, a.size, b.size)
}

func share(common, a, b int) float64 { return float64(common) / float64(max(a, b, 1)) }
