package scripts

import "strings"

// expand copies a stretch of the file into a script as make would give it to a shell: variables filled in, $$ a dollar,
// the prefix of continued lines taken away.
func (m *maker) expand(s *script, from, to int) {
	start := from
	for i := from; i < to; {
		switch {
		case m.text[i] == '\n':
			s.copy(m.file, start, i+1)
			i++
			if i < to && m.text[i] == m.prefix {
				i++
				if m.oneShell {
					i += prefixes(m.text[i:to])
				}
			}
			start = i
		case m.text[i] == '$' && i+1 < to:
			s.copy(m.file, start, i)
			end := m.reference(i, to)
			if m.text[i+1] == '$' { // the first stands for both
				s.copy(m.file, i, i+1)
			} else {
				m.fill(s, m.text[i:end], i, end, 0)
				if m.recipes {
					m.shells(i, end, s.where)
				}
			}
			i, start = end, end
		default:
			i++
		}
	}
	s.copy(m.file, start, to)
}

// reference is the function of that name, until there were too many to look for the end of each.
func (m *maker) reference(i, to int) int {
	if m.expanded > maxReferences {
		return i + 2
	}
	return reference(m.text[:to], i)
}

// reference returns the end of the reference at i: $(NAME), ${NAME}, $(shell …), $x.
func reference(text string, i int) int {
	if i+1 >= len(text) {
		return len(text)
	}
	open := text[i+1]
	closing := map[byte]byte{'(': ')', '{': '}'}[open]
	if closing == 0 {
		return i + 2
	}
	depth := 0
	for j := i + 1; j < min(len(text), i+maxReference); j++ {
		switch text[j] {
		case open:
			depth++
		case closing:
			if depth--; depth == 0 {
				return j + 1
			}
		}
	}
	return i + 2
}

// Limits on filling variables in, so that a short file cannot cost much.
const (
	maxReferences = 50_000 // in a file
	maxReference  = 4096   // bytes of one
	maxVariables  = 8      // within one another
	maxScript     = 1 << 16
)

// fill writes what a reference stands for.
func (m *maker) fill(s *script, ref string, from, to, depth int) {
	name := strings.Trim(ref[1:], "(){}")
	value, known := m.vars[name]
	m.expanded++
	if !known || depth > maxVariables || m.expanded > maxReferences || s.text.Len() > maxScript {
		s.unknown(from, to)
		return
	}
	for value != "" {
		at := strings.IndexByte(value, '$')
		if at < 0 || at+1 == len(value) {
			s.write(value, from, to)
			return
		}
		s.write(value[:at], from, to)
		end := reference(value, at)
		if value[at+1] == '$' {
			s.write("$", from, to)
		} else {
			m.fill(s, value[at:end], from, to, depth+1)
		}
		value = value[end:]
	}
}

// shells reads the commands of $(shell …), which make runs itself.
func (m *maker) shells(from, to int, where string) {
	if !m.recipes {
		return
	}
	for i := from; i < to; {
		n := strings.Index(m.text[i:to], "shell")
		if n < 0 {
			return
		}
		i += n
		after := i + len("shell")
		if i >= from+2 && m.text[i-2] == '$' && (m.text[i-1] == '(' || m.text[i-1] == '{') && after < to && strings.IndexByte(" \t\\", m.text[after]) >= 0 {
			end := m.reference(i-2, to)
			m.script(after, max(after, end-1), where)
			i = end
			continue
		}
		i = after
	}
}
