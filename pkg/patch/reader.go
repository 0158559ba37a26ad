package patch

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// reader reads the parts git's output is made of.
type reader struct{ in *bufio.Reader }

const bufferSize = 256 << 10

var (
	errOutput = errors.New("git's output is not what it should be")
	errEnd    = errors.New("git's output ends in the middle")
)

// ended reports whether the output is over. An error in reading is told by what is read next.
func (r *reader) ended() bool {
	_, err := r.in.Peek(1)
	return errors.Is(err, io.EOF)
}

// at reports whether what follows begins with a text.
func (r *reader) at(text string) bool {
	b, _ := r.in.Peek(len(text))
	return string(b) == text
}

// field reads up to a NUL, which it drops. What it returns is good until the next call.
func (r *reader) field() ([]byte, error) {
	b, err := r.in.ReadSlice(0)
	if err != nil {
		return nil, broken(err)
	}
	return b[:len(b)-1], nil
}

// line reads a line without its end. Of one that is longer than the buffer, the beginning is returned.
func (r *reader) line() ([]byte, error) {
	b, err := r.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		b = bytes.Clone(b)
		return b, r.pass()
	} else if err != nil {
		return nil, broken(err)
	}
	return b[:len(b)-1], nil
}

// pass goes to the end of a line.
func (r *reader) pass() error {
	for {
		if _, err := r.in.ReadSlice('\n'); err == nil {
			return nil
		} else if !errors.Is(err, bufio.ErrBufferFull) {
			return broken(err)
		}
	}
}

// broken tells an output that ended early from one that makes no sense.
func broken(err error) error {
	if errors.Is(err, bufio.ErrBufferFull) {
		return errOutput
	}
	return errEnd
}
