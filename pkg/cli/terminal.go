package cli

import (
	"io"
	"os"

	"golang.org/x/term"
)

// terminal is what is known of where standard output goes.
type terminal struct {
	is    bool
	color bool
	width int // columns, 0 when unknown
}

func newTerminal(s *Surroundings, color string) terminal {
	t := terminal{is: isTerminal(s.Stdout)}
	if f, ok := s.Stdout.(*os.File); ok && t.is {
		t.width, _, _ = term.GetSize(int(f.Fd()))
	}
	switch color {
	case "always":
		t.color = true
	case "auto":
		// https://no-color.org: any value that is not empty turns colours off.
		t.color = t.is && s.Getenv("NO_COLOR") == "" && s.Getenv("TERM") != "dumb"
	}
	return t
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
