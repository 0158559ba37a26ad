package linediff

import "slices"

// middle is the lines between the common ends, numbered so that equal lines
// have equal numbers in both versions, and which of them are changed.
type middle struct {
	pair             pair
	names            *names
	old, now         []int32
	oldGone, nowGone []bool  // not matched by a line of the other version
	inOld, inNow     []int32 // occurrences in the middles, by number
}

// newMiddle numbers the lines of both middles. When one of them is empty
// nothing needs a number: every line of the other is changed.
func newMiddle(p pair) *middle {
	m := &middle{pair: p}
	oldLines, nowLines := lineCount(p.old[p.head:p.oldEnd]), lineCount(p.now[p.head:p.nowEnd])
	m.oldGone, m.nowGone = make([]bool, oldLines), make([]bool, nowLines)
	if oldLines == 0 || nowLines == 0 {
		return m
	}
	m.names = newNames(oldLines + nowLines)
	m.old = m.names.number(make([]int32, 0, oldLines), p.old[p.head:p.oldEnd])
	m.now = m.names.numberLike(m.old, make([]int32, 0, nowLines), p.now[p.head:p.nowEnd])
	m.inOld, m.inNow = tally(m.old, m.names.count()), tally(m.now, m.names.count())
	return m
}

func tally(lines []int32, names int) []int32 {
	n := make([]int32, names)
	for _, id := range lines {
		n[id]++
	}
	return n
}

// match decides which lines are changed. It reports false when git might not
// have found a shortest script.
//
// The two plain cases need no search. Without a line in common everything is
// changed. And if the lines in common come in the same order and number in
// both middles, the longest common subsequence is exactly these: it cannot
// have more, and matching fewer is not longest. Git finds that one as long as
// it neither gives up (few lines are left over, so it does not) nor discards a
// line in common beforehand (see mayDiscard).
func (m *middle) match() bool {
	m.plain()
	if m.names == nil {
		return true
	}
	oldRest, nowRest := rest(m.old, m.oldGone), rest(m.now, m.nowGone)
	if len(oldRest) == 0 {
		return true
	}
	left := len(m.old) - len(oldRest) + len(m.now) - len(nowRest)
	if left <= 2*maxCost && slices.Equal(oldRest, nowRest) && !mayDiscard(m.oldGone) && !mayDiscard(m.nowGone) {
		return true
	}
	return m.search()
}

// plain marks the lines that do not occur in the other middle at all.
func (m *middle) plain() {
	if m.names == nil {
		for i := range m.oldGone {
			m.oldGone[i] = true
		}
		for i := range m.nowGone {
			m.nowGone[i] = true
		}
		return
	}
	for i, id := range m.old {
		m.oldGone[i] = m.inNow[id] == 0
	}
	for i, id := range m.now {
		m.nowGone[i] = m.inOld[id] == 0
	}
}

func rest(lines []int32, gone []bool) []int32 {
	kept := make([]int32, 0, len(lines))
	for i, id := range lines {
		if !gone[i] {
			kept = append(kept, id)
		}
	}
	return kept
}

// search marks the changed lines as git does it: some are discarded, the rest
// goes through the search for a shortest script.
func (m *middle) search() bool {
	c := m.census()
	oldKept := keep(m.old, m.inNow, c, c.oldLines, m.oldGone)
	nowKept := keep(m.now, m.inOld, c, c.nowLines, m.nowGone)
	s := newSolver(pick(m.old, oldKept), pick(m.now, nowKept))
	if !s.solve(box{0, len(s.a), 0, len(s.b)}, true) {
		return false
	}
	for i, at := range oldKept {
		m.oldGone[at] = s.aGone[i]
	}
	for i, at := range nowKept {
		m.nowGone[at] = s.bGone[i]
	}
	return true
}

func pick(lines []int32, at []int) []int32 {
	picked := make([]int32, len(at))
	for i, j := range at {
		picked[i] = lines[j]
	}
	return picked
}
