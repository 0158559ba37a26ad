package linediff_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// shape returns a line that is blank or has some indentation.
func (g *generator) shape(letters int) []byte {
	switch g.r.IntN(12) {
	case 0, 1, 2:
		return []byte([]string{"\n", "  \n", "\t\r\n", "\n"}[g.r.IntN(4)])
	case 3:
		return []byte("\t \tx\n")
	case 4:
		return []byte("\v\n")
	}
	indent := g.r.IntN(4)
	if g.r.IntN(30) == 0 {
		indent = 195 + g.r.IntN(10)
	}
	return fmt.Appendf(nil, "%s%c\n", strings.Repeat(" ", indent), 'a'+g.r.IntN(letters))
}

func (g *generator) shapes(n, letters int) []byte {
	var b []byte
	for range n {
		b = append(b, g.shape(letters)...)
	}
	return b
}

// blanks returns enough blank lines, now and then, to end a look across them.
func (g *generator) blanks() []byte {
	if g.r.IntN(6) > 0 {
		return nil
	}
	return bytes.Repeat([]byte("\n"), g.r.IntN(24))
}

// sliding returns a pair that differs by one more turn of a period: the group
// can stand anywhere in what is periodic, at all kinds of edges.
func (g *generator) sliding() pair {
	period := slices.Concat(g.shapes(1+g.r.IntN(6), 5), g.blanks())
	turns := func(n int) []byte { return bytes.Repeat(period, n) }
	head, tail := g.shapes(g.r.IntN(3), 3), g.shapes(g.r.IntN(3), 3)
	part := split(period)
	cut := g.r.IntN(len(part))
	head = append(head, part[cut:].join()...)
	tail = append(part[:g.r.IntN(len(part))].join(), tail...)
	n := g.r.IntN(4)
	old := slices.Concat(head, turns(n), tail)
	now := slices.Concat(head, turns(n+1+g.r.IntN(2)), tail)
	if g.r.IntN(3) == 0 { // another change nearby, for groups to meet
		old = edit(g.r, kinds[g.r.IntN(len(kinds))], old)
	}
	if g.r.IntN(2) == 0 {
		old, now = now, old
	}
	return pair{"sliding", old, now}
}

// farSliding returns a pair whose group can slide farther than git tries.
func (g *generator) farSliding() pair {
	period := g.shapes(80+g.r.IntN(120), 20)
	copies := bytes.Repeat(period, 3)
	tail := g.shapes(g.r.IntN(5), 5)
	return pair{"sliding far", append(bytes.Repeat(period, 1+g.r.IntN(2)), tail...), append(copies, tail...)}
}

// wideDrowning is drowning with stretches wider than git looks.
func (g *generator) wideDrowning() pair {
	own := func(name string, n int) []byte {
		var b []byte
		for i := range n {
			b = fmt.Appendf(b, "%s%d\n", name, i)
		}
		return b
	}
	tail := bytes.Repeat([]byte("}\n\n"), 40)
	side := func(name string) []byte {
		few := bytes.Repeat([]byte("}\n\n"), g.r.IntN(24))
		return slices.Concat(own(name, g.r.IntN(8)), few, []byte("}\n"), own(name+"x", g.r.IntN(130)), []byte("mid\n"), few, own(name+"y", 60+g.r.IntN(60)), few, own(name+"z", g.r.IntN(120)), tail)
	}
	return pair{"frequent lines, wide", side("p"), side("q")}
}
