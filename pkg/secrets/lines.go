package secrets

import (
	"sort"
	"strings"
)

// lines knows where the lines of a fragment end.
type lines struct {
	text string
	ends []int // offsets of the newlines
}

func newLines(text string) *lines {
	l := &lines{text: text}
	for i := 0; ; i++ {
		n := strings.IndexByte(text[i:], '\n')
		if n < 0 {
			return l
		}
		i += n
		l.ends = append(l.ends, i)
	}
}

// place is where gitleaks says that a match is. Lines count from 0 at the fragment's first line.
type place struct {
	startLine, endLine int
	column             int  // gitleaks' start column, off by one after the first line; composite rules compare these
	line               span // what gitleaks takes for "the line"
}

// locate places the bytes from start to end. It follows gitleaks in that a newline belongs to the line behind it, in that a
// match on a last line without a newline has everything before it as its "line", and in that a match which runs into such a
// last line ends on the line on which it starts.
func (l *lines) locate(start, end int) place {
	ends := l.ends
	if len(ends) == 0 {
		ends = []int{len(l.text)}
	}
	first := sort.SearchInts(ends, start+1) // newlines up to and at start
	before := 0
	if first > 0 {
		before = ends[first-1]
	}
	if first == len(ends) {
		return place{startLine: first, endLine: first, column: start - before + 1, line: span{0, l.endFrom(end)}}
	}
	p := place{startLine: first, endLine: first, column: start - before + 1, line: span{before, ends[first]}}
	if last := sort.SearchInts(ends, end); end > 0 && last >= first && last < len(ends) {
		p.endLine, p.line.end = last, ends[last]
	}
	p.line.end = max(p.line.end, end)
	return p
}

// endFrom is the offset of the first line end (either kind) at or behind i.
func (l *lines) endFrom(i int) int {
	if i >= len(l.text) {
		return i
	}
	if n := strings.IndexAny(l.text[i:], "\r\n"); n >= 0 {
		return i + n
	}
	return len(l.text)
}

// cut is the text of a span, as far as there is any.
func (l *lines) cut(s span) string {
	from, to := min(max(s.start, 0), len(l.text)), min(max(s.end, 0), len(l.text))
	if from >= to {
		return ""
	}
	return l.text[from:to]
}

// begin is the offset of the first byte of a line that counts from 0.
func (l *lines) begin(line int) int {
	if line <= 0 {
		return 0
	}
	if line > len(l.ends) {
		return len(l.text)
	}
	return l.ends[line-1] + 1
}

// columns are the true columns, in bytes and from 1, of a match that is placed at p; the end is the column behind the last byte
// and never lies behind the end of the line p.endLine.
func (l *lines) columns(p place, start, end int) (first, behind int) {
	first = max(start-l.begin(p.startLine), 0) + 1
	from, to := l.begin(p.endLine), len(l.text)
	if p.endLine < len(l.ends) {
		to = l.ends[p.endLine]
	}
	return first, max(min(end, to)-from, 0) + 1
}
