package pipeline

import "strings"

// listEnd says what ends a list of commands.
type listEnd int

const (
	atEnd    listEnd = iota // the end of the script
	atParen                 // a closing parenthesis
	atClause                // ;; or esac
)

// list reads commands up to its end. It returns true when a case's list was ended by esac.
func (s *splitter) list(end listEnd) (esac bool) {
	if !s.enter() {
		return true
	}
	defer func() { s.depth-- }()
	for s.i < len(s.text) {
		s.blanks()
		switch c := s.at(0); {
		case c == 0:
			if s.i < len(s.text) {
				s.fail() // a zero byte in the script
			}
		case c == '\n':
			s.newline()
		case c == '\r', c == '|', c == '&' && s.at(1) != '>':
			s.i++
		case c == ';':
			if end == atClause && (s.at(1) == ';' || s.at(1) == '&') {
				return false
			}
			s.i++
		case c == ')':
			if end == atParen {
				s.i++
				return false
			}
			s.fail()
		case c == '(':
			s.subshell()
		default:
			if s.command(end) {
				return true
			}
		}
	}
	if end != atEnd {
		s.fail()
	}
	return true
}

// subshell reads ( list ), or skips (( arithmetic )).
func (s *splitter) subshell() {
	if s.at(1) == '(' {
		if n := arithmetic(s.text[s.i:]); n > 0 {
			s.i += n
			return
		}
	}
	s.i++
	s.list(atParen)
}

// maxArithmetic bounds how far is looked for the end of (( … )), which a subshell within a subshell does not have.
const maxArithmetic = 4096

// arithmetic returns the length of (( … )) at the start of text, 0 when it is no arithmetic.
func arithmetic(text string) int {
	depth := 0
	for i := 0; i < min(len(text), maxArithmetic); i++ {
		switch text[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				if text[i-1] == ')' {
					return i + 1
				}
				return 0
			}
		case '\n', ';':
			if !strings.HasPrefix(text, "((") || depth < 2 {
				return 0
			}
		}
	}
	return 0
}

// command reads one simple command, or the beginning of a compound one: its words are left out, and what follows them is
// read as commands. It returns true when that was esac.
func (s *splitter) command(end listEnd) (esac bool) {
	cmd := &simple{}
	s.simple = append(s.simple, cmd)
	for s.i < len(s.text) {
		s.blanks()
		if n := s.placeholder(); n > 0 {
			cmd.words = append(cmd.words, s.word())
			continue
		}
		switch c := s.at(0); c {
		case 0, '\n', ';', '|', ')':
			return false
		case '\r':
			s.i++
		case '#':
			s.comment()
		case '<', '>', '&':
			if c == '&' && s.at(1) != '>' {
				return false
			}
			s.redirection(cmd)
		case '(':
			if len(cmd.words) == 0 { // behind a reserved word
				s.subshell()
				continue
			}
			if !s.function(cmd) {
				s.fail()
			}
			return false
		default:
			if len(cmd.words) == 0 && s.assignment() {
				continue
			}
			w := s.word()
			if s.failed || w.digits() && (s.at(0) == '<' || s.at(0) == '>') { // a file descriptor
				continue
			}
			if len(cmd.words) == 0 && w.plain() {
				if stop, dropped := s.keyword(w.text, end); stop {
					return true
				} else if dropped {
					continue
				}
			}
			cmd.words = append(cmd.words, w)
		}
	}
	return false
}

// assignment skips NAME=value, NAME+=value and NAME=(list) at hand. What the value runs is found.
func (s *splitter) assignment() bool {
	rest, i := s.text[s.i:], 0
	for i < len(rest) && (rest[i] == '_' || letter(rest[i]) || i > 0 && digit(rest[i])) {
		i++
	}
	if i == 0 {
		return false
	}
	if i < len(rest) && rest[i] == '[' {
		n := strings.IndexAny(rest[i:min(len(rest), i+256)], "]\n")
		if n < 0 || rest[i+n] != ']' {
			return false
		}
		i += n + 1
	}
	switch {
	case strings.HasPrefix(rest[i:], "+="):
		i += 2
	case strings.HasPrefix(rest[i:], "="):
		i++
	default:
		return false
	}
	s.i += i
	if s.at(0) == '(' {
		s.array()
	} else if !s.wordEnds() {
		s.word()
	}
	return true
}

// array skips the list of an array at hand.
func (s *splitter) array() {
	if !s.enter() {
		return
	}
	defer func() { s.depth-- }()
	s.i++
	for s.i < len(s.text) {
		s.blanks()
		switch s.at(0) {
		case ')':
			s.i++
			return
		case '\n':
			s.newline()
		case '\r':
			s.i++
		case '#':
			s.comment()
		case ';', '&', '|', '<', '>', '(':
			s.fail()
		default:
			s.word()
		}
	}
	s.fail()
}

// redirection reads one redirection. Its target is no word of the command.
func (s *splitter) redirection(cmd *simple) {
	if (s.has("<(") || s.has(">(")) && s.at(0) != '&' {
		s.i += 2
		s.list(atParen)
		cmd.words = append(cmd.words, word{text: unknown, unknown: true})
		return
	}
	for _, operator := range []string{"<<<", "<<-", "<<", "&>>", "&>", ">>", ">&", "<&", ">|", "<>", "<", ">"} {
		if !s.has(operator) {
			continue
		}
		s.i += len(operator)
		if s.blanks(); s.wordEnds() && !s.has("<(") && !s.has(">(") {
			s.fail()
			return
		}
		if s.has("<(") || s.has(">(") { // done < <(list)
			s.i += 2
			s.list(atParen)
			return
		}
		w := s.word()
		switch operator {
		case "<<<":
			cmd.input = append(cmd.input, w.text)
		case "<<", "<<-":
			s.pending = append(s.pending, heredoc{cmd: cmd, end: w.text, literal: w.quoted, tabs: operator == "<<-"})
		}
		return
	}
	s.fail()
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }
