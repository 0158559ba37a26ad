package shell

import (
	"sort"

	"mvdan.cc/sh/v3/syntax"
)

// reader reads one script: the whole, or one within it.
type reader struct {
	*state
	text    string
	spans   []span // where the text was written; nil for the whole script
	dialect Dialect
	level   int      // of scripts around this one
	via     []string // what runs it

	vars      map[string][]string
	functions map[string]*function
	maybe     int       // above 0 where it is not certain that a command is run
	calling   *function // whose body is read
	quiet     bool      // only variables and functions are noted
	bodies    []body    // of functions, read at the end, when variables are known
}

// function is what is known of a function of the script.
type function struct {
	calls [][]field // commands in it that are given its arguments: kubectl "$@"
	busy  bool      // it is being called
}

type body struct {
	function *function
	stmt     *syntax.Stmt
}

// read lists the commands of the text.
func (r *reader) read() {
	statements, rest, err := complete(r.text, r.dialect)
	if err != nil && r.dialect != Bash { // what the parser does not know of a dialect Bash often has
		if again, end, none := complete(r.text, Bash); none == nil {
			statements, rest, err = again, end, nil
		}
	}
	r.statements(statements)
	r.finish()
	if err != nil {
		at := r.place(offsetOf(err, rest))
		r.fail(at, reason(err))
		r.raw(min(rest, len(r.text)))
	}
}

// finish lists the commands of functions.
func (r *reader) finish() {
	r.maybe++
	for _, b := range r.bodies {
		r.body(b)
	}
	r.maybe--
}

func (r *reader) body(b body) {
	before := r.calling
	r.calling = b.function
	r.stmt(b.stmt, nil)
	r.calling = before
}

// origin returns where a part of the text was written in the script.
func (r *reader) origin(from, to syntax.Pos) (int, int) {
	return r.place(int(from.Offset())), r.placeEnd(int(to.Offset()))
}

// place turns an offset of the text into one of the script.
func (r *reader) place(off int) int {
	if r.spans == nil {
		return off
	}
	i := sort.Search(len(r.spans), func(i int) bool { return r.spans[i].at > off }) - 1
	if i < 0 {
		return r.spans[0].from
	}
	s := r.spans[i]
	if s.n == s.to-s.from {
		return min(s.from+off-s.at, s.to)
	}
	return s.from
}

// placeEnd is place for the end of something. The parser counts the carriage return before a line break to what is before.
func (r *reader) placeEnd(off int) int {
	if off > 1 && off <= len(r.text) && r.text[off-1] == '\r' {
		off--
	}
	if r.spans == nil || off == 0 {
		return r.place(off)
	}
	i := sort.Search(len(r.spans), func(i int) bool { return r.spans[i].at > off-1 }) - 1
	if i >= 0 && r.spans[i].n != r.spans[i].to-r.spans[i].from {
		return r.spans[i].to
	}
	return r.place(off-1) + 1
}
