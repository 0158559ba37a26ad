package patch

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// hunk reads one hunk and hands on the lines it adds.
func (p *parser) hunk(e *entry, skip bool) error {
	line, err := p.line()
	if err != nil {
		return err
	}
	h, ok := parseHunk(line)
	if !ok {
		return errOutput
	}
	c := collector{parser: p, drop: skip}
	p.text = p.text[:0]
	if err := c.lines(h); err != nil {
		return err
	}
	switch {
	case skip || !c.added && !p.opt.wantsEvery(e.path):
		return nil
	case c.drop:
		return p.to.miss(e.path, tooLong(p.opt.maxText()))
	}
	a := Addition{Path: e.path, FirstLine: h.first, Text: string(p.text), Blob: e.blob, TypeChange: e.status == "T"}
	if cap(p.text) > maxKept {
		p.text = nil
	}
	return p.to.add(a)
}

// hunkHeader is "@@ -1,2 +3,4 @@": 2 old lines and 4 new ones, from line 3 of the new file.
type hunkHeader struct{ old, new, first int }

func parseHunk(line []byte) (h hunkHeader, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte("@@ -"))
	from, rest, ok1 := bytes.Cut(rest, []byte(" +"))
	to, _, ok2 := bytes.Cut(rest, []byte(" @@"))
	_, old, ok3 := parseRange(from)
	first, added, ok4 := parseRange(to)
	return hunkHeader{old, added, first}, ok && ok1 && ok2 && ok3 && ok4
}

// parseRange reads "3,4", or "3" for one line.
func parseRange(b []byte) (first, count int, ok bool) {
	a, n, counted := bytes.Cut(b, []byte{','})
	first, err := strconv.Atoi(string(a))
	count = 1
	if err == nil && counted {
		count, err = strconv.Atoi(string(n))
	}
	return first, count, err == nil && first >= 0 && count >= 0
}

func tooLong(limit int) string {
	return fmt.Sprintf("one run of added lines has more than %d bytes: look at it by hand, then exclude the file", limit)
}

// collector puts the added lines of a hunk together.
type collector struct {
	*parser
	drop  bool // the text is not wanted, or has become too long
	added bool // there was an added line
	last  byte // what the last line was
}

func (c *collector) lines(h hunkHeader) error {
	for h.old > 0 || h.new > 0 {
		kind, err := c.in.ReadByte()
		if err != nil {
			return errEnd
		}
		switch kind {
		case '+':
			h.new--
			c.added = true
			err = c.take()
		case '-':
			h.old--
			err = c.pass()
		case ' ':
			h.old--
			h.new--
			err = c.pass()
		case '\\':
			err = c.noNewline()
		default:
			err = errOutput
		}
		if err != nil {
			return err
		}
		if h.old < 0 || h.new < 0 {
			return errOutput
		}
		c.last = kind
	}
	if c.at("\\") {
		return c.noNewline()
	}
	return nil
}

// take appends a line to the text.
func (c *collector) take() error {
	if c.drop {
		return c.pass()
	}
	for {
		b, err := c.in.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return broken(err)
		}
		if len(c.text)+len(b) > c.opt.maxText() {
			c.drop, c.text = true, nil
			if err != nil {
				return c.pass()
			}
			return nil
		}
		c.text = append(c.text, b...)
		if err == nil {
			return nil
		}
	}
}

// noNewline reads "\ No newline at end of file", which is about the line ahead of it.
func (c *collector) noNewline() error {
	if c.last == '+' && !c.drop {
		c.text = bytes.TrimSuffix(c.text, []byte{'\n'})
	}
	return c.pass()
}
