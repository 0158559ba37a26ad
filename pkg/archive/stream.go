package archive

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
)

// isStream tells the kinds that are one compressed file.
func isStream(kind string) bool {
	return kind == "gzip" || kind == "bzip2" || kind == "zlib" || kind == "zstd"
}

// decompress opens a compressed file.
func decompress(kind string, in *counter) (io.ReadCloser, error) {
	switch kind {
	case "gzip":
		return newMembers(in)
	case "bzip2":
		return io.NopCloser(bzip2.NewReader(in)), nil
	case "zlib":
		return zlib.NewReader(in)
	case "zstd":
		return newZstd(in)
	}
	return flate.NewReader(in), nil
}

// stream goes into a compressed file. A tar in it is read as it comes and may be of any size; anything else is a file, with the
// path of this one.
func (w *walker) stream(inner, kind string, src *bufio.Reader, depth int) error {
	in := &counter{r: src}
	z, err := decompress(kind, in)
	if err != nil {
		return w.fail(inner, err)
	}
	defer z.Close()
	m := &meter{w: w, in: in, r: z}
	if err := w.streamed(inner, m, depth); err != nil {
		return err
	}
	if m.err != io.EOF {
		if m.err == nil {
			return nil // larger than a file may be, which is noted
		}
		return w.fail(inner, m.err)
	}
	rest, err := w.read(in)
	if err != nil {
		if err := w.fail(inner, err); err != nil {
			return err
		}
	}
	return w.between(inner, rest, depth)
}

// streamed goes into what comes out of a compressed file.
func (w *walker) streamed(inner string, m *meter, depth int) error {
	r := bufio.NewReader(m)
	if head, _ := r.Peek(tarBlock); Kind("", head) == "tar" && depth < w.limits.Depth {
		return w.tar(inner, r, depth+1)
	}
	data, err := w.read(r)
	if err != nil && err != m.err {
		if err := w.fail(inner, err); err != nil {
			return err
		}
	}
	return w.file(inner, "", data, depth)
}

// between goes into bytes that belong to no file of the archive at inner. Zeros are what archives are filled up with; fewer than
// four may be the first half of a letter.
func (w *walker) between(inner string, data []byte, depth int) error {
	if text := bytes.TrimLeft(data, "\x00"); len(text) == 0 || len(data)-len(text) >= 4 {
		data = text
	}
	return w.file(inner, "", data, depth)
}

// members reads the members of a gzip one after the other, and leaves what comes behind the last. The library's own reader takes
// that for damage.
type members struct {
	*gzip.Reader
	in *counter
}

func newMembers(in *counter) (io.ReadCloser, error) {
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &members{z, in}, nil
}

func (m *members) Read(p []byte) (int, error) {
	for {
		n, err := m.Reader.Read(p)
		if err != io.EOF || n > 0 {
			if err == io.EOF {
				err = nil // the next call finds it again
			}
			return n, err
		}
		next, _ := m.in.r.Peek(2)
		if !bytes.Equal(next, []byte("\x1f\x8b")) {
			return 0, io.EOF
		}
		if err := m.Reset(m.in); err != nil {
			return 0, err
		}
		m.Multistream(false)
	}
}
