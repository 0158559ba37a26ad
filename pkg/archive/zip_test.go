package archive_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/archive"
)

// at finds the nth place of a mark in a zip.
func at(data []byte, mark string, n int) int {
	from := 0
	for ; n > 0; n-- {
		from += bytes.Index(data[from:], []byte(mark)) + 1
	}
	return from - 1
}

// patched is a copy of a zip with some bytes behind a mark replaced.
func patched(data []byte, mark string, n, offset int, by ...byte) []byte {
	out := bytes.Clone(data)
	copy(out[at(out, mark, n)+offset:], by)
	return out
}

const local, central, end = "PK\x03\x04", "PK\x01\x02", "PK\x05\x06"

// TestZipPlaces: a file is found wherever it is, and so is what is in none.
func TestZipPlaces(t *testing.T) {
	one, both := zipped(two[0]), zipped(two...)
	b := "dir/b.txt=" + two[1].text
	raw := zipBy(zip.Store, file{"a.txt", "first"})
	unlisted := join(one[:at(one, central, 1)], both)
	var comments bytes.Buffer
	z := zip.NewWriter(&comments)
	w := must(z.CreateHeader(&zip.FileHeader{Name: "a.txt", Comment: "of the file"}))
	must(io.WriteString(w, "first"))
	check(z.SetComment("of all"))
	check(z.Close())
	tests := []struct {
		name          string
		data          []byte
		files, missed []string
	}{
		{"before", join([]byte("#!/bin/sh\n"), both), []string{"=#!/bin/sh\n", "a.txt=first", b}, nil},
		{"behind", join(both, []byte("behind")), []string{"=behind", "a.txt=first", b}, nil},
		{"far behind", join(both, bytes.Repeat([]byte("behind"), 20_000)), []string{"=" + strings.Repeat("behind", 20_000), "a.txt=first", b}, nil},
		{"zeros behind", join(both, make([]byte, 70_000)), []string{"a.txt=first", b}, nil},
		{"two zips", join(one, both), []string{"a.txt=first", "a.txt=first", b}, nil},
		{"a tar.gz behind", join(one, gzipped(tarred(file{"c", "3"}))), []string{"a.txt=first", "c=3"}, nil},
		{"unlisted", unlisted, []string{"a.txt=first", "a.txt=first", b}, nil},
		{"comments", comments.Bytes(), []string{"a.txt=first", "=of all\nof the file"}, nil},
		{"folders", zipped(file{"a/", ""}, two[0]), []string{"a.txt=first"}, nil},
		{"empty", zipped(), nil, nil},
		{"an empty file", zipped(file{"a", ""}), nil, nil},
		{"no list", both[:at(both, central, 1)], []string{"a.txt=first", b}, []string{": damaged"}},
		{"no list, stored", raw[:at(raw, central, 1)], []string{"a.txt=first"}, []string{": damaged"}},
		{"half a list", both[:at(both, central, 2)], []string{"a.txt=first", b, "=" + string(both[at(both, central, 1):at(both, central, 2)])}, []string{": damaged"}},
		{"stored", zipBy(zip.Store, file{"b.zip", string(both)}), []string{"b.zip!a.txt=first", "b.zip!" + b}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { want(t, walk(t, "a", tt.data, archive.Limits{}), tt.files, tt.missed) })
	}
}

// TestZipLies: one bad entry leaves the others alone, and nothing that is there is lost.
func TestZipLies(t *testing.T) {
	both := zipped(two...)
	b := "dir/b.txt=" + two[1].text
	raw := zipBy(zip.Store, two...)
	body := at(both, local, 1) + 30 + len(two[0].name)
	tests := []struct {
		name          string
		data          []byte
		files, missed []string
	}{
		{"checksum", patched(both, central, 1, 16, 1, 2, 3, 4), []string{"a.txt=first", b}, []string{"a.txt: damaged"}},
		{"a smaller size", patched(both, central, 2, 24, 1, 0, 0, 0), []string{"a.txt=first", b}, []string{"dir/b.txt: damaged"}},
		{"a larger size", patched(both, central, 2, 24, 0, 0, 0, 0x70), []string{"a.txt=first", b}, []string{"dir/b.txt: damaged"}},
		{"a smaller packed size", patched(both, central, 2, 20, 1, 0, 0, 0), []string{"a.txt=first", b}, []string{"dir/b.txt: damaged"}},
		{"a larger packed size", patched(both, central, 1, 20, 0, 0, 0, 0x70), []string{"a.txt=first", b}, []string{"a.txt: damaged"}},
		{"encrypted", patched(both, central, 1, 8, 9), []string{b}, []string{"a.txt: damaged", "a.txt: encrypted"}},
		{"method", patched(patched(both, central, 1, 10, 14), local, 1, 8, 14), []string{b}, []string{"a.txt: unsupported"}},
		{"an unknown method", patched(patched(both, central, 1, 10, 77), local, 1, 8, 77), []string{b}, []string{"a.txt: unsupported"}},
		{"two methods", patched(both, local, 1, 8, 14), []string{"a.txt=first", b}, []string{"a.txt: damaged"}},
		{"offset", patched(both, central, 2, 42, 255, 255, 255, 0), []string{"a.txt=first", b}, []string{"dir/b.txt: damaged"}},
		{"one place for two", patched(both, central, 2, 42, 0, 0, 0, 0), []string{"dir/b.txt=first", b}, []string{"a.txt: damaged", "dir/b.txt: damaged"}},
		{"count", patched(both, end, 1, 10, 9, 0), []string{"a.txt=first", b}, []string{": damaged"}},
		{"volumes", patched(both, end, 1, 4, 1, 0), []string{"a.txt=first", b}, []string{": truncated"}},
		{"data", patched(both, local, 1, body, 255), []string{b}, []string{"a.txt: damaged"}},
		{"stored and cut", raw[:len(raw)-200-200], []string{"a.txt=first", "dir/b.txt=" + two[1].text[:len(raw)-400-(at(raw, local, 2)+39)]}, []string{": damaged"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { want(t, walk(t, "a.zip", tt.data, archive.Limits{}), tt.files, tt.missed) })
	}
}

// TestLargeZip reads the fields that a zip of more than 4 GiB has, in a small one.
func TestLargeZip(t *testing.T) {
	data := zipBy(zip.Store, file{"a.txt", "first"})
	i, e := at(data, central, 1), at(data, end, 1)
	var extra []byte
	for _, v := range []uint64{5, 5, 0} {
		extra = binary.LittleEndian.AppendUint64(extra, v)
	}
	list := bytes.Clone(data[i:e])
	for _, field := range []int{20, 24, 42} {
		copy(list[field:], "\xff\xff\xff\xff")
	}
	list[30] = 28
	list = join(list, []byte{1, 0, 24, 0}, extra)
	large := binary.LittleEndian.AppendUint64([]byte("PK\x06\x06"), 44)
	large = append(large, make([]byte, 12)...)
	for _, v := range []uint64{1, 1, uint64(len(list)), uint64(i)} {
		large = binary.LittleEndian.AppendUint64(large, v)
	}
	locator := join([]byte("PK\x06\x07"), make([]byte, 16))
	last := join([]byte(end), make([]byte, 4), bytes.Repeat([]byte{255}, 12), make([]byte, 2))
	want(t, walk(t, "a", join(data[:i], list, large, locator, last), archive.Limits{}), []string{"a.txt=first"}, nil)
}

// TestCutZip: wherever a zip is cut, that is told, and a file that is whole is read.
func TestCutZip(t *testing.T) {
	data := zipped(two...)
	second := at(data, local, 2)
	for i := 4; i < len(data); i++ {
		got := walk(t, "a.zip", data[:i], archive.Limits{})
		if len(got.missed) == 0 {
			t.Fatalf("cut at %d, nothing is missed", i)
		}
		if i >= second && got.files[0] != "a.txt=first" {
			t.Fatalf("cut at %d, the first file is not read", i)
		}
	}
}
