package document

// literal reads a block scalar, | or >, inside the block in column col, and goes to the start of the line behind it.
func (f *fastReader) literal(n *Node, col int) {
	n.Kind, n.style = String, literal
	folded := f.text[f.i] == '>'
	f.i++
	chomp := byte(0)
	if c := f.at(); c == '+' || c == '-' {
		chomp = c
		f.i++
	}
	f.flowBlank()
	if f.at() != '\n' {
		f.giveUp()
	}
	f.i = min(f.i+1, len(f.text))
	n.Text = f.join(&blockLines{fastReader: f, parent: col}, folded, chomp)
}

// join puts the lines of a block scalar together.
func (f *fastReader) join(lines *blockLines, folded bool, chomp byte) string {
	out := f.buf[:0]
	indented := false // the line before is
	count, last, end := 0, 0, 0
	for ; ; count++ {
		from, to, more := lines.next()
		if !more {
			break
		}
		starts := f.text[from] == ' ' || f.text[from] == '\t'
		if count > 0 {
			if !folded || indented || starts {
				out = append(out, '\n')
			} else if lines.breaks == 0 {
				out = append(out, ' ')
			}
		}
		out = appendBreaks(out, lines.breaks)
		out = append(out, f.text[from:to]...)
		indented, last, end = starts, from, to
	}
	if lines.broken && chomp != '-' {
		out = append(out, '\n')
		end++
	}
	if chomp == '+' {
		out = appendBreaks(out, lines.breaks)
	}
	f.buf = out
	if count == 1 && len(out) == end-last {
		return f.text[last:end] // one line: no copy
	}
	return string(out)
}

func appendBreaks(out []byte, n int) []byte {
	for range n {
		out = append(out, '\n')
	}
	return out
}

// blockLines goes through the lines of a block scalar that is inside a block in column parent.
type blockLines struct {
	*fastReader
	parent int
	indent int  // of the scalar; 0 until its first line was seen
	breaks int  // blank lines before the line at hand
	broken bool // the line at hand ends with a break
}

// next returns the text of the next line that is not blank, its indentation left out. Without one, the reader stands at
// the start of the line behind the scalar.
func (b *blockLines) next() (from, to int, more bool) {
	text := b.text
	b.breaks = 0
	deepest := 0 // indentation of leading blank lines
	for {
		line := b.i
		i := line
		for i < len(text) && text[i] == ' ' && (b.indent == 0 || i-line < b.indent) {
			i++
		}
		if i >= len(text) {
			b.i = len(text)
			return 0, 0, false
		}
		switch c := text[i]; {
		case c == '\n':
			b.breaks++
			deepest = max(deepest, i-line)
			b.i = i + 1
			continue
		case c == '\t' && (b.indent == 0 || i-line < b.indent):
			b.giveUp()
		case b.indent == 0 && i-line > b.parent:
			if deepest > i-line {
				b.giveUp()
			}
			b.indent = i - line
		case b.indent == 0 || i-line < b.indent:
			return 0, 0, false
		}
		end := lineBreak(text, i)
		b.broken = end < len(text)
		b.i = min(end+1, len(text))
		return i, end, true
	}
}
