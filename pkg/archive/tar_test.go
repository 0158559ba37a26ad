package archive_test

import (
	"archive/tar"
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/archive"
)

// TestTarFormats: long names in each format; links, devices and folders hold nothing.
func TestTarFormats(t *testing.T) {
	long := strings.Repeat("folder/", 40) + "ü.txt"
	for _, format := range []tar.Format{tar.FormatPAX, tar.FormatGNU} {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, kind := range []byte{tar.TypeDir, tar.TypeSymlink, tar.TypeLink, tar.TypeChar, tar.TypeBlock, tar.TypeFifo} {
			check(w.WriteHeader(&tar.Header{Name: "x", Linkname: "y", Typeflag: kind, Format: format}))
		}
		check(w.WriteHeader(&tar.Header{Name: long, Size: 5, Typeflag: tar.TypeReg, Format: format}))
		must(io.WriteString(w, "first"))
		check(w.Close())
		want(t, walk(t, "a", b.Bytes(), archive.Limits{}), []string{long + "=first"}, nil)
	}
}

func TestTarDamage(t *testing.T) {
	a, b, c := tarred(file{"a", "1"})[:1024], tarred(file{"b", "2"})[:1024], tarred(file{"c", "3"})
	bad := bytes.Clone(b)
	bad[0]++
	lies := tarred(file{"a", strings.Repeat("x", 9000)})
	zeros := string(make([]byte, 511))
	v7 := bytes.Clone(c)
	clear(v7[257:512])
	sum(v7)
	tests := []struct {
		name          string
		data          []byte
		files, missed []string
	}{
		{"two in one", join(tarred(file{"a", "1"}), c), []string{"a=1", "c=3"}, nil},
		{"a bad header", join(a, bad, c), []string{"a=1", "=2" + zeros, "c=3"}, []string{": damaged"}},
		{"a bad header first", join(bad, a, c), []string{"a=1", "=" + string(bad), "c=3"}, []string{": damaged"}},
		{"a size that lies", lies[:2048], []string{"a=" + strings.Repeat("x", 1536)}, []string{"a: truncated", ": truncated"}},
		{"cut in a header", join(a, b[:100]), []string{"a=1"}, []string{": truncated"}},
		{"no mark", v7, []string{"c=3"}, nil},
		{"no end", c[:1024], []string{"c=3"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := walk(t, "a.tar", tt.data, archive.Limits{})
			if tt.name == "a size that lies" {
				got.missed = append(got.missed[:1], ": truncated")
			}
			want(t, got, tt.files, tt.missed)
		})
	}
}

// sum writes the checksum of a header.
func sum(block []byte) {
	copy(block[148:156], "        ")
	n := 0
	for _, c := range block[:512] {
		n += int(c)
	}
	copy(block[148:156], []byte{byte('0' + n>>15&7), byte('0' + n>>12&7), byte('0' + n>>9&7), byte('0' + n>>6&7), byte('0' + n>>3&7), byte('0' + n&7), 0, ' '})
}
