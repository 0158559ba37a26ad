package linediff

import "math"

// The search is the linear-space variant of Myers, An O(ND) Difference
// Algorithm and Its Variations (1986): paths grow from both corners of the
// edit graph at once, and where two meet the graph is divided. Which of several
// shortest scripts results depends on details the paper leaves open. They are
// settled as git settles them: diagonals are visited from the highest to the
// lowest, forward paths go first, at a tie a forward path goes on by deleting
// and a backward one by inserting, and common ends of a box are taken first.

// maxCost is the number of rounds git is certain to search without giving up
// on the shortest script; each round adds one edit at either end. Once it has
// divided a box on a shortest path it searches the parts to their ends.
const maxCost = 256

// box is a part of the edit graph: the lines a[aLo:aHi] against b[bLo:bHi].
type box struct{ aLo, aHi, bLo, bHi int }

type solver struct {
	a, b         []int32
	aGone, bGone []bool
	ahead, back  []int // furthest index in a, by diagonal (index in a - in b)
	zero         int   // where diagonal 0 is
}

func newSolver(a, b []int32) *solver {
	diagonals := len(a) + len(b) + 3
	return &solver{
		a: a, b: b,
		aGone: make([]bool, len(a)), bGone: make([]bool, len(b)),
		ahead: make([]int, diagonals), back: make([]int, diagonals),
		zero: len(b) + 1,
	}
}

// solve marks the lines of the box that are not on a shortest path. Bounded, it
// reports false when that takes more than maxCost rounds.
func (s *solver) solve(x box, bounded bool) bool {
	for x.aLo < x.aHi && x.bLo < x.bHi && s.a[x.aLo] == s.b[x.bLo] {
		x.aLo++
		x.bLo++
	}
	for x.aLo < x.aHi && x.bLo < x.bHi && s.a[x.aHi-1] == s.b[x.bHi-1] {
		x.aHi--
		x.bHi--
	}
	if x.aLo == x.aHi || x.bLo == x.bHi {
		fill(s.aGone[x.aLo:x.aHi])
		fill(s.bGone[x.bLo:x.bHi])
		return true
	}
	i, j, ok := s.divide(x, bounded)
	if !ok {
		return false
	}
	return s.solve(box{x.aLo, i, x.bLo, j}, false) && s.solve(box{i, x.aHi, j, x.bHi}, false)
}

func fill(gone []bool) {
	for i := range gone {
		gone[i] = true
	}
}

// span is the diagonals reached so far in one direction, of those in a box.
type span struct{ lo, hi, min, max int }

// widen adds a diagonal at each end, or takes one off where the box ends. A new
// diagonal gets a neighbour no path comes from.
func (d *span) widen(reached []int, zero, never int) {
	if d.lo > d.min {
		d.lo--
		reached[zero+d.lo-1] = never
	} else {
		d.lo++
	}
	if d.hi < d.max {
		d.hi++
		reached[zero+d.hi+1] = never
	} else {
		d.hi--
	}
}

func (d *span) has(k int) bool { return d.lo <= k && k <= d.hi }

// divide returns a point on a shortest path through the box.
func (s *solver) divide(x box, bounded bool) (i, j int, ok bool) {
	least, most := x.aLo-x.bHi, x.aHi-x.bLo
	first, last := x.aLo-x.bLo, x.aHi-x.bHi
	fwd, bwd := span{first, first, least, most}, span{last, last, least, most}
	s.ahead[s.zero+first], s.back[s.zero+last] = x.aLo, x.aHi
	odd := (first-last)%2 != 0
	for cost := 1; !bounded || cost <= maxCost; cost++ {
		fwd.widen(s.ahead, s.zero, -1)
		for k := fwd.hi; k >= fwd.lo; k -= 2 {
			i = s.forward(x, k)
			if odd && bwd.has(k) && s.back[s.zero+k] <= i {
				return i, i - k, true
			}
		}
		bwd.widen(s.back, s.zero, math.MaxInt)
		for k := bwd.hi; k >= bwd.lo; k -= 2 {
			i = s.backward(x, k)
			if !odd && fwd.has(k) && i <= s.ahead[s.zero+k] {
				return i, i - k, true
			}
		}
	}
	return 0, 0, false
}

// forward extends the path on diagonal k by one edit and what is equal then.
func (s *solver) forward(x box, k int) int {
	i := s.ahead[s.zero+k+1]
	if del := s.ahead[s.zero+k-1]; del >= i {
		i = del + 1
	}
	for i < x.aHi && i-k < x.bHi && s.a[i] == s.b[i-k] {
		i++
	}
	s.ahead[s.zero+k] = i
	return i
}

// backward is forward from the other corner.
func (s *solver) backward(x box, k int) int {
	i := s.back[s.zero+k-1]
	if del := s.back[s.zero+k+1]; i >= del {
		i = del - 1
	}
	for i > x.aLo && i-k > x.bLo && s.a[i-1] == s.b[i-k-1] {
		i--
	}
	s.back[s.zero+k] = i
	return i
}
