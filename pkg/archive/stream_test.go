package archive_test

import (
	"bytes"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/archive"
)

func TestStreams(t *testing.T) {
	first, second := gzipped([]byte("first ")), gzipped([]byte("second"))
	damaged := bytes.Clone(second)
	damaged[len(damaged)-8] ^= 1
	tests := []struct {
		name          string
		data          []byte
		files, missed []string
	}{
		{"members", join(first, second), []string{"=first second"}, nil},
		{"an empty member", join(gzipped(nil), first, gzipped(nil), second), []string{"=first second"}, nil},
		{"zeros behind", join(first, make([]byte, 1000)), []string{"=first "}, nil},
		{"text behind", join(first, []byte("behind")), []string{"=first ", "=behind"}, nil},
		{"a zip behind", join(first, zipped(two[0])), []string{"=first ", "a.txt=first"}, nil},
		{"text behind zlib", join(zlibbed([]byte("first")), []byte("behind")), []string{"=first", "=behind"}, nil},
		{"truncated", first[:len(first)-4], []string{"=first "}, []string{": truncated"}},
		{"a second that is truncated", join(first, second[:12]), []string{"=first s"}, []string{": truncated"}},
		{"a second that is damaged", join(first, damaged), []string{"=first second"}, []string{": damaged"}},
		{"a second that is none", join(first, []byte("\x1f\x8b\x00\x00\x00\x00\x00\x00\x00\x00")), []string{"=first "}, []string{": damaged"}},
		{"behind a tar", gzipped(join(tarred(two[0]), []byte("behind"), make([]byte, 506))), []string{"a.txt=first", "=behind" + string(make([]byte, 506))}, nil},
		{"behind a tar.gz", join(gzipped(tarred(two[0])), []byte("behind")), []string{"a.txt=first", "=behind"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { want(t, walk(t, "a", tt.data, archive.Limits{}), tt.files, tt.missed) })
	}
}

// TestCutStream: wherever a tar.gz is cut, that is told, and what was whole is read.
func TestCutStream(t *testing.T) {
	data := gzipped(tarred(two...))
	for i := 2; i < len(data); i++ {
		if got := walk(t, "a.tar.gz", data[:i], archive.Limits{}); len(got.missed) == 0 {
			t.Fatalf("cut at %d, nothing is missed", i)
		}
	}
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
