package plan

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
)

// maxSize is the largest plan read, in bytes of JSON. One with 15,000 changes has about 40 MB.
const maxSize = 256 << 20

var gzipMagic = []byte{0x1f, 0x8b}

// load reads all bytes, inflated when they are gzip. The error is the reader's own.
func load(r io.Reader) ([]byte, *Error, error) {
	head := make([]byte, len(gzipMagic))
	n, err := fill(r, head)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	size := sizeOf(r)
	whole := io.MultiReader(bytes.NewReader(head[:n]), r)
	if !bytes.Equal(head, gzipMagic) {
		data, err := readAll(whole, size)
		if err != nil {
			return nil, nil, err
		}
		return data, tooLarge(data), nil
	}
	source := &source{r: whole}
	z, err := gzip.NewReader(source)
	var data []byte
	if err == nil {
		data, err = readAll(z, 0)
	}
	var corrupt flate.CorruptInputError
	switch {
	case err == nil:
		return data, tooLarge(data), nil
	case source.err != nil:
		return nil, nil, source.err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return nil, refuse(len(data), "write or transfer the file again", "the gzip file is truncated"), nil
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return nil, refuse(len(data), "write or transfer the file again", "the gzip file is damaged"), nil
	}
	return nil, nil, err
}

func tooLarge(data []byte) *Error {
	if len(data) > maxSize {
		return refuse(-1, "split the root module", "the plan has more than %d MiB", maxSize>>20)
	}
	return nil
}

// source remembers the error of the reader beneath the inflater, to tell it from a damaged file.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// sizeOf is how many bytes r still has about, 0 when it does not say.
func sizeOf(r io.Reader) int64 {
	switch r := r.(type) {
	case interface{ Len() int }:
		return int64(r.Len())
	case interface{ Stat() (fs.FileInfo, error) }:
		if info, err := r.Stat(); err == nil && info.Mode().IsRegular() {
			return info.Size()
		}
	}
	return 0
}

// readAll reads at most one byte more than a plan may have. Known sizes are read in place; else chunks are joined at the end,
// since a buffer that grows by copying holds three times the bytes at its peak.
func readAll(r io.Reader, size int64) ([]byte, error) {
	r = io.LimitReader(r, maxSize+1)
	var chunks [][]byte
	next := int(min(max(size, 0), maxSize)) + 64
	if size == 0 {
		next = 64 << 10
	}
	total := 0
	for {
		chunk := make([]byte, next)
		n, err := fill(r, chunk)
		total += n
		chunks = append(chunks, chunk[:n])
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return bytes.Join(chunks, nil), err
		}
		next = min(max(total, 64<<10), 4<<20)
	}
	if len(chunks) == 1 {
		return chunks[0], nil
	}
	return bytes.Join(chunks, nil), nil
}

// fill reads until p is full. Unlike io.ReadFull it leaves the reader's error as it is: an unexpected end is one of its own.
func fill(r io.Reader, p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var more int
		more, err = r.Read(p[n:])
		n += more
	}
	return n, err
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}
