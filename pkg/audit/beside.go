package audit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// The files of a log beside the log itself.
const (
	headSuffix = ".head"     // its signed head
	newSuffix  = ".head.new" // the next one, while it is written
)

// largestHead is the most bytes a head's envelope may have.
const largestHead = 64 << 10

// Files lists every file that keeping a log at path may make.
func Files(path string) []string { return []string{path, path + headSuffix, path + newSuffix} }

// HeadFile is where the signed head of a log at path lies.
func HeadFile(path string) string { return path + headSuffix }

// HeadError says that events were written and are kept, but that no head was signed over them.
type HeadError struct{ Err error }

func (e *HeadError) Error() string {
	return fmt.Sprintf("the events are recorded, but not under a signed head: %v", e.Err)
}
func (e *HeadError) Unwrap() error { return e.Err }

// ReadHead reads a head's envelope from a file and opens it, see OpenHead.
func ReadHead(path string, key Verifier) (Head, error) {
	text, err := readSmall(path)
	if err != nil {
		return Head{}, err
	}
	return OpenHead(text, key)
}

func readSmall(path string) ([]byte, error) {
	f, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, largestHead+1))
	if err == nil && len(text) > largestHead {
		err = fmt.Errorf("it is larger than %d bytes", largestHead)
	}
	return text, cause(err)
}

// headFits holds the end of a log against the head beside it: a log that is shorter than its head, or another one, is not gone on
// with. It reports whether the head lies behind the end.
func (l *Log) headFits(e end) (behind bool, err error) {
	h, err := ReadHead(HeadFile(l.path), l.opt.Verifier)
	if errors.Is(err, fs.ErrNotExist) {
		return e.seq > 0, nil
	}
	name := filepath.Base(HeadFile(l.path))
	switch {
	case err != nil:
		return false, fmt.Errorf("its head %s: %w", name, err)
	case e.id == "":
		return false, fmt.Errorf("the log is gone or empty, and %s says that it had %d lines: put it back, or move the head away as well", name, h.Seq)
	case h.Log != e.id:
		return false, fmt.Errorf("%s is the head of log %s, and this is log %s: move the head to the log it belongs to", name, h.Log, e.id)
	case h.Seq > e.seq:
		return false, fmt.Errorf("it ends with line %d, and %s says that it had %d: it was cut off or rolled back; keep both and begin a new log", e.seq, name, h.Seq)
	case h.Seq == e.seq && h.Hash != e.hash.String():
		return false, fmt.Errorf("its last line is not the one that %s has: it was rewritten; keep both and begin a new log", name)
	}
	return h.Seq < e.seq, nil
}

// covers reads a whole log before a head is signed over lines that the last head does not know.
func (l *Log) covers(f *os.File, e end) error {
	in := io.NewSectionReader(f, 0, e.keep)
	h, err := ReadHead(HeadFile(l.path), l.opt.Verifier)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		_, err = Verify(in)
	case err == nil:
		_, err = VerifyHead(in, h)
	}
	if err != nil {
		return fmt.Errorf("%w: nothing was added, since a head would be signed over it; keep it and begin a new log", err)
	}
	return nil
}

// sign puts a signed head beside a log whose lock is held.
func (l *Log) sign(ctx context.Context, c chain) error {
	if l.opt.Signer == nil {
		return nil
	}
	// The events are written; that whoever wrote them is called off now is no reason to leave them without a head.
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), longestWait)
	defer done()
	text, err := SignHead(ctx, Head{Log: c.id, Seq: c.seq, Hash: c.hash.String(), Time: l.opt.Now().UTC().Truncate(time.Millisecond)}, l.opt.Signer)
	if err == nil {
		err = replace(HeadFile(l.path), l.path+newSuffix, text)
	}
	if err != nil {
		return &HeadError{err}
	}
	return nil
}

// replace gives a file new content whole or not at all. The temporary name is fixed, since the log's lock is held: what a killed
// process left there is overwritten, not piled up.
func replace(path, tmp string, text []byte) error {
	if err := os.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(tmp, path)
	}
	if err != nil {
		_ = os.Remove(tmp) // the error at hand says more
		return err
	}
	return syncDir(filepath.Dir(path))
}
