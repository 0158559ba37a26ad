package audit_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
)

// TestAppend: a new log begins with its id, is its owner's alone, and goes on where it ended.
func TestAppend(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	first, err := audit.Append(t.Context(), path, []audit.Event{violation("a"), violation("b")})
	if err != nil || first.First != 2 || first.Last != 3 || first.Torn != nil {
		t.Fatalf("%+v, %v", first, err)
	}
	second, err := audit.Append(t.Context(), path, []audit.Event{violation("c")})
	if err != nil || second.First != 4 || second.Last != 4 || second.Log != first.Log {
		t.Fatalf("%+v, %v", second, err)
	}
	if s := intact(t, path); s.Lines != 4 || s.Log != first.Log {
		t.Errorf("%+v", s)
	}
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	before := read(t, path)
	if r, err := audit.Append(t.Context(), path, nil); err != nil || r.Last != 0 {
		t.Error(r, err)
	}
	for _, bad := range []audit.Event{
		{Type: "", Data: map[string]int{}},
		{Type: "a b", Data: map[string]int{}},
		{Type: "x", Data: 1},
		{Type: "x", Data: nil},
		{Type: "x", Data: func() {}},
		{Type: "x", Data: map[string]string{"a": strings.Repeat("x", audit.MaxLine)}},
	} {
		if _, err := audit.Append(t.Context(), path, []audit.Event{violation("d"), bad}); err == nil {
			t.Errorf("%+v was written", bad)
		}
	}
	if !bytes.Equal(read(t, path), before) {
		t.Error("the log changed")
	}
	// A clock that was set back breaks nothing, and is told.
	l, err := audit.Open(t.Context(), path, audit.Options{Now: func() time.Time { return time.Date(2001, 2, 3, 4, 5, 6, 7, time.FixedZone("", 3600)) }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(t.Context(), []audit.Event{violation("e")}); err != nil {
		t.Fatal(err)
	}
	if s := intact(t, path); s.Back != 1 || !bytes.Contains(read(t, path), []byte(`"time":"2001-02-03T03:05:06.000000007Z"`)) {
		t.Errorf("%+v", s)
	}
}

// TestAppendTorn: cut off anywhere within its last line, a log is gone on with from the line before, and what was cut is on record.
func TestAppendTorn(t *testing.T) {
	_, text := write(t, 3)
	whole := bytes.LastIndexByte(text[:len(text)-1], '\n') + 1
	torn := func(t *testing.T, rest []byte) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, append(bytes.Clone(text[:whole]), rest...), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := audit.Append(t.Context(), path, []audit.Event{violation("next")})
		want := fmt.Sprintf("sha256:%x", sha256.Sum256(rest))
		if err != nil || r.Torn == nil || r.Torn.Bytes != int64(len(rest)) || r.Torn.Digest != want {
			t.Fatalf("%d bytes: %+v, %v", len(rest), r, err)
		}
		if s := intact(t, path); s.Lines != 5 || s.Types[audit.LogType] != 2 {
			t.Errorf("%d bytes: %+v", len(rest), s)
		}
		now := read(t, path)
		if !bytes.HasPrefix(now, text[:whole]) || !bytes.Contains(now[whole:], fmt.Appendf(nil, `"torn":{"bytes":%d,"digest":"%s"}`, len(rest), want)) {
			t.Errorf("%d bytes: %s", len(rest), now[whole:])
		}
	}
	for n := 1; n < len(text)-whole; n += 7 {
		torn(t, text[whole:whole+n])
	}
	torn(t, text[whole:len(text)-1])                                                 // all but the line feed
	torn(t, make([]byte, 200_000))                                                   // pages that never reached the disk
	torn(t, append(make([]byte, 4096), text[whole:]...))                             // and later ones that did
	torn(t, append(append([]byte(`{"data":{"`), make([]byte, 70_000)...), "}\n"...)) // …
	torn(t, bytes.Repeat([]byte("x"), 3*audit.MaxLine))

	// Of a log whose first write was cut short nothing is left but the record.
	for _, n := range []int{1, 10, 20, 100} {
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, text[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := audit.Append(t.Context(), path, []audit.Event{violation("next")})
		if err != nil || r.Torn == nil || r.Torn.Bytes != int64(n) {
			t.Fatalf("%+v, %v", r, err)
		}
		if s := intact(t, path); s.Lines != 2 {
			t.Errorf("%+v", s)
		}
	}
}

// TestAppendRefuses: nothing is ever added to a broken chain or to another kind of file, which stays as it is.
func TestAppendRefuses(t *testing.T) {
	_, text := write(t, 400)
	_, other := write(t, 1)
	lines := bytes.SplitAfter(text, []byte{'\n'})
	last := len(lines) - 2
	edit := func(i int, old, new string) []byte {
		edited := bytes.Clone(bytes.Join(lines[:i], nil))
		return append(append(edited, bytes.Replace(lines[i], []byte(old), []byte(new), 1)...), bytes.Join(lines[i+1:], nil)...)
	}
	for name, c := range map[string]struct {
		text []byte
		want string
	}{
		"last line edited":     {edit(last, "K8S010", "K8S011"), "its hash does not fit"},
		"one before edited":    {edit(last-1, "K8S010", "K8S011"), "its hash does not fit"},
		"first line edited":    {edit(0, `{"log":"`, `{"log":"A`), "line 1: its hash does not fit"},
		"last line is junk":    {append(bytes.Clone(text), "junk\n"...), "it is not JSON"},
		"last line is empty":   {append(bytes.Clone(text), '\n'), "it is empty"},
		"last line twice":      {append(bytes.Clone(text), lines[last]...), "its seq is 401, and 402 comes next"},
		"one before deleted":   {append(bytes.Join(lines[:last-1], nil), lines[last]...), "its seq is 401, and 400 comes next"},
		"another log's line":   {append(bytes.Clone(text), other...), "its seq is 1"},
		"CRLF":                 {bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")), "CR LF"},
		"an overlong line":     {append(append(bytes.Clone(text), bytes.Repeat([]byte("x"), 3*audit.MaxLine)...), '\n'), "longer than"},
		"notes":                {[]byte("to do:\n- milk\n"), "no audit log"},
		"a note without end":   {[]byte("milk"), "no audit log"},
		"JSON":                 {[]byte(`{"data":1}` + "\n"), "no event"},
		"a long first line":    {append(bytes.Repeat([]byte("x"), 2*audit.MaxLine), '\n'), "no audit log"},
		"first lines cut away": {bytes.Join(lines[1:], nil), "line 1: its seq is 2"},
	} {
		path := filepath.Join(t.TempDir(), "audit.jsonl")
		if err := os.WriteFile(path, c.text, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := audit.Append(t.Context(), path, []audit.Event{violation("x")})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "audit log "+path+": ") {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if !bytes.Equal(read(t, path), c.text) {
			t.Errorf("%s: the file changed", name)
		}
	}
}

// TestAppendWindow: a long log is gone on with as well, whatever its last lines' lengths.
func TestAppendWindow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	for _, length := range []int{1, 100_000, 1, 1_000_000, 1_000_000, 30, 65_000, 65_536} {
		e := audit.Event{Type: "x", Data: map[string]string{"a": strings.Repeat("x", length)}}
		if _, err := audit.Append(t.Context(), path, []audit.Event{e}); err != nil {
			t.Fatal(length, err)
		}
	}
	if s := intact(t, path); s.Lines != 9 {
		t.Errorf("%+v", s)
	}
}

// TestGroupCommit: goroutines that append at once share writes, and each of them gets its own lines.
func TestGroupCommit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	l, err := audit.Open(t.Context(), path, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const routines, appends = 20, 25
	var wait sync.WaitGroup
	var mu sync.Mutex
	where := map[uint64]string{}
	for r := range routines {
		wait.Go(func() {
			for i := range appends {
				name := fmt.Sprint(r, "-", i)
				receipt, err := l.Append(t.Context(), []audit.Event{violation(name + "a"), violation(name + "b")})
				if err != nil || receipt.Last != receipt.First+1 {
					t.Errorf("%+v, %v", receipt, err)
					return
				}
				mu.Lock()
				where[receipt.First], where[receipt.Last] = name+"a", name+"b"
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	s, err := audit.Read(bytes.NewReader(read(t, path)), func(line *audit.Line) error {
		if want, ok := where[line.Seq]; line.Seq > 1 && (!ok || !bytes.Contains(line.Data, []byte(`"fingerprint":"`+want+`"`))) {
			t.Errorf("line %d is not %q: %s", line.Seq, want, line.Data)
		}
		return nil
	})
	if err != nil || s.Lines != 1+2*routines*appends {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestAppendCalledOff: a context that has ended writes nothing, and does not take others' events with it.
func TestAppendCalledOff(t *testing.T) {
	path, before := write(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l, err := audit.Open(t.Context(), path, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	held, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := audit.TryLock(held); !ok || err != nil {
		t.Skip("the log cannot be locked here:", err)
	}
	if _, err := l.Append(ctx, []audit.Event{violation("x")}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if !bytes.Equal(read(t, path), before) {
		t.Error("the log changed")
	}
	// One waits for the lock and is called off; the other, whose events it holds by then, goes on.
	ctx, cancel = context.WithCancel(t.Context())
	var wait sync.WaitGroup
	errs := make([]error, 2)
	wait.Go(func() { _, errs[0] = l.Append(ctx, []audit.Event{violation("off")}) })
	time.Sleep(20 * time.Millisecond)
	wait.Go(func() { _, errs[1] = l.Append(t.Context(), []audit.Event{violation("on")}) })
	time.Sleep(20 * time.Millisecond)
	cancel()
	time.Sleep(20 * time.Millisecond)
	audit.Unlock(held)
	wait.Wait()
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(errs[0], context.Canceled) || errs[1] != nil {
		t.Error(errs)
	}
	if text := read(t, path); bytes.Contains(text, []byte(`"off"`)) || !bytes.Contains(text, []byte(`"on"`)) {
		t.Errorf("%s", text)
	}
	intact(t, path)
}

// TestAppendRotated: while four write, the log is moved away again and again. Each of the logs is a chain of its own, and together they
// have all that was acknowledged.
func TestAppendRotated(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("an open file cannot be renamed there")
	}
	const writers, appends, rotations = 4, 40, 25
	path := filepath.Join(t.TempDir(), "log")
	var wait sync.WaitGroup
	for w := range writers {
		wait.Go(func() {
			for i := range appends {
				if _, err := audit.Append(t.Context(), path, []audit.Event{violation(fmt.Sprint(w, "-", i))}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range rotations {
		time.Sleep(4 * time.Millisecond)
		if err := os.Rename(path, fmt.Sprint(path, ".", i)); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Error(err)
		}
	}
	wait.Wait()
	files, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	total, ids := 0, map[string]bool{}
	for _, file := range files {
		if text := read(t, file); len(text) == 0 {
			continue // moved away before its first line
		}
		s := intact(t, file)
		total += s.Types[audit.ViolationType]
		ids[s.Log] = true
		if s.Types[audit.LogType] != 1 {
			t.Errorf("%s: %+v", file, s)
		}
	}
	if total != writers*appends || len(ids) < 2 {
		t.Errorf("%d events in %d logs (%d files), want %d in several", total, len(ids), len(files), writers*appends)
	}
}

// BenchmarkAppend appends events one at a time from many goroutines, each on the disk when its append returns.
func BenchmarkAppend(b *testing.B) {
	for _, routines := range []int{1, 16, 128} {
		b.Run(fmt.Sprint(routines), func(b *testing.B) {
			l, err := audit.Open(b.Context(), filepath.Join(b.TempDir(), "log"), audit.Options{})
			if err != nil {
				b.Fatal(err)
			}
			var wait sync.WaitGroup
			work := make(chan int)
			for range routines {
				wait.Go(func() {
					for i := range work {
						if _, err := l.Append(b.Context(), []audit.Event{violation(fmt.Sprint("sha256:0123456789abcdef0123456789abcdef", i))}); err != nil {
							b.Error(err)
						}
					}
				})
			}
			b.ResetTimer()
			for i := range b.N {
				work <- i
			}
			close(work)
			wait.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkAppendRun appends the events of a whole run, 1000 findings, at once.
func BenchmarkAppendRun(b *testing.B) {
	l, err := audit.Open(b.Context(), filepath.Join(b.TempDir(), "log"), audit.Options{})
	if err != nil {
		b.Fatal(err)
	}
	events := make([]audit.Event, 1000)
	for i := range events {
		events[i] = violation(fmt.Sprint("sha256:0123456789abcdef0123456789abcdef", i))
	}
	for b.Loop() {
		if _, err := l.Append(b.Context(), events); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(1000*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
