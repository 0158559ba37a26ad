package archive_test

import (
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/archive"
)

func TestKind(t *testing.T) {
	newc := "070701" + strings.Repeat("0", 104) + "name"
	tests := []struct{ name, head, want string }{
		{"a.jar", string(zipped(file{"a", "b"})), "zip"},
		{"a", "PK\x05\x06" + strings.Repeat("\x00", 18), "zip"},
		{"a.txt", string(gzipped(nil)), "gzip"},
		{"a", string(zlibbed([]byte("a text"))), "zlib"},
		{"a", string(tarred(file{"a", "b"}))[:512], "tar"},
		{"a", string(tarred(file{"a", "b"}))[:300], "tar"},
		{"a", "BZh9\x31\x41\x59\x26\x53\x59", "bzip2"},
		{"a", "\xfd7zXZ\x00", "xz"},
		{"a", "\x28\xb5\x2f\xfd", "zstd"},
		{"a", "\x5a\x2a\x4d\x18\x00\x00\x00\x00", "zstd"},
		{"a", "7z\xbc\xaf\x27\x1c", "7z"},
		{"a", "Rar!\x1a\x07\x01\x00", "rar"},
		{"a.deb", "!<arch>\ndebian-binary", "ar"},
		{"a", newc, "cpio"},
		{"a", "\xc7\x71", "cpio"},
		{"a.lzma", "\x5d\x00\x00\x80\x00", "lzma"},
		{"a.br", "\x8b\x02\x80\x00", "brotli"},
		{"a.zz", "x^\x01\x02\x03\x04", "zlib"},

		{"a.zip", "version https://git-lfs.github.com/spec/v1\n", ""},
		{"a.br", "a text", ""},
		{"a", "x^2 + y^2", ""},
		{"a", "BZh9 is how a bzip2 begins", ""},
		{"a", "070701 is how a cpio begins, and this is a text that goes on and on until it is longer than such a header, which is 110", ""},
		{"a", strings.Repeat("\x00", 512), ""},
		{"a", strings.Repeat("text\n", 200), ""},
		{"a", "", ""},
	}
	for _, tt := range tests {
		if got := archive.Kind(tt.name, []byte(tt.head)); got != tt.want {
			t.Errorf("%s %q: got %q, want %q", tt.name, tt.head[:min(20, len(tt.head))], got, tt.want)
		}
	}
}
