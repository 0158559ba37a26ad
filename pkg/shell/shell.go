// Package shell tells which commands a shell script may run, without running any. The text of a script comes in, its
// simple commands go out, with their places: those in functions, branches and substitutions, and those in the strings,
// here documents and pipes that the script gives to another shell. Quotes are taken off and variables filled in as far as
// the text tells. It reads no file and looks nothing up.
//
// It errs on the side of too many: both branches of a condition run, and a variable has every value it was given on some
// way.
package shell

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Command is one simple command that a script runs, as far as its text tells. A variable with several possible values
// makes several commands of one place.
type Command struct {
	Words []string // after expansion of what is known; a word nobody can know is ""

	// The place of its words in the script, counted from 1, columns in code points; the end is behind the last one. For a
	// word that came out of a variable it is where the variable is used.
	Line, Column       int
	EndLine, EndColumn int
	From, To           int // the same place as byte offsets

	Via     []string // through what it runs, outermost first: "sudo", "xargs", "bash -c", "| sh", "bash <<", "eval", "find -exec", "ssh"
	Wrapped bool     // it is the argument of the command before it (sudo, xargs, find -exec), which was listed with all its words
	Raw     bool     // it stands in what could not be parsed: its words are what blanks part in one line
}

// Dialect is the language of a script.
type Dialect uint8

// The dialects. What the others have of their own Bash mostly reads too.
const (
	Bash Dialect = iota
	POSIX
	Mksh
	Zsh
	Bats
)

var variants = map[Dialect]syntax.LangVariant{
	Bash: syntax.LangBash, POSIX: syntax.LangPOSIX, Mksh: syntax.LangMirBSDKorn, Zsh: syntax.LangZsh, Bats: syntax.LangBats,
}

// Options say what is known about a script beside its text.
type Options struct {
	Dialect Dialect
	Known   map[string]string // variables with known values
	// Holes are the parts of the script that something else fills in before a shell reads it, as ${{ … }} of a workflow:
	// byte offsets, from and behind, in order. A word with one in it is unknown.
	Holes [][2]int
}

// Limits on what is read.
const (
	MaxSize     = 1 << 20 // bytes of a script
	MaxCommands = 20_000  // of a script
	maxLevel    = 8       // of scripts within scripts: bash -c "bash -c …"
)

// Error says where and why a script could not be read to its end.
type Error struct {
	Line, Column int
	Offset       int // the same place in bytes
	Message      string
}

// Error returns place and message.
func (e *Error) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// Commands lists what a script may run, in source order. An error, always an *Error, says where it cannot be read; the
// commands before that place are returned all the same, and behind it the words of each line.
func Commands(script string, opt Options) (commands []Command, err error) {
	if len(script) > MaxSize {
		return nil, &Error{1, 1, 0, fmt.Sprintf("the script has %d bytes, more than the limit of %d", len(script), MaxSize)}
	}
	s := &state{script: mask(script, opt.Holes), places: placesOf(script)}
	defer func() { // a fault of the parser must not end the program
		if r := recover(); r != nil {
			commands, err = s.commands(), &Error{1, 1, 0, fmt.Sprintf("the script cannot be parsed: %v", r)}
		}
	}()
	root := &reader{
		state: s, text: s.script, dialect: opt.Dialect,
		vars: map[string][]string{}, functions: map[string]*function{},
	}
	for name, value := range opt.Known {
		root.vars[name] = []string{value}
	}
	root.read()
	if s.fault != nil {
		err = s.fault
	}
	return s.commands(), err
}

// state is what a script shares with the scripts within it.
type state struct {
	script   string // with its holes masked
	places   *places
	found    []Command
	listed   int    // words of the commands found
	full     bool   // a limit is reached: nothing more is listed
	fault    *Error // the first
	inner    int    // bytes of scripts within scripts read so far
	expanded int    // bytes of variables filled in so far
}

// fail notes why the script at an offset was not read on.
func (s *state) fail(at int, message string) {
	if s.fault == nil {
		line, column := s.places.at(at)
		s.fault = &Error{line, column, at, message}
	}
}

func (s *state) commands() []Command {
	slices.SortStableFunc(s.found, func(a, b Command) int { return cmp.Compare(a.From, b.From) })
	for i := range s.found {
		c := &s.found[i]
		c.Line, c.Column = s.places.at(c.From)
		c.EndLine, c.EndColumn = s.places.at(c.To)
	}
	return s.found
}

// Marks in the text of a word. They are control characters that scripts do not hold, so that a shell which is given the
// text as a script finds the same thing in the same place.
const (
	unknown   = "\x01" // something that only a shell could work out
	arguments = "\x02" // the arguments of the function or script: "$@"
)

// mask replaces what cannot be parsed or known by the mark for that, byte by byte, so that offsets stay.
func mask(script string, holes [][2]int) string {
	if len(holes) == 0 && validText(script) {
		return script
	}
	b := []byte(strings.ToValidUTF8(script, ""))
	if len(b) != len(script) {
		b = maskInvalid(script)
	}
	for _, h := range holes {
		for i := max(0, h[0]); i < min(h[1], len(b)); i++ {
			b[i] = unknown[0]
		}
	}
	return string(b)
}
