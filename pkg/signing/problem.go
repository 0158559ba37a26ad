package signing

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// maxProblems is how many problems of one file are told apart; the last one then says how many more there are. A hostile
// file would otherwise be answered with many times its own size.
const maxProblems = 100

// Problem is a line (or block) of a trust file that could not be read. It never quotes key material.
type Problem struct {
	Line    int // from 1; 0 for the file as a whole
	Message string
}

type problems struct {
	list []Problem
	more int
}

func (p *problems) add(line int, format string, args ...any) {
	if len(p.list) >= maxProblems {
		p.more++
		return
	}
	p.list = append(p.list, Problem{Line: line, Message: fmt.Sprintf(format, args...)})
}

func (p *problems) all() []Problem {
	if p.more > 0 {
		return append(p.list, Problem{Message: fmt.Sprintf("%d more problems: correct the first ones, and check again", p.more)})
	}
	return p.list
}

// tooLarge is the problem of a file of which nothing is read.
func tooLarge(size, limit int) []Problem {
	return []Problem{{Message: fmt.Sprintf("the file has %d bytes, at most %d are read: split off what is not needed", size, limit)}}
}

// printable reports whether a text from a trust file or a signature can be shown and compared as it is: invalid UTF-8
// turns into something else on its way through JSON, and control characters redraw a terminal.
func printable(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}
