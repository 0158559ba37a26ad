package linediff

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// pair is two versions of a file with what they share at both ends found.
// old[head:oldEnd] and now[head:nowEnd] are the middles; all four bounds are
// at line boundaries, and the last line of a version may lack its newline.
type pair struct {
	old, now       []byte
	head           int
	oldEnd, nowEnd int
}

// tailBlock is the unit in which git drops a common tail before it looks at
// lines, provided that no context is asked for.
const tailBlock = 1024

// align finds the common head and tail of two versions in whole lines, the
// head first: where the two compete for the same lines the head has them. It
// reports true when there is no difference.
func align(old, now []byte) (pair, bool) {
	if len(old) == len(now) && bytes.Equal(old, now) {
		return pair{}, true
	}
	tail := commonTail(old, now)
	cut := droppedTail(old, tail)
	tail -= cut
	p := pair{old: old[:len(old)-cut], now: now[:len(now)-cut]}
	n := commonHead(p.old, p.now)
	p.head = bytes.LastIndexByte(p.now[:n], '\n') + 1
	tail = min(tail, len(p.old)-p.head, len(p.now)-p.head)
	p.oldEnd, p.nowEnd = len(p.old)-tail, len(p.now)-tail
	if !p.lineStart(p.old, p.oldEnd) || !p.lineStart(p.now, p.nowEnd) {
		skip := tail
		if i := bytes.IndexByte(p.now[p.nowEnd:], '\n'); i >= 0 {
			skip = i + 1
		}
		p.oldEnd += skip
		p.nowEnd += skip
	}
	return p, false
}

// lineStart reports whether a line of the version begins at i, at or behind
// the common head.
func (p pair) lineStart(version []byte, i int) bool {
	return i == p.head || version[i-1] == '\n'
}

// droppedTail returns how many bytes of a common tail git leaves out before it
// compares: whole blocks, less what completes the first line in them. The end
// of what remains is the end of the file to everything that follows, which
// shows where a group of lines could move down across it.
func droppedTail(version []byte, tail int) int {
	blocks := tail - tail%tailBlock
	kept := bytes.IndexByte(version[len(version)-blocks:], '\n') + 1
	if kept == 0 {
		return 0
	}
	return blocks - kept
}

// block is the unit in which common ends are compared.
const block = 4096

// commonHead returns the number of bytes in which a and b agree from the
// beginning.
func commonHead(a, b []byte) int {
	n := min(len(a), len(b))
	a, b = a[:n], b[:n]
	i := 0
	for i+block <= n && bytes.Equal(a[i:i+block], b[i:i+block]) {
		i += block
	}
	for ; i+8 <= n; i += 8 {
		if x := binary.LittleEndian.Uint64(a[i:]) ^ binary.LittleEndian.Uint64(b[i:]); x != 0 {
			return i + bits.TrailingZeros64(x)/8
		}
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

// commonTail returns the number of bytes in which a and b agree from the end.
func commonTail(a, b []byte) int {
	n := min(len(a), len(b))
	a, b = a[len(a)-n:], b[len(b)-n:]
	i := n
	for i >= block && bytes.Equal(a[i-block:i], b[i-block:i]) {
		i -= block
	}
	for ; i >= 8; i -= 8 {
		if x := binary.LittleEndian.Uint64(a[i-8:]) ^ binary.LittleEndian.Uint64(b[i-8:]); x != 0 {
			return n - i + bits.LeadingZeros64(x)/8
		}
	}
	for i > 0 && a[i-1] == b[i-1] {
		i--
	}
	return n - i
}
