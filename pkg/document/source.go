package document

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// source is a file's decoded text. Nodes keep byte offsets into it; lines and columns are worked out only for the few
// places somebody asks about.
type source struct {
	text  string
	once  sync.Once
	lines []int32 // offset of each line's first byte
}

// lineStarts returns the offsets at which lines begin. A line ends at LF, CR LF or a lone CR, as editors count.
func (s *source) lineStarts() []int32 {
	s.once.Do(func() {
		lines := make([]int32, 1, 1+len(s.text)/32)
		cr := strings.IndexByte(s.text, '\r') >= 0
		for i := 0; ; {
			i = nextLine(s.text, i, cr)
			if i < 0 {
				break
			}
			lines = append(lines, int32(i))
		}
		s.lines = lines
	})
	return s.lines
}

// nextLine returns the offset behind the next line break at or behind i, or -1. Without cr only LF is looked for.
func nextLine(text string, i int, cr bool) int {
	if !cr {
		j := strings.IndexByte(text[i:], '\n')
		if j < 0 {
			return -1
		}
		return i + j + 1
	}
	j := strings.IndexAny(text[i:], "\r\n")
	if j < 0 {
		return -1
	}
	i += j
	if text[i] == '\r' && i+1 < len(text) && text[i+1] == '\n' {
		i++
	}
	return i + 1
}

// position turns an offset into a line and a column.
func (s *source) position(off int) Position {
	off = min(max(off, 0), len(s.text))
	lines := s.lineStarts()
	l := sort.Search(len(lines), func(i int) bool { return int(lines[i]) > off }) - 1
	before := s.text[lines[l]:off]
	if l > 0 {
		before = strings.TrimPrefix(before, bom) // one that starts a document in mid-file has no width
	}
	return Position{Line: l + 1, Column: utf8.RuneCountInString(before) + 1}
}

// rangeOf turns two offsets into a range that never ends before it starts.
func (s *source) rangeOf(from, to int) Range {
	return Range{s.position(from), s.position(max(from, to))}
}
