package shell

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"
)

// source gives a script to the parser in small portions. The parser calls itself for whatever is nested, and a goroutine
// whose stack overflows ends the program: before each portion the stack is looked at.
type source struct{ rest string }

const (
	portion   = 1024
	maxFrames = 6_000 // some hundred levels of nesting
)

var errDeep = errors.New("it is nested too deeply")

func (s *source) Read(b []byte) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	var pc [1]uintptr
	if runtime.Callers(maxFrames, pc[:]) > 0 {
		return 0, errDeep
	}
	n := copy(b[:min(len(b), portion)], s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// parsers are kept for the next script: each has its buffers.
var parsers [Bats + 1]sync.Pool

// parse reads statements as far as they can be parsed. rest is the offset of the first byte that was not read, the text's
// length when err is nil.
func parse(script string, dialect Dialect) (statements []*syntax.Stmt, rest int, err error) {
	pool := &parsers[min(dialect, Bats)]
	p, _ := pool.Get().(*syntax.Parser)
	if p == nil {
		p = syntax.NewParser(syntax.Variant(variants[dialect]))
	}
	for stmt, e := range p.StmtsSeq(&source{script}) {
		switch { // the parser may go on behind an error, to the next
		case e != nil && err == nil:
			err = e
		case err == nil:
			statements = append(statements, stmt)
		}
	}
	pool.Put(p)
	if err == nil {
		return statements, len(script), nil
	}
	if n := len(statements); n > 0 {
		rest = min(int(end(statements[n-1])), len(script))
	}
	return statements, rest, err
}

// end returns the offset behind a statement and its here documents.
func end(s *syntax.Stmt) uint {
	off := s.End().Offset()
	for _, r := range s.Redirs {
		if r.Hdoc != nil {
			off = max(off, r.Hdoc.End().Offset())
		}
	}
	return off
}

// maxUnended is how many here documents without an end are read to the end of the script, as a shell reads them.
const maxUnended = 4

// complete parses a script whose here documents may lack their last line.
func complete(script string, dialect Dialect) (statements []*syntax.Stmt, rest int, err error) {
	length := len(script)
	for range maxUnended {
		statements, rest, err = parse(script, dialect)
		stop, ok := unended(err)
		if !ok {
			break
		}
		if !strings.HasSuffix(script, "\n") {
			script += "\n"
		}
		script += stop + "\n"
	}
	return statements, min(rest, length), err
}

// unended returns the word that a here document waits for.
func unended(err error) (string, bool) {
	var parsing syntax.ParseError
	if !errors.As(err, &parsing) {
		return "", false
	}
	stop, ok := strings.CutPrefix(parsing.Text, "unclosed here-document ")
	return strings.Trim(stop, "`\""), ok
}

// reason words a parser's error without its place.
func reason(err error) string {
	var parsing syntax.ParseError
	var language syntax.LangError
	switch {
	case errors.As(err, &parsing):
		return parsing.Text
	case errors.As(err, &language):
		return fmt.Sprintf("%s cannot be read as %s", language.Feature, language.LangUsed)
	}
	return err.Error()
}

// offsetOf returns where a parser's error is, or a default.
func offsetOf(err error, or int) int {
	var parsing syntax.ParseError
	var language syntax.LangError
	switch {
	case errors.As(err, &parsing) && parsing.Pos.IsValid():
		return int(parsing.Pos.Offset())
	case errors.As(err, &language) && language.Pos.IsValid():
		return int(language.Pos.Offset())
	}
	return or
}

// raw lists the words of the lines of a text from an offset on. Comments are left out.
func (r *reader) raw(from int) {
	for _, line := range strings.SplitAfter(r.text[from:], "\n") {
		start := from
		from += len(line)
		if words := strings.Fields(line); len(words) > 0 && words[0][0] != '#' {
			begin := start + strings.Index(line, words[0])
			end := start + len(strings.TrimRight(line, " \t\r\n\v\f"))
			r.note(words, begin, end, context{raw: true, via: r.via})
		}
	}
}

// Raw lists the words of each line of a script in a language that is not a shell's. Lines that begin with # are left out.
func Raw(script string) []Command {
	script = script[:min(len(script), MaxSize)]
	s := &state{places: placesOf(script)}
	(&reader{state: s, text: mask(script, nil)}).raw(0)
	return s.commands()
}
