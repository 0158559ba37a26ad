package archive

import (
	"io"

	"github.com/klauspost/compress/zstd"
)

// maxWindow is the memory that a zstd may ask for, in bytes: what `zstd --long` uses and `zstd -d` accepts unasked.
const maxWindow = 128 << 20

func newZstd(r io.Reader) (io.ReadCloser, error) {
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, err
	}
	return z.IOReadCloser(), nil
}
