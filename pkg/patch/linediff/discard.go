package linediff

import "math/bits"

// Before it searches, git sets lines aside as changed: those which do not occur
// in the other file, and among them those which occur there too often to tell
// anything. "The other file" is the whole file and not just its middle.

// census is how often the lines of the middles occur in the common ends, and
// the length of both versions. What is common counts for both alike.
type census struct {
	common             []int32
	oldLines, nowLines int
}

func (m *middle) census() census {
	c := census{common: make([]int32, m.names.count())}
	ends := m.names.survey(m.pair.now[:m.pair.head], c.common)
	ends += m.names.survey(m.pair.now[m.pair.nowEnd:], c.common)
	c.oldLines, c.nowLines = ends+len(m.old), ends+len(m.now)
	return c
}

// survey adds the occurrences of the named lines in text to counts and returns
// the number of lines in it.
func (n *names) survey(text []byte, counts []int32) int {
	lines := 0
	for ; len(text) > 0; lines++ {
		line := firstLine(text)
		text = text[len(line):]
		if id := n.lookup(line); id >= 0 {
			counts[id]++
		}
	}
	return lines
}

// What a line's occurrences in the other file make of it.
const (
	absent = iota
	useful
	frequent
)

// limit is the number of occurrences from which a line is frequent in a file
// of n lines: a power of two next to the root of n, and 1024 at most.
func limit(n int) int32 {
	return int32(min(1<<((bits.Len(uint(n))+1)/2), 1024))
}

// keep returns the indices of the lines that take part in the search and marks
// the others gone. other is how often a line occurs in the other middle, size
// the number of lines in the whole file these lines are from.
func keep(lines, other []int32, c census, size int, gone []bool) []int {
	often := limit(size)
	kinds := make([]byte, len(lines))
	for i, id := range lines {
		switch n := other[id] + c.common[id]; {
		case n >= often:
			kinds[i] = frequent
		case n > 0:
			kinds[i] = useful
		}
	}
	kept := make([]int, 0, len(lines))
	for i, kind := range kinds {
		gone[i] = kind == absent || kind == frequent && drowned(kinds, i)
		if !gone[i] {
			kept = append(kept, i)
		}
	}
	return kept
}

const (
	reach = 100 // how far around a frequent line git looks
	share = 4   // the frequent lines have to be fewer than one in share
)

// drowned reports whether the frequent line i is set aside: it stands in a
// stretch without useful lines, with absent ones on both sides of it, and the
// frequent ones are few among them (the line itself counts twice).
func drowned(kinds []byte, i int) bool {
	before, often := stretch(kinds[max(0, i-reach):i], true)
	if before == 0 {
		return false
	}
	after, more := stretch(kinds[i+1:min(len(kinds), i+1+reach)], false)
	if after == 0 {
		return false
	}
	often += more + 2
	return often*share < often+before+after
}

// stretch counts the absent and the frequent lines up to the first useful one,
// from the end of kinds or from its beginning.
func stretch(kinds []byte, fromEnd bool) (none, often int) {
	for i := range kinds {
		if fromEnd {
			i = len(kinds) - 1 - i
		}
		switch kinds[i] {
		case absent:
			none++
		case frequent:
			often++
		default:
			return none, often
		}
	}
	return none, often
}

// mayDiscard reports whether a line that has a counterpart in the other middle
// could be set aside, whatever its frequency. By drowned that takes absent
// lines on both sides within reach, and more of them than (share-1)*2. Only
// lines that are not in the other middle can be absent from the other file.
func mayDiscard(gone []bool) bool {
	before, after := 0, 0
	for i := 0; i < min(reach, len(gone)); i++ {
		after += one(gone[i])
	}
	for i, g := range gone {
		after -= one(g)
		if i+reach < len(gone) {
			after += one(gone[i+reach])
		}
		if !g && before > 0 && after > 0 && before+after > (share-1)*2 {
			return true
		}
		before += one(g)
		if i >= reach {
			before -= one(gone[i-reach])
		}
	}
	return false
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
