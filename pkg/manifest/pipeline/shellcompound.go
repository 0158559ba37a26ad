package pipeline

// keyword handles a reserved word at the start of a command.
func (s *splitter) keyword(name string, end listEnd) (esac, dropped bool) {
	switch name {
	case "if", "then", "elif", "else", "fi", "while", "until", "do", "done", "{", "}", "!", "coproc":
		return false, true
	case "for", "select":
		s.header()
		return false, true
	case "function":
		s.blanks()
		s.word()
		if s.blanks(); s.at(0) == '(' && !s.function(&simple{}) {
			s.fail()
		}
		return false, true
	case "case":
		s.cases()
		return false, true
	case "esac":
		return end == atClause, true
	case "[[":
		s.test()
		return false, true
	}
	return false, false
}

// function skips the () behind a function's name. What follows it is read as any other command.
func (s *splitter) function(cmd *simple) bool {
	s.i++
	if s.blanks(); s.at(0) != ')' || len(cmd.words) > 1 {
		return false
	}
	s.i++
	cmd.words = nil
	return true
}

// header skips the words of a for or select up to what ends them.
func (s *splitter) header() {
	for s.i < len(s.text) {
		s.blanks()
		switch s.at(0) {
		case '\n', ';', ')', '&', '|':
			return
		case '\r':
			s.i++
		case '#':
			s.comment()
		case '(':
			if n := arithmetic(s.text[s.i:]); n > 0 {
				s.i += n
			} else {
				s.fail()
			}
		case '<', '>':
			s.fail()
		default:
			if w := s.word(); w.plain() && w.text == "do" {
				return
			}
		}
	}
}

// cases reads a case: its word, then patterns and lists up to esac.
func (s *splitter) cases() {
	s.blanks()
	s.word()
	s.space()
	if w := s.word(); w.text != "in" {
		s.fail()
	}
	for s.i < len(s.text) {
		s.space()
		if s.at(0) == '(' {
			s.i++
		} else if s.has("esac") {
			at := s.i
			if w := s.word(); w.plain() && w.text == "esac" && s.at(0) != ')' {
				return
			}
			s.i = at
		}
		s.pattern()
		if s.list(atClause) {
			return
		}
		for s.at(0) == ';' || s.at(0) == '&' {
			s.i++
		}
	}
	s.fail()
}

// pattern skips the patterns of a clause and the parenthesis behind them.
func (s *splitter) pattern() {
	for s.i < len(s.text) {
		s.blanks()
		switch s.at(0) {
		case ')':
			s.i++
			return
		case '|':
			s.i++
		case '\n', ';', '&', '<', '>', '(':
			s.fail()
		default:
			s.word()
		}
	}
	s.fail()
}

// space skips blanks, comments and line breaks.
func (s *splitter) space() {
	for s.i < len(s.text) {
		s.blanks()
		switch s.at(0) {
		case '\n':
			s.newline()
		case '\r':
			s.i++
		case '#':
			s.comment()
		default:
			return
		}
	}
}

// test skips [[ … ]]. What its words run is found.
func (s *splitter) test() {
	for s.i < len(s.text) {
		switch s.space(); s.at(0) {
		case '(', ')', '<', '>', '&', '|':
			s.i++
		case ';':
			s.fail()
		default:
			if w := s.word(); w.plain() && w.text == "]]" {
				return
			}
		}
	}
	s.fail()
}
