package scripts

import "strings"

// line is one line of a file by its offsets, without the line break.
type line struct{ from, to int }

// split parts the text into lines.
func (f *file) split() []line {
	var out []line
	for from := 0; from < len(f.text); {
		to := strings.IndexByte(f.text[from:], '\n')
		next := from + to + 1
		if to < 0 {
			to, next = len(f.text), len(f.text)
		} else {
			to += from
		}
		if to > from && f.text[to-1] == '\r' {
			to--
		}
		out = append(out, line{from, to})
		from = next
	}
	return out
}

func (f *file) of(l line) string { return f.text[l.from:l.to] }

// continued reports whether a line goes on in the next: it ends with an odd number of backslashes.
func continued(s string) bool {
	n := len(s) - len(strings.TrimRight(s, `\`))
	return n%2 == 1
}

// indent returns how many bytes of blanks a text begins with.
func indent(s string) int { return len(s) - len(strings.TrimLeft(s, " \t")) }
