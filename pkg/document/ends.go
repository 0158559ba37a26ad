package document

import "strings"

// quotedEnd returns the end of the quoted string at off.
func quotedEnd(text string, off int) int {
	if off >= len(text) {
		return off
	}
	quote := text[off]
	for i := off + 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quote == '"':
			i++
		case c == quote && quote == '\'' && i+1 < len(text) && text[i+1] == quote:
			i++
		case c == quote:
			return i + 1
		}
	}
	return len(text)
}

// wordEnd returns the end of a number, boolean or null: no such scalar has other characters in it.
func wordEnd(text string, off int) int {
	for off < len(text) {
		c := text[off]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && !strings.ContainsRune("+-._~", rune(c)) {
			break
		}
		off++
	}
	return off
}

// plainEnd returns the end of the plain scalar at off whose value is known: the text is followed along the value, where a
// space may stand for a line break and a line break for several.
func plainEnd(text string, off int, value string) int {
	if strings.HasPrefix(text[off:], value) {
		return off + len(value)
	}
	i := off
	for j := 0; j < len(value); {
		switch {
		case i < len(text) && value[j] == text[i] && value[j] != '\n':
			i++
			j++
		case value[j] == ' ' || value[j] == '\n' || breakWidth(value[j:]) > 0:
			next := skipWhite(text, i)
			if next == i {
				return lineEnd(text, off)
			}
			i = next
			for j < len(value) && (value[j] == ' ' || value[j] == '\t' || breakWidth(value[j:]) > 0) {
				j += max(1, breakWidth(value[j:]))
			}
		default:
			return lineEnd(text, off) // a tag made another value of it
		}
	}
	return i
}

// skipWhite skips white space and line breaks.
func skipWhite(text string, i int) int {
	for i < len(text) {
		switch w := breakWidth(text[i:]); {
		case w > 0:
			i += w
		case text[i] == ' ' || text[i] == '\t':
			i++
		default:
			return i
		}
	}
	return i
}

// lineEnd returns the end of the text in the line at off, a comment left out.
func lineEnd(text string, off int) int {
	line := text[off:]
	for i := range line {
		if breakWidth(line[i:]) > 0 || i > 0 && line[i] == '#' && (line[i-1] == ' ' || line[i-1] == '\t') {
			line = line[:i]
			break
		}
	}
	return off + len(strings.TrimRight(line, " \t"))
}

// literalEnd returns the end of the block scalar at off whose value is known: behind the text of its last line that is
// not blank, or behind its indicator when all are.
func literalEnd(text string, off int, value string) int {
	end := off
	for end < len(text) && strings.IndexByte("|>+-0123456789", text[end]) >= 0 {
		end++
	}
	first := strings.TrimLeft(value, "\n")
	content := strings.TrimLeft(first, " ")
	if strings.Trim(value, " \t\n") == "" {
		return end
	}
	i, indent := yamlLineEnd(text, end), -1
	for i < len(text) {
		next := yamlLineEnd(text, i)
		line := strings.TrimRight(text[i:next], " \t\r\n\u0085\u2028\u2029")
		spaces := len(line) - len(strings.TrimLeft(line, " "))
		switch {
		case line == "":
		case indent < 0:
			// The first line tells how far the whole is indented: as far as it is, less the spaces that belong to it.
			indent = spaces - (len(first) - len(content))
			end = i + len(line)
		case spaces < indent:
			return end
		default:
			end = i + len(line)
		}
		i = next
	}
	return end
}

// flowEnd returns the end of the collection in brackets at off.
func flowEnd(text string, off int) int {
	depth := 0
	for i := off; i < len(text); {
		switch c := text[i]; {
		case c == '[' || c == '{':
			depth++
			i++
		case c == ']' || c == '}':
			depth--
			i++
			if depth == 0 {
				return i
			}
		case c == '"' || c == '\'':
			i = quotedEnd(text, i)
		case c == '#':
			i = yamlLineEnd(text, i)
		case c == '!' || c == '&' || c == '*':
			i = tokenEnd(text, i)
		case c == ',' || c == ' ' || c == '\t' || c == ':' && flowSpace(text, i+1) || breakWidth(text[i:]) > 0:
			i++
		default:
			i = flowPlainEnd(text, i)
		}
	}
	return len(text)
}

// flowPlainEnd returns the end of the plain scalar at i, which is inside brackets. What looks like a quote in it is none.
func flowPlainEnd(text string, i int) int {
	for i++; i < len(text); i++ {
		switch c := text[i]; {
		case c == ',' || c == '[' || c == ']' || c == '{' || c == '}':
			return i
		case c == ':' && flowSpace(text, i+1):
			return i
		case c == '#' && (text[i-1] == ' ' || text[i-1] == '\t' || text[i-1] == '\n' || text[i-1] == '\r'):
			return i
		}
	}
	return i
}

// flowSpace reports whether what stands at i ends a key in brackets.
func flowSpace(text string, i int) bool {
	return i >= len(text) || strings.IndexByte(" \t\r\n,[]{}\"'", text[i]) >= 0
}
