package pipeline

import (
	"path"
	"slices"
	"strings"
)

// hole is how a CI system writes what it fills in before a shell reads the script: from open to the next end.
type hole struct {
	open, end string
	begins    []string // what follows open, one of these; nil for anything
}

// fits reports whether the text between open and end is what the system fills in.
func (h hole) fits(inner string) bool {
	inner = strings.TrimLeft(inner, " ")
	return h.begins == nil || slices.ContainsFunc(h.begins, func(begin string) bool { return strings.HasPrefix(inner, begin) })
}

const (
	maxNesting = 100 // of substitutions, subshells and quotes within quotes
	maxShells  = 4   // of shells started by shells: bash -c "bash -c …"
)

// commands splits a shell script into its simple commands, in the order in which they begin. Redirections, assignments before a command, comments and the
// words of compound commands (if, while, case …) are left out; what stands in substitutions, subshells, here documents and
// strings given to a shell is split too. ok is false when the script is not one that a shell would read.
func commands(script string, h hole, level int) (found [][]string, ok bool) {
	s := &splitter{text: script, hole: h}
	s.list(atEnd)
	if s.failed {
		return nil, false
	}
	for _, cmd := range s.simple {
		if len(cmd.words) == 0 {
			continue
		}
		found = append(found, cmd.values())
		if level == maxShells {
			continue
		}
		for _, inner := range cmd.scripts() {
			// A string that is no script is not what the file gives its shell.
			if more, ok := commands(inner, h, level+1); ok {
				found = append(found, more...)
			} else {
				found = append(found, rawWords(inner)...)
			}
		}
	}
	return found, true
}

// simple is one simple command.
type simple struct {
	words []word
	input []string // here documents and here strings
}

func (c *simple) values() []string {
	out := make([]string, len(c.words))
	for i, w := range c.words {
		if !w.unknown {
			out[i] = strings.Clone(w.text)
		}
	}
	return out
}

// scripts returns the texts that a command gives to a shell: bash -c '…', eval '…', ssh host '…', bash <<EOF.
func (c *simple) scripts() []string {
	texts := make([]string, len(c.words))
	for i, w := range c.words {
		texts[i] = w.text
	}
	for i, text := range texts {
		name := path.Base(text)
		switch {
		case isShell(name), name == "su":
			if inner := afterDashC(texts[i+1:], name == "su"); inner != "" {
				return []string{inner}
			}
			return c.input
		case name == "eval" && (i == 0 || texts[i-1] == "command" || texts[i-1] == "builtin"):
			return []string{strings.Join(texts[i+1:], " ")}
		case name == "ssh":
			var out []string
			for _, argument := range texts[i+1:] {
				if strings.ContainsAny(argument, " \n") {
					out = append(out, argument)
				}
			}
			return append(out, c.input...)
		}
	}
	return nil
}

func isShell(name string) bool {
	return slices.Contains([]string{"sh", "bash", "dash", "ash", "zsh", "ksh", "busybox"}, path.Base(name))
}

// afterDashC returns the word behind -c, which may stand among other letters (-euxc). anywhere looks past words that are no
// options.
func afterDashC(words []string, anywhere bool) string {
	for i, word := range words {
		switch {
		case len(word) > 1 && word[0] == '-' && word[1] != '-' && word[len(word)-1] == 'c', anywhere && word == "--command":
			if i+1 < len(words) {
				return words[i+1]
			}
			return ""
		case strings.HasPrefix(word, "-"), strings.HasPrefix(word, "+"), anywhere:
		case i > 0 && (words[i-1] == "-o" || words[i-1] == "+o" || words[i-1] == "-O" || strings.HasSuffix(words[i-1], "o") && words[i-1][0] == '-'):
		case isShell(word): // busybox sh -c
		default:
			return ""
		}
	}
	return ""
}

// splitter reads a script from front to back. Once it failed it is at the end of the text.
type splitter struct {
	text   string
	i      int
	hole   hole
	depth  int
	failed bool
	end    int // offset of a hole's next end, when that is behind i; len(text) when there is none

	simple  []*simple
	pending []heredoc // whose text begins behind the line at hand
}

type heredoc struct {
	cmd     *simple
	end     string
	literal bool // no expansions in it
	tabs    bool // leading tabs do not count
}

func (s *splitter) fail() {
	s.failed, s.i = true, len(s.text)
}

// at returns the byte at offset n from here, 0 behind the end.
func (s *splitter) at(n int) byte {
	if s.i+n < len(s.text) {
		return s.text[s.i+n]
	}
	return 0
}

func (s *splitter) has(prefix string) bool { return strings.HasPrefix(s.text[s.i:], prefix) }

// enter counts nesting. It returns false when there is too much.
func (s *splitter) enter() bool {
	if s.depth++; s.depth > maxNesting {
		s.fail()
		return false
	}
	return true
}

// blanks skips blanks and continued lines.
func (s *splitter) blanks() {
	for {
		switch {
		case s.at(0) == ' ', s.at(0) == '\t':
			s.i++
		case s.continued() > 0:
			s.i += s.continued()
		default:
			return
		}
	}
}

// continued returns the length of a backslash and the line break it hides, or 0.
func (s *splitter) continued() int {
	switch {
	case s.at(0) != '\\':
	case s.at(1) == '\n':
		return 2
	case s.at(1) == '\r' && s.at(2) == '\n':
		return 3
	}
	return 0
}

func (s *splitter) comment() {
	if n := strings.IndexByte(s.text[s.i:], '\n'); n >= 0 {
		s.i += n
	} else {
		s.i = len(s.text)
	}
}

// newline goes behind a line break and the here documents that follow it.
func (s *splitter) newline() {
	s.i++
	pending := s.pending
	s.pending = nil
	for _, h := range pending {
		body := s.body(h)
		h.cmd.input = append(h.cmd.input, body)
		if !h.literal {
			s.expansions(body)
		}
	}
}

// body reads the lines of a here document. One that is not ended goes on to the end, as for a shell.
func (s *splitter) body(h heredoc) string {
	start := s.i
	for s.i < len(s.text) {
		line, next := s.text[s.i:], len(s.text)
		if n := strings.IndexByte(line, '\n'); n >= 0 {
			line, next = line[:n], s.i+n+1
		}
		line = strings.TrimSuffix(line, "\r")
		if h.tabs {
			line = strings.TrimLeft(line, "\t")
		}
		if line == h.end {
			end := s.i
			// The line break in front of the next command is left for it.
			s.i = next
			return s.text[start:end]
		}
		s.i = next
	}
	return s.text[start:]
}

// expansions finds the commands that a here document runs before it is handed on.
func (s *splitter) expansions(body string) {
	in := &splitter{text: body, hole: s.hole, depth: s.depth}
	for in.i < len(in.text) {
		switch in.at(0) {
		case '\\':
			in.i += 2
		case '$':
			in.dollar(&builder{}, true)
		case '`':
			in.backtick(&builder{})
		default:
			in.i++
		}
	}
	s.simple = append(s.simple, in.simple...)
}
