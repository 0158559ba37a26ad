package linediff

import (
	"bytes"
	"hash/maphash"
	"slices"
)

// names numbers distinct lines. A line is its bytes with the newline, so that
// a last line without one differs from the same line with one.
type names struct {
	seed  maphash.Seed
	slots []int32 // number + 1, by hash; open addressing
	hash  []uint64
	lines [][]byte
	looks [256]uint64 // which lengths (mod 64) occur, by look
}

func newNames(lines int) *names {
	size := 16
	for size < 2*lines {
		size *= 2
	}
	return &names{
		seed: maphash.MakeSeed(), slots: make([]int32, size),
		hash: make([]uint64, 0, lines), lines: make([][]byte, 0, lines),
	}
}

func (n *names) count() int { return len(n.lines) }

// number appends the numbers of the lines in text to ids.
func (n *names) number(ids []int32, text []byte) []int32 {
	for len(text) > 0 {
		line := firstLine(text)
		text = text[len(line):]
		ids = append(ids, n.add(line))
	}
	return ids
}

// numberLike is number for a text much like one that is numbered already: the
// line that followed the last one there is the likely next one, and comparing
// is cheaper than hashing.
func (n *names) numberLike(like, ids []int32, text []byte) []int32 {
	next := 0
	for len(text) > 0 {
		if next < len(like) {
			if line := n.lines[like[next]]; bytes.HasPrefix(text, line) && whole(line, text) {
				text = text[len(line):]
				ids = append(ids, like[next])
				next++
				continue
			}
		}
		line := firstLine(text)
		text = text[len(line):]
		id := n.add(line)
		ids = append(ids, id)
		if at := ahead(like[min(next, len(like)):], id); at >= 0 {
			next += at + 1
		}
	}
	return ids
}

// whole reports whether a line that text begins with ends where that of the
// text does.
func whole(line, text []byte) bool {
	return line[len(line)-1] == '\n' || len(line) == len(text)
}

// ahead returns the index of id among the next few ids, or -1.
func ahead(next []int32, id int32) int {
	return slices.Index(next[:min(len(next), 32)], id)
}

// find returns the slot of a line: its own, or the free one it would take.
func (n *names) find(line []byte) (slot int, hash uint64) {
	hash = maphash.Bytes(n.seed, line)
	mask := uint64(len(n.slots) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		id := n.slots[at] - 1
		if id < 0 || n.hash[id] == hash && bytes.Equal(n.lines[id], line) {
			return int(at), hash
		}
	}
}

func (n *names) add(line []byte) int32 {
	slot, hash := n.find(line)
	if n.slots[slot] == 0 {
		n.hash, n.lines = append(n.hash, hash), append(n.lines, line)
		n.slots[slot] = int32(len(n.lines))
		n.looks[look(line)] |= 1 << (len(line) % 64)
	}
	return n.slots[slot] - 1
}

// look is the byte in the middle of a line: with its length it tells most
// lines apart without reading them.
func look(line []byte) byte { return line[len(line)/2] }

// lookup returns the number of a line, or -1.
func (n *names) lookup(line []byte) int32 {
	if n.looks[look(line)]>>(len(line)%64)&1 == 0 {
		return -1
	}
	slot, _ := n.find(line)
	return n.slots[slot] - 1
}

// firstLine returns the first line of a text that is not empty.
func firstLine(text []byte) []byte {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return text[:i+1]
	}
	return text
}

// lineCount returns the number of lines; one without newline counts.
func lineCount(text []byte) int {
	n := bytes.Count(text, []byte{'\n'})
	if len(text) > 0 && text[len(text)-1] != '\n' {
		n++
	}
	return n
}
