package linediff

// A group that can stand in several places goes where its two edges look most
// like the edges of a block of text: after blank lines, at little indentation.
// Every weight below is the one git uses, since any other would now and then
// choose another place.

const (
	maxSlide  = 100 // how many places are tried, from the lowest
	maxBlanks = 20  // how many blank lines are looked across
	maxIndent = 200

	indentWeight    = 60
	atTop           = 1
	atEnd           = 21
	perBlank        = -30
	perBlankBehind  = 6
	deeper          = -4
	deeperPastBlank = 10
	outer           = 24
	outerPastBlank  = 17
	lesser          = 23
	lesserPastBlank = 17
)

// badness is how bad a place is: lower is better.
type badness struct{ indent, penalty int }

// bestEnd returns where the group should end: from top, the end it has at its
// highest place, to where it stands, its lowest. Of equal places the lowest
// is best.
func (g *group) bestEnd(top int) int {
	from := max(top, g.end()-g.size-1, g.end()-maxSlide)
	best, least := from, g.badness(from)
	for end := from + 1; end <= g.end(); end++ {
		b := g.badness(end)
		if b.compare(least) <= 0 {
			best, least = end, b
		}
	}
	return best
}

func (b badness) compare(other badness) int {
	n := b.penalty - other.penalty
	switch {
	case b.indent > other.indent:
		n += indentWeight
	case b.indent < other.indent:
		n -= indentWeight
	}
	return n
}

func (g *group) badness(end int) badness {
	lower, upper := g.w.edge(end), g.w.edge(end-g.size)
	return badness{lower.depth() + upper.depth(), lower.penalty() + upper.penalty()}
}

// edge is the surroundings of the boundary before a line. An indentation is -1
// for a blank line and where there is no line.
type edge struct {
	end                        bool // there is no line behind
	indent                     int  // of the line behind
	blanksBefore, blanksBehind int  // the line behind not counted
	before, behind             int  // indentation of the next lines not blank
}

func (w *window) edge(i int) edge {
	e := edge{end: !w.exists(i), indent: -1}
	if !e.end {
		e.indent = indentation(w.line(i))
	}
	e.blanksBefore, e.before = w.look(i-1, -1)
	e.blanksBehind, e.behind = w.look(i+1, 1)
	return e
}

// look counts the blank lines from i on in one direction and returns the
// indentation of the first line that is not blank. Many blank lines end the
// look with an indentation of 0.
func (w *window) look(i, step int) (blanks, indent int) {
	if i > w.count() { // beyond a boundary at the end of the file
		return 0, -1
	}
	for ; w.exists(i); i += step {
		if indent = indentation(w.line(i)); indent >= 0 {
			return blanks, indent
		}
		if blanks++; blanks == maxBlanks {
			return blanks, 0
		}
	}
	return blanks, -1
}

// indentation returns the width of the white space a line begins with, or -1
// for a blank line.
func indentation(line []byte) int {
	n := 0
	for _, c := range line {
		switch c {
		case ' ':
			n++
		case '\t':
			n += 8 - n%8
		case '\n', '\r':
		default:
			return n
		}
		if n >= maxIndent {
			return maxIndent
		}
	}
	return -1
}

// depth is the indentation of the first line behind that is not blank.
func (e edge) depth() int {
	if e.indent >= 0 {
		return e.indent
	}
	return e.behind
}

func (e edge) penalty() int {
	n := 0
	if e.before < 0 && e.blanksBefore == 0 {
		n += atTop
	}
	if e.end {
		n += atEnd
	}
	behind := 0
	if e.indent < 0 {
		behind = 1 + e.blanksBehind
	}
	blanks := e.blanksBefore + behind
	return n + perBlank*blanks + perBlankBehind*behind + e.step(blanks > 0)
}

// step is the part of the penalty for a change of indentation.
func (e edge) step(pastBlank bool) int {
	depth := e.depth()
	switch {
	case depth < 0 || e.before < 0 || depth == e.before:
		return 0
	case depth > e.before:
		return choose(pastBlank, deeperPastBlank, deeper)
	case e.behind > depth: // the block goes on, as with an "else"
		return choose(pastBlank, outerPastBlank, outer)
	default:
		return choose(pastBlank, lesserPastBlank, lesser)
	}
}

func choose(b bool, yes, no int) int {
	if b {
		return yes
	}
	return no
}
