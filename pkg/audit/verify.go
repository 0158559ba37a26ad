package audit

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Summary is what a log is found to be, up to the end or to the first line that does not belong.
type Summary struct {
	Log   string         // the log's id
	Lines uint64         // how many lines belong together, from the first
	Types map[string]int // how many of them are of each type
	First time.Time      // of the first line
	Last  time.Time      // of the last line that belongs
	Back  uint64         // how many lines are older than the line before: a clock was set back. It breaks nothing
	Hash  string         // of the last line that belongs: "sha256:…"
	Torn  int64          // bytes behind the last whole line

	// Proven is the line up to which a signed head vouches for the log, 0 without one. Signed is the time in that head.
	Proven uint64
	Signed time.Time
}

// String words the summary of a log that is intact.
func (s Summary) String() string {
	if s.Lines == 0 {
		return "no line"
	}
	text := fmt.Sprintf("intact to line %d (%s)", s.Lines, s.Last.Format(time.RFC3339))
	switch {
	case s.Proven == 0:
		return text + ", tail unproven: no signed head says that nothing followed"
	case s.Proven < s.Lines:
		return fmt.Sprintf("%s, proven to line %d by the head signed at %s, tail unproven", text, s.Proven, s.Signed.Format(time.RFC3339))
	}
	return fmt.Sprintf("%s, proven by the head signed at %s", text, s.Signed.Format(time.RFC3339))
}

// BrokenError names the first line of a log that does not belong.
type BrokenError struct {
	Line   uint64 // from 1
	Reason string
	Torn   bool // the line has no end: a writer was killed, or something cut the log. The next append cuts it off and records that
}

func (e *BrokenError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Verify reads a log to its end and checks every line: its form, its hash, its number, and that it follows the one before. An error
// of the type *BrokenError names the first line that does not; another one is of the reader. The summary holds what lies before.
//
// It shows that nothing was edited, inserted, deleted or swapped before the last line. It cannot show that nothing followed that:
// see VerifyHead.
func Verify(r io.Reader) (Summary, error) { return Read(r, nil) }

// VerifyHead is Verify for a log of which a signed head is known: it also finds that lines were cut off since, or that the log was
// rolled back and went on otherwise.
func VerifyHead(r io.Reader, h Head) (Summary, error) {
	var at *digest
	s, err := Read(r, func(l *Line) error {
		if l.Seq == h.Seq {
			hash := l.hash
			at = &hash
		}
		return nil
	})
	var broken *BrokenError
	if err != nil && (!errors.As(err, &broken) || s.Log == "") {
		return s, err
	}
	switch {
	case s.Log != h.Log:
		return s, &BrokenError{Line: 1, Reason: fmt.Sprintf("this is log %s, and the head is of log %s", s.Log, h.Log)}
	case err != nil && broken.Line <= h.Seq && !broken.Torn:
		return s, err
	case at == nil:
		return s, &BrokenError{Line: s.Lines + 1, Reason: fmt.Sprintf("it is missing: the head signed at %s counts %d lines, so the log was cut off or rolled back",
			h.Time.Format(time.RFC3339), h.Seq)}
	case at.String() != h.Hash:
		return s, &BrokenError{Line: h.Seq, Reason: fmt.Sprintf("it is not the line that the head signed at %s has: the log was rewritten", h.Time.Format(time.RFC3339))}
	}
	s.Proven, s.Signed = h.Seq, h.Time
	return s, err
}

// Read is Verify that shows every line that belongs to visit, in order. A line's slices count until visit returns. An error of
// visit ends the reading.
func Read(r io.Reader, visit func(*Line) error) (s Summary, err error) {
	var (
		c    chain
		p    parser
		line Line
		long []byte
	)
	s.Types = map[string]int{}
	defer func() {
		if c.seq > 0 {
			s.Hash = c.hash.String()
		}
	}()
	in := bufio.NewReaderSize(r, 64<<10)
	for {
		raw, err := readLine(in, &long)
		if err == io.EOF && len(raw) == 0 {
			break
		}
		broken := &BrokenError{Line: s.Lines + 1}
		switch {
		case errors.Is(err, bufio.ErrTooLong):
			broken.Reason = fmt.Sprintf("it is longer than %d bytes", MaxLine)
			return s, broken
		case err == io.EOF:
			s.Torn, broken.Torn = int64(len(raw)), true
			broken.Reason = fmt.Sprintf("it has no end: %d bytes of a write that was cut short, or a log that was; the next append cuts them off and records that", len(raw))
			return s, broken
		case err != nil:
			return s, err
		}
		fault := p.parse(raw, &line)
		if fault == "" {
			fault = c.follow(&line)
		}
		if fault != "" {
			broken.Reason = fault
			return s, broken
		}
		s.count(&line, &c)
		if visit != nil {
			if err := visit(&line); err != nil {
				return s, err
			}
		}
	}
	s.Hash = c.hash.String()
	if s.Lines == 0 {
		return s, &BrokenError{Line: 1, Reason: "there is none: a log has at least the line that begins it"}
	}
	return s, nil
}

func (s *Summary) count(l *Line, c *chain) {
	if s.Lines == 0 {
		s.Log, s.First = c.id, l.Time
	} else if l.Time.Before(s.Last) {
		s.Back++
	}
	s.Lines, s.Last = l.Seq, l.Time
	s.Types[l.Type]++
}

// readLine returns the next line without its line feed. At the end of the input it returns what stands there without one, and
// io.EOF; for a line longer than MaxLine bufio.ErrTooLong.
func readLine(in *bufio.Reader, long *[]byte) ([]byte, error) {
	raw, err := in.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		*long = append((*long)[:0], raw...)
		for err == bufio.ErrBufferFull {
			raw, err = in.ReadSlice('\n')
			*long = append(*long, raw...)
			if len(*long) > MaxLine {
				return nil, bufio.ErrTooLong
			}
		}
		raw = *long
	}
	if err != nil {
		return raw, err
	}
	return bytes.TrimSuffix(raw, []byte{'\n'}), nil
}

// ShortType is a type of events as people name it: "run" for io.cdbgate.run.v1.
func ShortType(kind string) string {
	name := strings.TrimPrefix(kind, "io.cdbgate.")
	if at := strings.LastIndex(name, ".v"); at > 0 {
		name = name[:at]
	}
	return name
}
