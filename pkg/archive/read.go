package archive

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// problem is an error that says itself what kind of Missed it is.
type problem string

func (p problem) Error() string { return string(p) }

// read takes in a file, at most EntryBytes of it. What was read until an error is returned with it.
func (w *walker) read(r io.Reader) ([]byte, error) {
	var b bytes.Buffer
	n, err := b.ReadFrom(io.LimitReader(r, w.limits.EntryBytes+1))
	if n > w.limits.EntryBytes {
		b.Truncate(int(w.limits.EntryBytes))
		err = problem(fmt.Sprintf("limit: larger than %d bytes, only those were read", w.limits.EntryBytes))
	}
	return b.Bytes(), err
}

func (w *walker) spent() error {
	return problem(fmt.Sprintf("limit: more than %d bytes came out in all", w.limits.Bytes))
}

// fail notes why something could not be read on. It returns only the end of ctx.
func (w *walker) fail(inner string, err error) error {
	if stop := w.ctx.Err(); stop != nil {
		return stop
	}
	var p problem
	switch {
	case errors.As(err, &p):
		w.miss(inner, "%s", string(p))
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		w.miss(inner, "truncated: the file ends too early")
	default:
		w.miss(inner, "damaged: it cannot be read on")
	}
	return nil
}

// counter counts what is read, byte for byte: decompressors take single bytes from it and leave the rest.
type counter struct {
	r *bufio.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *counter) ReadByte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

// meter holds what comes out of a decompressor against the limits.
type meter struct {
	w   *walker
	in  *counter
	r   io.Reader
	out int64
	err error // what ended it, io.EOF too
}

func (m *meter) Read(p []byte) (int, error) {
	if m.err != nil {
		return 0, m.err
	}
	if m.err = m.w.ctx.Err(); m.err != nil {
		return 0, m.err
	}
	n, err := m.r.Read(p)
	m.out += int64(n)
	m.w.bytes += int64(n)
	m.err = err
	if over := m.w.bytes - m.w.limits.Bytes; over > 0 {
		n -= int(min(over, int64(n)))
		m.err = m.w.spent()
	} else if m.out > ratioFrom && m.out/m.w.limits.Ratio > m.in.n {
		m.err = problem(fmt.Sprintf("limit: more than %d bytes came out for each that went in", m.w.limits.Ratio))
	}
	return n, m.err
}
