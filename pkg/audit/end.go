package audit

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
)

// end is where a log can be gone on with.
type end struct {
	chain       // up to the last whole line; no id when there is none
	keep  int64 // bytes up to there
	torn  *Torn // what stands behind it, nil when nothing does
}

// mostHoles bounds how many lines with holes are taken for what a power cut left: a page without a line feed is one line.
const mostHoles = 64

// window is how much of a log's end is read before something is appended, in bytes.
const window = 64 << 10

// inspect finds the end of a log of some size. The first line and the last ones must belong together, else nothing is appended: going
// on with a broken chain would make two lies look like one truth. What lies between, Verify reads.
func inspect(f io.ReaderAt, size int64) (end, error) {
	var e end
	if size == 0 {
		return e, nil
	}
	limit := size
	for range mostHoles {
		at, err := lastFeed(f, limit)
		if err != nil {
			return e, err
		}
		e.keep = at + 1
		if e.keep == 0 {
			break
		}
		hole, from, err := lastHasHole(f, e.keep)
		if err != nil {
			return e, err
		}
		if !hole {
			break
		}
		limit = from
	}
	if e.keep < size {
		var err error
		if e.torn, err = measure(f, e.keep, size); err != nil {
			return e, err
		}
	}
	if e.keep == 0 {
		return e, ours(f, size)
	}
	return e, e.check(f)
}

// lastFeed is the place of the last line feed before limit, -1 when there is none.
func lastFeed(f io.ReaderAt, limit int64) (int64, error) {
	buf := make([]byte, window)
	for limit > 0 {
		n := min(limit, window)
		if err := readAt(f, buf[:n], limit-n); err != nil {
			return 0, err
		}
		if at := bytes.LastIndexByte(buf[:n], '\n'); at >= 0 {
			return limit - n + int64(at), nil
		}
		limit -= n
	}
	return -1, nil
}

// lastHasHole reports whether the line that ends at keep holds NUL bytes, which no line has: a page of it never reached the disk when
// the power went, though later ones did. Such a line was never acknowledged. It also returns where the line begins.
func lastHasHole(f io.ReaderAt, keep int64) (bool, int64, error) {
	before, err := lastFeed(f, keep-1)
	if err != nil {
		return false, 0, err
	}
	buf := make([]byte, window)
	for at := before + 1; at < keep; {
		n := min(keep-at, window)
		if err := readAt(f, buf[:n], at); err != nil {
			return false, 0, err
		}
		if bytes.IndexByte(buf[:n], 0) >= 0 {
			return true, before + 1, nil
		}
		at += n
	}
	return false, before + 1, nil
}

// measure takes down what is going to be cut off.
func measure(f io.ReaderAt, from, to int64) (*Torn, error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, from, to-from)); err != nil {
		return nil, err
	}
	var d digest
	h.Sum(d[:0])
	return &Torn{to - from, d.String()}, nil
}

// ours refuses a file without any whole line unless that is what a log looks like whose first write was cut short: nobody's notes are
// to be cut off because somebody mistyped a name.
func ours(f io.ReaderAt, size int64) error {
	const begins = `{"data":{"log":"`
	buf := make([]byte, min(size, int64(len(begins))))
	if err := readAt(f, buf, 0); err != nil {
		return err
	}
	if string(buf) == begins[:len(buf)] || len(bytes.Trim(buf, "\x00")) == 0 {
		return nil
	}
	return errNoLog
}

var errNoLog = errors.New("it holds something that is no audit log: name another file")

// check follows the first line and the last ones.
func (e *end) check(f io.ReaderAt) error {
	first, err := head(f, e.keep)
	if err != nil {
		return err
	}
	var (
		p    parser
		line Line
		c    chain
	)
	if !bytes.HasPrefix(first, []byte(`{"data":`)) {
		return errNoLog
	}
	if fault := p.parse(first, &line); fault != "" {
		return broken("line 1", fault)
	}
	if fault := c.follow(&line); fault != "" {
		return broken("line 1", fault)
	}
	text, from, err := tail(f, e.keep)
	if err != nil {
		return err
	}
	for n := 0; len(text) > 0; n++ {
		raw, rest, _ := bytes.Cut(text, []byte{'\n'})
		fault := p.parse(raw, &line)
		switch {
		case fault != "":
		case n == 0 && from > 0: // what comes before it is not read
			c.seq, c.hash = line.Seq, line.hash
		case n == 0:
			c = chain{}
			fault = c.follow(&line)
		default:
			fault = c.follow(&line)
		}
		if fault != "" {
			return broken(fmt.Sprintf("the line at byte %d", from), fault)
		}
		from += int64(len(raw)) + 1
		text = rest
	}
	e.chain = c
	return nil
}

func broken(place, fault string) error {
	return fmt.Errorf("%s: %s: the log is broken and nothing was added; find out with `cdbgate audit verify`, move it away and begin a new one", place, fault)
}

// head is the first line of a log, without its line feed.
func head(f io.ReaderAt, keep int64) ([]byte, error) {
	for n := int64(4 << 10); ; n *= 16 {
		n = min(n, keep, MaxLine)
		buf := make([]byte, n)
		if err := readAt(f, buf, 0); err != nil {
			return nil, err
		}
		if line, _, ok := bytes.Cut(buf, []byte{'\n'}); ok {
			return line, nil
		}
		if n == min(keep, MaxLine) {
			return nil, errNoLog
		}
	}
}

// tail is the last whole lines before keep, at least one, and where they begin.
func tail(f io.ReaderAt, keep int64) ([]byte, int64, error) {
	for _, n := range []int64{window, 2 * MaxLine} {
		n = min(n, keep)
		buf := make([]byte, n)
		if err := readAt(f, buf, keep-n); err != nil {
			return nil, 0, err
		}
		if n == keep {
			return buf, 0, nil
		}
		if _, rest, _ := bytes.Cut(buf, []byte{'\n'}); len(rest) > 0 {
			return rest, keep - int64(len(rest)), nil
		}
	}
	return nil, 0, broken("the last line", fmt.Sprintf("it is longer than %d bytes", MaxLine))
}

// readAt fills a buffer. A file that is shorter than it was is an error.
func readAt(f io.ReaderAt, buf []byte, at int64) error {
	n, err := f.ReadAt(buf, at)
	if n == len(buf) {
		return nil
	}
	if err == io.EOF {
		return errors.New("it became shorter while it was read: something else than cdbgate writes to it")
	}
	return err
}

// sizeOf is a file's size in bytes.
func sizeOf(f *os.File) (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, cause(err)
	}
	return info.Size(), nil
}
