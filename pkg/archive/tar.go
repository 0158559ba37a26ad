package archive

import (
	"archive/tar"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const tarBlock = 512

// isTar tells the header of a tar: its checksum fits. Of a head that is too short for that, POSIX's and GNU's mark.
func isTar(head []byte) bool {
	if len(head) < tarBlock {
		return len(head) >= 262 && string(head[257:262]) == "ustar"
	}
	return checksumFits(head[:tarBlock])
}

// checksumFits adds up a header as POSIX's pax says, the field itself counting as spaces. Old writers added signed bytes.
func checksumFits(block []byte) bool {
	field := strings.Trim(string(block[148:156]), " \x00")
	want, err := strconv.ParseInt(field, 8, 64)
	if err != nil {
		return false
	}
	var unsigned, signed int64
	for i, b := range block {
		if i >= 148 && i < 156 {
			b = ' '
		}
		unsigned += int64(b)
		signed += int64(int8(b))
	}
	return want == unsigned || want == signed
}

// tar goes through a tar, and on behind its end and behind damage: to the next header that is one. What lies between is visited
// as the tar's own.
func (w *walker) tar(inner string, r io.Reader, depth int) error {
	t := &tarWalk{w: w, inner: inner, in: &counter{r: bufio.NewReader(r)}, depth: depth}
	for !t.done {
		head, err := t.in.r.Peek(tarBlock)
		switch {
		case len(head) == tarBlock && checksumFits(head):
			err = t.entries()
		case len(head) > 0:
			if len(head) < tarBlock {
				t.w.miss(inner, "truncated: the file ends inside a block")
			}
			t.skip(head)
			_, err = t.in.r.Discard(len(head))
		case err == io.EOF:
			err, t.done = nil, true
		default:
			err, t.done = w.fail(inner, err), true
		}
		if err != nil {
			return err
		}
	}
	return w.between(inner, t.rest.Bytes(), depth)
}

// tarWalk is the state of going through one tar.
type tarWalk struct {
	w     *walker
	inner string
	in    *counter
	depth int
	rest  bytes.Buffer // what was skipped
	told  bool         // that it is too much
	holes int64        // bytes of sparse files that are not in the tar
	done  bool
}

// skip keeps a block that is no header.
func (t *tarWalk) skip(block []byte) {
	if int64(t.rest.Len()+len(block)) <= t.w.limits.EntryBytes {
		t.rest.Write(block)
		return
	}
	if !t.told {
		t.told = true
		t.w.miss(t.inner, "limit: more than %d bytes that are in no file", t.w.limits.EntryBytes)
	}
}

// entries reads from a header to the end that the tar declares, or to one that is no header.
func (t *tarWalk) entries() error {
	r := tar.NewReader(t.in)
	for {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return t.w.fail(t.inner, err)
		}
		if !t.w.enter(t.inner) {
			t.done = true
			return nil
		}
		if err := t.entry(h, r); err != nil {
			return err
		}
	}
}

// entry goes into one file. Of a sparse one the holes count as inflated.
func (t *tarWalk) entry(h *tar.Header, r io.Reader) error {
	switch h.Typeflag {
	case tar.TypeDir, tar.TypeLink, tar.TypeSymlink, tar.TypeChar, tar.TypeBlock, tar.TypeFifo, tar.TypeXGlobalHeader:
		return t.w.ctx.Err()
	}
	inner, before := join(t.inner, h.Name), t.in.n
	if t.holes > 0 && t.w.bytes > t.w.limits.Bytes {
		return t.w.fail(inner, t.w.spent())
	}
	data, err := t.w.read(r)
	holes := max(0, int64(len(data))-(t.in.n-before))
	t.holes += holes
	t.w.bytes += holes
	if err == io.ErrUnexpectedEOF {
		err = problem(fmt.Sprintf("truncated: only %d of its %d bytes are there", len(data), h.Size))
	}
	if err != nil {
		if err := t.w.fail(inner, err); err != nil {
			return err
		}
	}
	return t.w.file(inner, h.Name, data, t.depth)
}
