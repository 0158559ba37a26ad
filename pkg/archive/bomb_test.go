package archive_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/archive"
)

// TestLimits: each limit holds, says so, and lets through what comes before.
func TestLimits(t *testing.T) {
	text := strings.Repeat("0123456789", 100)
	many := []file{{"a", text}, {"b", text}, {"c", text}}
	nested := []byte("text")
	for range 4 {
		nested = zipped(file{"x", string(nested)})
	}
	hundred := text[:100]
	tests := []struct {
		name          string
		data          []byte
		limits        archive.Limits
		files, missed []string
	}{
		{"bytes", zipped(many...), archive.Limits{Bytes: 1500}, []string{"a=" + text, "b=" + text[:500]}, []string{"b: limit", "c: limit"}},
		{"bytes kept", zipped(many...), archive.Limits{Bytes: 3000}, []string{"a=" + text, "b=" + text, "c=" + text}, nil},
		{"bytes of a gzip", gzipped([]byte(text)), archive.Limits{Bytes: 100}, []string{"=" + hundred}, []string{": limit"}},
		{"bytes of a tar.gz", gzipped(tarred(many...)), archive.Limits{Bytes: 1000}, []string{"a=" + text[:488]}, []string{"a: limit", ": limit"}},
		{"an entry", zipped(many...), archive.Limits{EntryBytes: 100}, []string{"a=" + hundred, "b=" + hundred, "c=" + hundred}, []string{"a: limit", "b: limit", "c: limit"}},
		{"a stored entry", zipBy(zip.Store, many...), archive.Limits{EntryBytes: 100}, []string{"a=" + hundred, "b=" + hundred, "c=" + hundred}, []string{"a: limit", "b: limit", "c: limit"}},
		{"an entry of a tar", tarred(many...), archive.Limits{EntryBytes: 100}, []string{"a=" + hundred, "b=" + hundred, "c=" + hundred}, []string{"a: limit", "b: limit", "c: limit"}},
		{"an entry of a tar.gz", gzipped(tarred(many...)), archive.Limits{EntryBytes: 1000}, []string{"a=" + text, "b=" + text, "c=" + text}, nil},
		{"an entry kept", zipped(many...), archive.Limits{EntryBytes: 1000}, []string{"a=" + text, "b=" + text, "c=" + text}, nil},
		{"a gzip", gzipped([]byte(text)), archive.Limits{EntryBytes: 100}, []string{"=" + hundred}, []string{": limit"}},
		{"entries", zipped(many...), archive.Limits{Entries: 2}, []string{"a=" + text, "b=" + text}, []string{": limit"}},
		{"entries of a tar", tarred(many...), archive.Limits{Entries: 2}, []string{"a=" + text, "b=" + text}, []string{": limit"}},
		{"depth", nested, archive.Limits{Depth: 3}, []string{"x!x!x=" + string(zipped(file{"x", "text"}))}, []string{"x!x!x: limit"}},
		{"depth kept", nested, archive.Limits{Depth: 4}, []string{"x!x!x!x=text"}, nil},
		{"ratio kept", zipped(file{"a", string(make([]byte, 3<<20))}), archive.Limits{}, []string{"a=" + string(make([]byte, 3<<20))}, nil},
		{"ratio", zipped(file{"a", string(make([]byte, 3<<20))}), archive.Limits{Ratio: 100}, nil, []string{"a: limit"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := walk(t, "a", tt.data, tt.limits)
			if tt.name == "ratio" {
				got.files = nil
			}
			want(t, got, tt.files, tt.missed)
		})
	}
}

// quoted is a zip whose files overlap, as David Fifield's bomb has them: each header is quoted by the file before it, as a block
// of deflate that is stored, and all end in one kernel.
func quoted(files int, kernel []byte) []byte {
	var packed bytes.Buffer
	w := must(flate.NewWriter(&packed, 9))
	must(w.Write(kernel))
	check(w.Close())
	body, text := packed.Bytes(), kernel
	var heads [][]byte
	var list []byte
	for i := files - 1; i >= 0; i-- {
		name := fmt.Sprintf("%06d", i)
		head := make([]byte, 26)
		copy(head, local)
		head[4], head[8] = 20, 8
		little := binary.LittleEndian
		little.PutUint32(head[14:], crc32.ChecksumIEEE(text))
		little.PutUint32(head[18:], uint32(len(body)))
		little.PutUint32(head[22:], uint32(len(text)))
		head = append(little.AppendUint32(head, 6), name...)
		heads = append(heads, join([]byte(central), []byte{20, 0}, head[4:30], make([]byte, 14), []byte(name)))
		quote := join([]byte{0}, little.AppendUint16(nil, uint16(len(head))), little.AppendUint16(nil, ^uint16(len(head))))
		text = join(head, text)
		body = join(quote, head, body)
		if i == 0 {
			body = body[5:]
		}
	}
	for i := range heads {
		h := heads[len(heads)-1-i]
		binary.LittleEndian.PutUint32(h[42:], uint32(i*41))
		list = append(list, h...)
	}
	tail := make([]byte, 22)
	copy(tail, end)
	binary.LittleEndian.PutUint16(tail[8:], uint16(files))
	binary.LittleEndian.PutUint16(tail[10:], uint16(files))
	binary.LittleEndian.PutUint32(tail[12:], uint32(len(list)))
	binary.LittleEndian.PutUint32(tail[16:], uint32(len(body)))
	return join(body, list, tail)
}

// TestOverlap: the kernel is inflated once, not once for each file.
func TestOverlap(t *testing.T) {
	const files = 200
	kernel := append(bytes.Repeat([]byte("a"), 1<<20), "secret"...)
	data := quoted(files, kernel)
	z := must(zip.NewReader(bytes.NewReader(data), int64(len(data))))
	if text := must(io.ReadAll(must(z.File[0].Open()))); len(text) < len(kernel) {
		t.Fatalf("the bomb is none: %d bytes", len(text))
	}
	got := walk(t, "a.zip", data, archive.Limits{Bytes: 3 << 20})
	if len(got.missed) != files-1 || !strings.HasSuffix(got.missed[0], ": damaged") {
		t.Errorf("%d missed, %d visited", len(got.missed), len(got.files))
	}
	if last := got.files[len(got.files)-1]; !strings.HasSuffix(last, "secret") {
		t.Errorf("the kernel was not read: %s", short(got.files))
	}
}

// TestQuine: a zip in which each file is another such zip, deeper than anybody goes, ends at the depth, as one that holds itself would.
func TestQuine(t *testing.T) {
	data := []byte("core")
	for range 30 {
		data = zipped(file{"r.zip", string(data)}, file{"s.zip", string(data)})
		if len(data) > 1<<20 {
			break
		}
	}
	got := walk(t, "r.zip", data, archive.Limits{Bytes: 16 << 20, Entries: 2000})
	if len(got.missed) == 0 {
		t.Error("nothing was missed")
	}
}

// TestSparse: the holes of a sparse tar count.
func TestSparse(t *testing.T) {
	if _, err := exec.LookPath("truncate"); err != nil {
		t.Skip(err)
	}
	for _, format := range []string{"gnu", "pax"} {
		dir := run(t, nil, "sh", "-c", "printf begin >s && truncate -s 1G s && printf 2 >z && tar --format="+format+" -S -cf a.tar s z")
		data := readFile(dir + "/a.tar")
		got := walk(t, "a.tar", data, archive.Limits{Bytes: 10 << 20, EntryBytes: 1 << 20})
		if !strings.HasPrefix(got.files[0], "s=begin\x00") || got.files[1] != "z=2" {
			t.Errorf("%s: got %s", format, short(got.files))
		}
		want(t, seen{nil, got.missed}, nil, []string{"s: limit"})
		got = walk(t, "a.tar", data, archive.Limits{Bytes: 1 << 20})
		want(t, seen{nil, got.missed}, nil, []string{"s: limit", "z: limit"})
	}
}

// TestHostile: nothing that is looked for costs more than its length when there is much of it.
func TestHostile(t *testing.T) {
	for _, unit := range []string{local, central, end, "PK\x07\x08", string(gzipped(nil)), "\x1f\x8b\x08\x00", string(zipped()), string(zipped(file{"a", "b"})), string(tarred(file{"a", ""})), local + strings.Repeat("\x00", 26), local + "\x14\x00\x08\x00\x08\x00" + strings.Repeat("\x00", 20)} {
		data := []byte(strings.Repeat(unit, 1<<16/len(unit)))
		begin := time.Now()
		for _, name := range []string{"a.zip", "a.tar", "a"} {
			walk(t, name, data, archive.Limits{})
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%q took %v", unit[:4], took)
		}
	}
}
