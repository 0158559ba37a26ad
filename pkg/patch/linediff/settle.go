package linediff

import "bytes"

// A script is held as gaps: unchanged line number k has gap k before it, and
// the last gap is behind the last of them. Both versions have the same
// unchanged lines, so that a gap of one lies opposite the gap of the same
// number in the other, and the size of a gap is the number of changed lines in
// it on that side.

// settle puts each group of changed lines where git puts it and returns the
// groups of the new version. Groups that cannot move need no more than the line
// on either side; the window grows for those that can.
func settle(p pair, m *middle) []Run {
	for extra := 4; ; extra *= 16 {
		old, before, behind := open(p.old, p.head, p.oldEnd, extra)
		now, _, _ := open(p.now, p.head, p.nowEnd, extra)
		oldGaps, nowGaps := gaps(m.oldGone, before, behind), gaps(m.nowGone, before, behind)
		settleSide(old, oldGaps, nowGaps)
		if !old.short {
			settleSide(now, nowGaps, oldGaps)
		}
		if !old.short && !now.short {
			return runs(now, nowGaps)
		}
	}
}

// gaps returns the sizes of the gaps, with unchanged lines around the middle.
func gaps(gone []bool, before, behind int) []int {
	g := make([]int, before+1, before+len(gone)+behind+1)
	for _, changed := range gone {
		if changed {
			g[len(g)-1]++
		} else {
			g = append(g, 0)
		}
	}
	return g[:len(g)+behind]
}

// runs returns the groups of changed lines.
func runs(w *window, gaps []int) []Run {
	var found []Run
	number := bytes.Count(w.src[:w.at[0]], []byte{'\n'}) + 1
	start := 0
	for _, size := range gaps {
		if size > 0 {
			found = append(found, Run{FirstLine: number + start, Start: w.at[start], End: w.at[start+size]})
		}
		start += size + 1
	}
	return found
}

// group is a group of changed lines in gap k, beginning at line start.
type group struct {
	w           *window
	gaps        []int
	k           int
	start, size int
}

func (g *group) end() int { return g.start + g.size }

// up moves the group up by a line: the line before it takes the place of its
// last one, which it equals. A group in the gap it comes to joins it.
func (g *group) up() bool {
	if !g.w.same(g.start-1, g.end()-1) {
		return false
	}
	g.gaps[g.k] = 0
	g.k--
	g.start -= 1 + g.gaps[g.k]
	g.size += g.gaps[g.k]
	g.gaps[g.k] = g.size
	return true
}

// down is up in the other direction.
func (g *group) down() bool {
	if !g.w.same(g.start, g.end()) {
		return false
	}
	g.gaps[g.k] = 0
	g.k++
	g.start++
	g.size += g.gaps[g.k]
	g.gaps[g.k] = g.size
	return true
}

// settleSide moves the groups of one version, from the first to the last.
// other is the gaps of the other version as they are at that time: those of
// the old version settle first.
func settleSide(w *window, own, other []int) {
	g := group{w: w, gaps: own}
	for g.k < len(own) && !w.short {
		g.size = own[g.k]
		if g.size > 0 {
			g.settle(other)
		}
		g.start += g.size + 1
		g.k++
	}
}

// settle moves one group. A group that can lie opposite changed lines of the
// other version does so, at the lowest such place: the two make one change. Any
// other group goes where the indentation suggests.
func (g *group) settle(other []int) {
	top, opposite := g.roam(other)
	switch {
	case g.end() == top:
	case opposite:
		for other[g.k] == 0 && g.up() {
		}
	default:
		for best := g.bestEnd(top); g.end() > best && g.up(); {
		}
	}
}

// roam moves the group up and then down as far as it goes, again while it
// meets other groups. It returns the end the group had at the top, and whether
// it came by changed lines of the other version.
func (g *group) roam(other []int) (top int, opposite bool) {
	for {
		size := g.size
		for g.up() {
		}
		top, opposite = g.end(), other[g.k] > 0
		for g.down() {
			opposite = opposite || other[g.k] > 0
		}
		if g.size == size {
			return top, opposite
		}
	}
}
