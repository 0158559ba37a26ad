package archive_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/archive"
)

// file is a file to pack.
type file struct{ name, text string }

// seen is what a walk tells: "path=text", and "path: why" up to its first colon.
type seen struct{ files, missed []string }

func walk(t testing.TB, name string, data []byte, limits archive.Limits) seen {
	t.Helper()
	var s seen
	missed, err := archive.Walk(context.Background(), name, data, limits, func(inner string, text []byte) error {
		s.files = append(s.files, inner+"="+string(text))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range missed {
		why, _, ok := strings.Cut(m.Why, ": ")
		if !ok || !slices.Contains([]string{"encrypted", "damaged", "truncated", "unsupported", "limit"}, why) {
			t.Errorf("a reason that begins like no other: %q", m.Why)
		}
		s.missed = append(s.missed, m.Inner+": "+why)
	}
	return s
}

// want compares a walk with what it has to tell, in any order.
func want(t *testing.T, got seen, files, missed []string) {
	t.Helper()
	for _, c := range []struct {
		what      string
		got, want []string
	}{{"files", got.files, files}, {"missed", got.missed, missed}} {
		a, b := slices.Sorted(slices.Values(c.got)), slices.Sorted(slices.Values(c.want))
		if !slices.Equal(a, b) {
			t.Errorf("%s: got %s, want %s", c.what, short(a), short(b))
		}
	}
}

func short(list []string) string {
	var out []string
	for _, s := range list {
		if len(s) > 80 {
			s = fmt.Sprintf("%s…(%d)", s[:80], len(s))
		}
		out = append(out, fmt.Sprintf("%q", s))
	}
	return strings.Join(out, " ")
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func zipped(files ...file) []byte { return zipBy(zip.Deflate, files...) }

func zipBy(method uint16, files ...file) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w := must(z.CreateHeader(&zip.FileHeader{Name: f.name, Method: method}))
		must(io.WriteString(w, f.text))
	}
	check(z.Close())
	return b.Bytes()
}

func tarred(files ...file) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		check(w.WriteHeader(&tar.Header{Name: f.name, Mode: 0o644, Size: int64(len(f.text)), Typeflag: tar.TypeReg}))
		must(io.WriteString(w, f.text))
	}
	check(w.Close())
	return b.Bytes()
}

func gzipped(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	must(w.Write(data))
	check(w.Close())
	return b.Bytes()
}

func zlibbed(data []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	must(w.Write(data))
	check(w.Close())
	return b.Bytes()
}

// run runs a command in a folder that holds the files, and skips the test where there is no such command.
func run(t *testing.T, files []file, command string, args ...string) (dir string) {
	t.Helper()
	if _, err := exec.LookPath(command); err != nil {
		t.Skip(err)
	}
	dir = t.TempDir()
	for _, f := range files {
		check(os.WriteFile(dir+"/"+f.name, []byte(f.text), 0o600))
	}
	cmd := exec.Command(command, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return dir
}
