package document

import (
	"strings"
	"unsafe"
)

// Chunk is the text of one YAML document: src[Start:End]. Its marker line (---), the directives and comments before it
// and the end marker (...) behind it belong to it.
type Chunk struct {
	Start, End int
	// Blank tells that there is nothing in it but comments and markers.
	Blank bool
}

// Split finds the documents of a YAML stream, which must be UTF-8, without reading what is in them. In YAML a line that
// starts with --- or ... ends the document whatever surrounds it, so one document cannot hide the next.
func Split(src []byte) []Chunk {
	return split(unsafe.String(unsafe.SliceData(src), len(src)))
}

// split is Split over a string.
func split(text string) []Chunk {
	s := splitter{text: text, start: 0, blank: true}
	if hasRareBreaks(text) {
		for i := 0; i < len(text); {
			end := yamlLineEnd(text, i)
			s.line(i, end)
			i = end
		}
	} else {
		s.fast()
	}
	s.flush(len(text))
	return s.chunks
}

type splitter struct {
	text   string
	chunks []Chunk
	start  int  // of the chunk at hand
	marked bool // it has its --- line
	direct bool // it has directives before that
	blank  bool // nothing but comments so far
}

// fast visits only the lines that matter: those up to the first content of a document, and markers.
func (s *splitter) fast() {
	i := 0
	for i < len(s.text) {
		if !s.blank {
			// Content was seen: only a marker line can change anything.
			next := nextMarker(s.text, i)
			if next < 0 {
				return
			}
			i = next
		}
		end := i + strings.IndexByte(s.text[i:], '\n') + 1
		if end == i {
			end = len(s.text)
		}
		s.line(i, end)
		i = end
	}
}

// nextMarker returns the offset of the next line at or behind i, itself the start of a line, that may be a marker.
func nextMarker(text string, i int) int {
	for {
		if i < len(text) && (text[i] == '-' || text[i] == '.' || text[i] == bom[0]) && marker(text[i:]) != 0 {
			return i
		}
		// Most lines start with neither, so look for the two candidates together by their line break.
		j := strings.IndexByte(text[i:], '\n')
		if j < 0 {
			return -1
		}
		i += j + 1
	}
}

// line takes the line text[i:end] into account.
func (s *splitter) line(i, end int) {
	line := s.text[i:end]
	switch marker(line) {
	case '-':
		if s.marked || !s.blank {
			s.flush(i)
		}
		s.marked = true
		rest := strings.TrimPrefix(line, bom)[3:]
		s.blank = onlyComment(rest)
	case '.':
		s.flush(end)
	default:
		switch {
		case !s.blank:
		case !s.marked && line[0] == '%':
			s.direct = true
		default:
			s.blank = onlyComment(line)
		}
	}
}

// flush ends the chunk at hand before end. Text before the first marker that holds nothing is no document.
func (s *splitter) flush(end int) {
	if s.marked || s.direct || !s.blank {
		blank := s.blank && (s.marked || !s.direct)
		s.chunks = append(s.chunks, Chunk{Start: s.start, End: end, Blank: blank})
	}
	s.start, s.marked, s.direct, s.blank = end, false, false, true
}

// marker returns '-' when line starts with a document marker, '.' for an end marker, else 0.
func marker(line string) byte {
	line = strings.TrimPrefix(line, bom)
	if len(line) < 3 || line[0] != line[1] || line[1] != line[2] || line[0] != '-' && line[0] != '.' {
		return 0
	}
	if len(line) > 3 {
		switch c := line[3]; {
		case c == ' ' || c == '\t' || breakWidth(line[3:]) > 0:
		default:
			return 0
		}
	}
	return line[0]
}

// onlyComment reports whether a line holds nothing but blanks and a comment.
func onlyComment(line string) bool {
	line = strings.TrimPrefix(line, bom)
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		case c == '#':
			return true
		default:
			return breakWidth(line[i:]) > 0
		}
	}
	return true
}

// hasRareBreaks reports whether the text has line breaks that are not LF.
func hasRareBreaks(text string) bool {
	return strings.IndexByte(text, '\r') >= 0 || hasUnicodeBreaks(text)
}

func hasUnicodeBreaks(text string) bool {
	return strings.Contains(text, "\u0085") || strings.Contains(text, "\u2028") || strings.Contains(text, "\u2029")
}

// yamlLineEnd returns the offset behind the line break that ends the line at i. The line breaks are YAML 1.1's, which
// the YAML library counts: LF, CR LF, CR, NEL, LS, PS.
func yamlLineEnd(text string, i int) int {
	for ; i < len(text); i++ {
		switch text[i] {
		case '\n', '\r', 0xC2, 0xE2:
			if w := breakWidth(text[i:]); w > 0 {
				return i + w
			}
		}
	}
	return len(text)
}

// breakWidth returns the length of the line break text starts with, or 0.
func breakWidth(text string) int {
	if text == "" {
		return 0
	}
	switch text[0] {
	case '\n':
		return 1
	case '\r':
		if len(text) > 1 && text[1] == '\n' {
			return 2
		}
		return 1
	case 0xC2:
		if len(text) > 1 && text[1] == 0x85 {
			return 2
		}
	case 0xE2:
		if len(text) > 2 && text[1] == 0x80 && (text[2] == 0xA8 || text[2] == 0xA9) {
			return 3
		}
	}
	return 0
}
