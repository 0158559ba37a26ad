package packs

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"sort"
)

const (
	idSize     = 20
	indexHead  = 8 + 256*4
	indexTail  = 2 * idSize // the sums of the pack and of the index
	indexMagic = "\xfftOc\x00\x00\x00\x02"
	longBit    = 1 << 31 // of an offset: the rest is the number of one with 8 bytes
	nearby     = 1 << 10 // so much of a sorted list is read at once, in bytes
	maxWhole   = 8 << 20 // an index of so many bytes is kept in memory
)

// index tells where the objects of a pack are. Of a large one only the table at its beginning is kept in memory.
type index struct {
	file   *os.File
	in     io.ReaderAt
	fanout [256]uint32 // how many ids begin with this byte or a lower one
	longs  int64       // how many offsets of 8 bytes there are
	pack   [idSize]byte
}

// openIndex reads the head of an index of version 2. It is nil when the file is not as long as such an index has to be.
func openIndex(file *os.File, size int64) *index {
	x := &index{file: file, in: file}
	if size <= maxWhole {
		text := make([]byte, size)
		if _, err := file.ReadAt(text, 0); err != nil {
			return nil
		}
		x.in = bytes.NewReader(text)
	}
	var head [indexHead]byte
	if _, err := x.in.ReadAt(head[:], 0); err != nil || string(head[:8]) != indexMagic {
		return nil
	}
	last := uint32(0)
	for i := range x.fanout {
		x.fanout[i] = binary.BigEndian.Uint32(head[8+4*i:])
		if x.fanout[i] < last {
			return nil
		}
		last = x.fanout[i]
	}
	rest := size - indexHead - indexTail - x.count()*(idSize+4+4)
	if rest < 0 || rest%8 != 0 || rest/8 > x.count() {
		return nil
	}
	x.longs = rest / 8
	if _, err := x.in.ReadAt(x.pack[:], size-indexTail); err != nil {
		return nil
	}
	return x
}

func (x *index) count() int64 { return int64(x.fanout[255]) }

// find is the offset of an object in the pack; 0, where the pack's head is, when it is not there.
func (x *index) find(id []byte) int64 {
	lo, hi := int64(0), int64(x.fanout[id[0]])
	if id[0] > 0 {
		lo = int64(x.fanout[id[0]-1])
	}
	var room [nearby]byte
	for (hi-lo)*idSize > nearby {
		mid := lo + (hi-lo)/2
		name := room[:idSize]
		if _, err := x.in.ReadAt(name, indexHead+mid*idSize); err != nil {
			return 0
		}
		if bytes.Compare(name, id) <= 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	names := room[:(hi-lo)*idSize]
	if _, err := x.in.ReadAt(names, indexHead+lo*idSize); err != nil {
		return 0
	}
	name := func(i int) []byte { return names[i*idSize : (i+1)*idSize] }
	i := sort.Search(int(hi-lo), func(i int) bool { return bytes.Compare(name(i), id) >= 0 })
	if i == int(hi-lo) || !bytes.Equal(name(i), id) {
		return 0
	}
	return x.offset(lo + int64(i))
}

// offset is where the object with a number is.
func (x *index) offset(number int64) int64 {
	offsets := indexHead + x.count()*(idSize+4)
	var b [8]byte
	if _, err := x.in.ReadAt(b[:4], offsets+number*4); err != nil {
		return 0
	}
	at := int64(binary.BigEndian.Uint32(b[:4]))
	if at < longBit {
		return at
	}
	if at -= longBit; at >= x.longs {
		return 0
	}
	if _, err := x.in.ReadAt(b[:], offsets+x.count()*4+at*8); err != nil {
		return 0
	}
	return max(0, int64(binary.BigEndian.Uint64(b[:])))
}
