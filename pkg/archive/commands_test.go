package archive_test

import (
	"os"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/archive"
)

func readFile(path string) []byte { return must(os.ReadFile(path)) }

// TestCommands reads what the usual commands write.
func TestCommands(t *testing.T) {
	in := []file{{"a.txt", "first"}, {"b.txt", strings.Repeat("second ", 1000)}}
	all := []string{"a.txt=first", "b.txt=" + in[1].text}
	tests := []struct {
		command, args, out string
		files, missed      []string
	}{
		{"zip", "-q a.zip a.txt b.txt", "a.zip", all, nil},
		{"zip", "-q -0 a.zip a.txt b.txt", "a.zip", all, nil},
		{"zip", "-q -Z bzip2 a.zip a.txt b.txt", "a.zip", all, nil},
		{"zip", "-q -fz a.zip a.txt b.txt", "a.zip", all, nil},
		{"zip", "-q -P x a.zip a.txt b.txt", "a.zip", nil, []string{"a.txt: encrypted", "b.txt: encrypted"}},
		{"tar", "cf a.tar a.txt b.txt", "a.tar", all, nil},
		{"tar", "czf a.tgz a.txt b.txt", "a.tgz", all, nil},
		{"tar", "cjf a.tbz a.txt b.txt", "a.tbz", all, nil},
		{"tar", "--zstd -cf a.tar.zst a.txt b.txt", "a.tar.zst", all, nil},
		{"tar", "--format=v7 -cf a.tar a.txt b.txt", "a.tar", all, nil},
		{"gzip", "a.txt", "a.txt.gz", []string{"=first"}, nil},
		{"bzip2", "a.txt", "a.txt.bz2", []string{"=first"}, nil},
		{"zstd", "-q a.txt", "a.txt.zst", []string{"=first"}, nil},
		{"zstd", "-q --long=27 a.txt", "a.txt.zst", []string{"=first"}, nil},
		{"xz", "a.txt", "a.txt.xz", nil, []string{": unsupported"}},
		{"lz4", "-q a.txt a.txt.lz4", "a.txt.lz4", nil, []string{": unsupported"}},
		{"7z", "a -bd a.7z a.txt", "a.7z", nil, []string{": unsupported"}},
	}
	for _, tt := range tests {
		t.Run(tt.command+" "+tt.args, func(t *testing.T) {
			dir := run(t, in, tt.command, strings.Fields(tt.args)...)
			got := walk(t, tt.out, readFile(dir+"/"+tt.out), archive.Limits{})
			if tt.files == nil {
				got.files = nil
			}
			want(t, got, tt.files, tt.missed)
		})
	}
}

// TestJoinedCommands: a bzip2 and a zstd may have several parts too.
func TestJoinedCommands(t *testing.T) {
	for _, command := range []string{"bzip2", "zstd"} {
		dir := run(t, two[:1], "sh", "-c", command+" -c a.txt >x && "+command+" -c a.txt >>x")
		want(t, walk(t, "x", readFile(dir+"/x"), archive.Limits{}), []string{"=firstfirst"}, nil)
	}
}
