package archive_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/archive"
)

var two = []file{{"a.txt", "first"}, {"dir/b.txt", strings.Repeat("second ", 100)}}

// TestNames: the paths are those that gitleaks gives.
func TestNames(t *testing.T) {
	b := "dir/b.txt=" + two[1].text
	deep := zipped(file{"one.zip", string(zipped(file{"two.tar.gz", string(gzipped(tarred(two...)))}))})
	tests := []struct {
		name string
		data []byte
		want []string
	}{
		{"a.zip", zipped(two...), []string{"a.txt=first", b}},
		{"a.tar", tarred(two...), []string{"a.txt=first", b}},
		{"a.tar.gz", gzipped(tarred(two...)), []string{"a.txt=first", b}},
		{"a.txt.gz", gzipped([]byte("first")), []string{"=first"}},
		{"a.txt", []byte("first"), []string{"=first"}},
		{"a", nil, nil},
		{"a.zlib", zlibbed([]byte("first")), []string{"=first"}},
		{"a.gz.gz", gzipped(gzipped([]byte("first"))), []string{"=first"}},
		{"a.zip.gz", gzipped(zipped(two...)), []string{"a.txt=first", b}},
		{"a.zip", zipped(file{"x/logs.txt.gz", string(gzipped([]byte("first")))}), []string{"x/logs.txt.gz=first"}},
		{"a.zip", deep, []string{"one.zip!two.tar.gz!a.txt=first", "one.zip!two.tar.gz!" + b}},
		{
			"a.zip", zipped(file{"../../x", "1"}, file{"/etc/y", "2"}, file{"a//b/./c", "3"}, file{"n\x00\x1bm", "4"}, file{"\xff", "5"}, file{"x", "6"}, file{"x", "7"}),
			[]string{"../../x=1", "/etc/y=2", "a/b/c=3", "n\ufffd\ufffdm=4", "\ufffd=5", "x=6", "x=7"},
		},
		{"a.tar", tarred(file{"../../x", "1"}, file{"/etc/y", "2"}, file{"x", "6"}, file{"x", "7"}), []string{"../../x=1", "/etc/y=2", "x=6", "x=7"}},
		{"a.zip", zipped(file{strings.Repeat("ü", 3000), "1"}), []string{strings.Repeat("ü", 2046) + "…=1"}},
		{"lfs.zip", []byte("version https://git-lfs.github.com/spec/v1\n"), []string{"=version https://git-lfs.github.com/spec/v1\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { want(t, walk(t, tt.name, tt.data, archive.Limits{}), tt.want, nil) })
	}
}

// TestMissed: what cannot be opened is missed, and visited as it is.
func TestMissed(t *testing.T) {
	tests := []struct {
		name, data string
		missed     []string
	}{
		{"a.7z", "7z\xbc\xaf\x27\x1c....", []string{": unsupported"}},
		{"a.deb", "!<arch>\ndebian-binary", []string{": unsupported"}},
		{"a.xz", "\xfd7zXZ\x00....", []string{": unsupported"}},
		{"a.gz", "\x1f\x8b\x08", []string{": truncated"}},
		{"a.gz", "\x1f\x8b\x00\x00\x00\x00\x00\x00\x00\x00", []string{": damaged"}},
		{"a.gz", "\x00\x01\x02 no gzip", []string{": damaged"}},
		{"a.zip", "\x00\x01\x02 no zip", []string{": damaged", ": damaged"}},
		{"a.zip", "PK\x03\x04\x00", []string{": damaged"}},
		{"a.tar", "\x00\x01\x02 no tar", []string{": damaged", ": truncated"}},
		{"a.zst", "\x28\xb5\x2f\xfd\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", []string{": damaged"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := walk(t, tt.name, []byte(tt.data), archive.Limits{})
			want(t, got, []string{"=" + strings.TrimLeft(tt.data, "")}, tt.missed)
		})
	}
}

// TestStops: the error of visit and the end of ctx end a walk, whatever is being read.
func TestStops(t *testing.T) {
	no := errors.New("no")
	for _, data := range [][]byte{zipped(two...), tarred(two...), gzipped(tarred(two...)), gzipped(zipped(two...)), []byte("text")} {
		calls := 0
		_, err := archive.Walk(context.Background(), "a", data, archive.Limits{}, func(string, []byte) error { calls++; return no })
		if err != no || calls != 1 {
			t.Errorf("got %v after %d calls", err, calls)
		}
		ctx, cancel := context.WithCancel(context.Background())
		_, err = archive.Walk(ctx, "a", data, archive.Limits{}, func(string, []byte) error { cancel(); return nil })
		if len(data) > 4 && !slices.Equal(data, gzipped(nil)) && err != context.Canceled {
			t.Errorf("got %v after the end of the context", err)
		}
		if _, err = archive.Walk(ctx, "a", data, archive.Limits{}, func(string, []byte) error { t.Error("visited"); return nil }); err != context.Canceled {
			t.Errorf("got %v with an ended context", err)
		}
	}
}
