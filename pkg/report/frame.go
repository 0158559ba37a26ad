package report

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// framer prints the source around findings. It keeps one file's lines at a time, since findings come file by file.
//
// A line on which some finding saw a secret is never printed, neither for that finding nor as another one's
// surroundings: a log is read by more people than the repository.
type framer struct {
	opt    Options
	path   string
	lines  [][]byte
	secret map[string][]span
}

const (
	defaultFrameLines = 5
	maxFrameSource    = 8 << 20 // a larger file gets no frames
	maxFrameLine      = 4 << 10 // nor does a longer line: it is minified or generated, and slow to lay out
	gutterWidth       = 9       // "%6d | "
	tabWidth          = 4
)

func newFramer(r *finding.Report, opt Options) *framer {
	if opt.FrameLines <= 0 {
		opt.FrameLines = defaultFrameLines
	}
	fr := &framer{opt: opt, secret: map[string][]span{}}
	for i := range r.Findings {
		f := &r.Findings[i]
		if path := pathOf(f); path != "" && showsSecret(f) {
			fr.secret[path] = append(fr.secret[path], spanOf(f.Location))
		}
	}
	for i := range r.Hidden {
		l := &r.Hidden[i]
		fr.secret[l.Path] = append(fr.secret[l.Path], spanOf(l))
	}
	return fr
}

// showsSecret reports whether the place a finding points at is a secret in plain text.
func showsSecret(f *finding.Finding) bool {
	return f.Gate == "secret-scan" || strings.HasPrefix(f.Rule, "SEC") || f.Rule == "K8S003"
}

// hidden reports whether a line of the current file may hold a secret. Without a line the whole file may.
func (fr *framer) hidden(line int) bool {
	for _, s := range fr.secret[fr.path] {
		if s.startLine == 0 || line >= s.startLine && line <= s.lastLine() {
			return true
		}
	}
	return false
}

func (fr *framer) load(path string) {
	if path == fr.path {
		return
	}
	fr.path, fr.lines = path, nil
	src, err := fr.opt.Source(path)
	if err != nil || len(src) > maxFrameSource {
		return
	}
	fr.lines = bytes.Split(src, []byte{'\n'})
}

// print appends the frame of a finding: a line before, the lines it spans (as many as FrameLines allows), a line after
// when there is room, and carets under the range on its first line.
func (fr *framer) print(p *printer, f *finding.Finding) {
	at := spanOf(f.Location)
	if f.Excerpt != "" {
		number := ""
		if at.startLine > 0 {
			number = strconv.Itoa(at.startLine)
		}
		gutter(p, number)
		p.str(Printable(f.Excerpt))
		p.newline()
		return
	}
	if pathOf(f) == "" || at.startLine == 0 || showsSecret(f) {
		return
	}
	fr.load(f.Location.Path)
	if at.startLine > len(fr.lines) || len(fr.lines[at.startLine-1]) > maxFrameLine || fr.hidden(at.startLine) {
		return
	}
	room := fr.opt.FrameLines
	last := min(at.lastLine(), len(fr.lines))
	from, to := at.startLine, min(last, at.startLine+room-1)
	if shown := to - from + 1; shown < room && from > 1 {
		from--
	} else if shown == room && room > 2 && from > 1 {
		from, to = from-1, to-1
	}
	if to == last && to-from+1 < room && to < len(fr.lines) && !blank(fr.lines[to]) {
		to++
	}
	view := fr.view(at, max(p.opt.Width-gutterWidth, 20))
	for n := from; n <= to; n++ {
		line := fr.lines[n-1]
		if fr.hidden(n) || len(line) > maxFrameLine {
			gutter(p, "...")
			p.newline()
			continue
		}
		gutter(p, strconv.Itoa(n))
		p.str(view.cut(line))
		p.newline()
		if n == at.startLine {
			gutter(p, "")
			p.str(strings.Repeat(" ", view.caret))
			p.styled(severityStyle(severityOf(f)), strings.Repeat("^", view.carets))
			p.newline()
		}
	}
	if last > to {
		gutter(p, "...")
		p.styled(dim, plural(last-to, "more line"))
		p.newline()
	}
}

func blank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

// gutter prints the line number, right-aligned, and the bar that keeps source from starting a line of output.
func gutter(p *printer, number string) {
	p.styled(dim, strings.Repeat(" ", max(gutterWidth-3-len(number), 0))+number+" | ")
}

// view is a window of cells onto source lines: the same for every line of a frame, so that they stay aligned.
type view struct {
	begin, width  int // in cells
	caret, carets int // where the underline starts inside the window, and how long it is
}

// view places the window so that the start of the range is in sight.
func (fr *framer) view(at span, width int) view {
	line := fr.lines[at.startLine-1]
	start, end, total := 0, -1, 0
	column := 1
	for rest := line; len(rest) > 0; column++ {
		if column == at.startColumn {
			start = total
		}
		if column == at.endColumn && at.endLine == at.startLine {
			end = total
		}
		_, cells, size := cell(rest)
		total += cells
		rest = rest[size:]
	}
	if at.startColumn >= column {
		start = total
	}
	if end < 0 {
		end = total
	}
	v := view{width: width}
	if total > width {
		v.begin = min(max(start-width/3, 0), total-width)
	}
	v.caret = min(max(start-v.begin, 0), width)
	v.carets = max(min(end-v.begin, width)-v.caret, 1)
	return v
}

// cut renders the part of a line inside the window, with an ellipsis where it was cut.
func (v view) cut(line []byte) string {
	var b strings.Builder
	pos, cutLeft := 0, v.begin > 0
	for rest := line; len(rest) > 0; {
		text, cells, size := cell(rest)
		rest = rest[size:]
		switch at := pos - v.begin; {
		case at < 0 && at+cells <= 0:
		case at < 0: // a wide character across the edge
			b.WriteString(strings.Repeat(" ", at+cells))
		case at+cells > v.width || at+cells == v.width && len(bytes.TrimRight(rest, "\r")) > 0:
			b.WriteString("…")
			rest = nil
		case cutLeft && at == 0:
			b.WriteString("…" + strings.Repeat(" ", max(cells-1, 0)))
		default:
			b.WriteString(text)
		}
		pos += cells
	}
	return visible(strings.TrimRight(b.String(), " ")) // the characters are, one by one, but may form a log marker
}

// cell decodes a line's next character: how it is shown, in how many columns of a terminal, from how many bytes.
func cell(line []byte) (text string, cells, size int) {
	r, size := utf8.DecodeRune(line)
	switch {
	case r == '\t':
		return "    ", tabWidth, size
	case r == '\r' && size == len(line):
		return "", 0, size
	case r == utf8.RuneError && size <= 1, unprintable(r):
		text = visible(string(line[:size]))
		return text, len(text), size
	case r < utf8.RuneSelf:
		return string(rune(r)), 1, size
	case unicode.In(r, unicode.Mn, unicode.Me):
		return string(r), 0, size
	case wide(r):
		return string(r), 2, size
	}
	return string(r), 1, size
}

// wide reports whether terminals show a character two columns wide: East Asian scripts, full-width forms and emoji, by the
// large blocks of Unicode's EastAsianWidth. Carets may be off by one under rarer characters, nothing else depends on it.
func wide(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r <= 0x115f, // Hangul initials
		r >= 0x2e80 && r <= 0xa4cf && r != 0x303f, // CJK, kana, Yi
		r >= 0xac00 && r <= 0xd7a3,                // Hangul syllables
		r >= 0xf900 && r <= 0xfaff,                // CJK compatibility
		r >= 0xfe30 && r <= 0xfe6f,                // vertical and small forms
		r >= 0xff01 && r <= 0xff60,                // full-width forms
		r >= 0xffe0 && r <= 0xffe6,                // full-width signs
		r >= 0x1f300 && r <= 0x1f64f,              // pictographs, emoticons
		r >= 0x1f680 && r <= 0x1f6ff,              // transport
		r >= 0x1f900 && r <= 0x1f9ff,              // more pictographs
		r >= 0x20000 && r <= 0x3fffd:              // CJK extensions
		return true
	}
	return false
}
