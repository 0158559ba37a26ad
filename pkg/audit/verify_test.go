package audit_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/gowebpki/jcs"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
)

// rehash gives a line the hash that its content has, as somebody would who knows the format.
func rehash(t testing.TB, line string) string {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(line), &fields); err != nil {
		t.Fatal(err)
	}
	delete(fields, "hash")
	text, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	if text, err = jcs.Transform(text); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(text)
	fields["hash"], _ = json.Marshal("sha256:" + hex.EncodeToString(sum[:]))
	if text, err = json.Marshal(fields); err != nil {
		t.Fatal(err)
	}
	if text, err = jcs.Transform(text); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func swapped(lines []string, i, j int) []string {
	lines[i], lines[j] = lines[j], lines[i]
	return lines
}

// TestVerifyTampering: whatever is done to a log of seven lines, the first line that does not belong is named.
func TestVerifyTampering(t *testing.T) {
	_, text := write(t, 6)
	_, other := write(t, 6)
	foreign := strings.SplitAfter(string(other), "\n")
	edit := func(i int, old, new string) func([]string) []string {
		return func(lines []string) []string {
			edited := strings.Replace(lines[i], old, new, 1)
			if edited == lines[i] {
				t.Fatalf("%q is not in %s", old, lines[i])
			}
			lines[i] = edited
			return lines
		}
	}
	forge := func(i int, old, new string) func([]string) []string {
		return func(lines []string) []string {
			lines = edit(i, old, new)(lines)
			lines[i] = rehash(t, lines[i]) + "\n"
			return lines
		}
	}
	for name, c := range map[string]struct {
		tamper func([]string) []string
		line   uint64 // 0: intact
		reason string
	}{
		"nothing":                   {func(l []string) []string { return l }, 0, ""},
		"edited":                    {edit(3, `"f2"`, `"f9"`), 4, "hash does not fit"},
		"edited time":               {edit(3, `"time":"2`, `"time":"3`), 4, "hash does not fit"},
		"edited with its hash":      {forge(3, `"f2"`, `"f9"`), 5, "prev is not the hash"},
		"edited last line":          {edit(6, `"f5"`, `"f9"`), 7, "hash does not fit"},
		"inserted copy":             {func(l []string) []string { return slices.Insert(l, 3, l[3]) }, 5, "its seq is 4, and 5 comes next"},
		"inserted of another log":   {func(l []string) []string { return slices.Insert(l, 3, foreign[3]) }, 4, "prev is not the hash"},
		"replaced by another log's": {func(l []string) []string { l[3] = foreign[3]; return l }, 4, "prev is not the hash"},
		"first line of another log": {func(l []string) []string { l[0] = foreign[0]; return l }, 2, "prev is not the hash"},
		"another log behind":        {func(l []string) []string { return append(l, foreign[1:]...) }, 8, "its seq is 2"},
		"deleted":                   {func(l []string) []string { return slices.Delete(l, 3, 4) }, 4, "its seq is 5, and 4 comes next"},
		"deleted first":             {func(l []string) []string { return l[1:] }, 1, "its seq is 2, and 1 comes next"},
		"deleted and counted anew":  {func(l []string) []string { return forge(3, `"seq":5`, `"seq":4`)(slices.Delete(l, 3, 4)) }, 4, "prev is not the hash"},
		"swapped":                   {func(l []string) []string { return swapped(l, 2, 3) }, 3, "its seq is 4, and 3 comes next"},
		"wrong seq":                 {forge(3, `"seq":4`, `"seq":7`), 4, "its seq is 7"},
		"seq of 16 digits":          {forge(3, `"seq":4`, `"seq":1000000000000004`), 4, "no event"},
		"wrong prev":                {forge(3, `"prev":"sha256:`, `"prev":"sha256:00`), 4, "no event"},
		"other prev": {func(l []string) []string {
			return forge(3, l[3][strings.Index(l[3], `"prev"`):][:80], `"prev":"sha256:`+strings.Repeat("0", 64)+`"`)(l)
		}, 4, "prev is not the hash"},
		"other prev of the first line": {func(l []string) []string {
			return forge(0, l[0][strings.Index(l[0], `"prev"`):][:80], `"prev":"sha256:`+strings.Repeat("0", 64)+`"`)(l)
		}, 1, "not the start that belongs"},
		"other log id":               {forge(0, `{"log":"`, `{"log":"A`), 1, "not the start that belongs"},
		"no log id":                  {forge(0, `{"log":"`, `{"log":"a`), 1, "a log begins with a line of type"},
		"first line of another type": {forge(0, audit.LogType, audit.RunType), 1, "a log begins with a line of type"},
		"wrong hash":                 {edit(3, `"hash":"sha256:`, `"hash":"sha512:`), 4, "no event"},
		"upper-case hash": {func(l []string) []string {
			return edit(3, l[3][strings.Index(l[3], `"hash"`):][:80], `"hash":"sha256:`+strings.Repeat("A", 64)+`"`)(l)
		}, 4, "no event"},
		"unknown key": {forge(3, `"type":`, `"u":1,"type":`), 4, "no event"},
		"missing key": {forge(3, `"seq":4,`, ``), 4, "no event"},
		"wrong kind":  {forge(3, `"seq":4,`, `"seq":"4",`), 4, "no event"},
		"seq 0":       {forge(0, `"seq":1,`, `"seq":0,`), 1, "no event"},
		"no such day": {forge(3, `"time":"2`, `"time":"2026-02-30T00:00:00.000000000Z","x":"`), 4, "no event"},
		"time without nanoseconds": {func(l []string) []string {
			at := strings.Index(l[3], `"time":"`) + 8
			return forge(3, l[3][at:at+30], "2026-01-02T03:04:05Z")(l)
		}, 4, "its time is none"},
		"time that is none": {func(l []string) []string {
			at := strings.Index(l[3], `"time":"`) + 8
			return forge(3, l[3][at:at+30], "2026-02-30T03:04:05.000000000Z")(l)
		}, 4, "its time is none"},
		"type that is none":          {forge(3, audit.ViolationType, "Not a type"), 4, "its type is none"},
		"space":                      {edit(3, `"seq":`, `"seq": `), 4, "not canonical JSON (RFC 8785): space"},
		"space in data":              {edit(3, `"gate":`, `"gate": `), 4, "not canonical JSON (RFC 8785): space"},
		"space in front":             {func(l []string) []string { l[3] = " " + l[3]; return l }, 4, "not canonical JSON"},
		"space behind":               {edit(3, "}\n", "} \n"), 4, "not canonical JSON"},
		"an escape too many":         {edit(3, `"k8s-readiness"`, `"\u006b8s-readiness"`), 4, "not canonical JSON (RFC 8785): an escape"},
		"an escaped slash":           {edit(3, `apps/v1`, `apps\/v1`), 4, "not canonical JSON (RFC 8785): an escape"},
		"keys out of order":          {edit(3, `"gate":"k8s-readiness","line":12`, `"line":12,"gate":"k8s-readiness"`), 4, "not canonical JSON (RFC 8785): keys are not in order"},
		"a number written otherwise": {edit(3, `"line":12`, `"line":12.0`), 4, "not canonical JSON (RFC 8785): a number"},
		"a number with an exponent":  {edit(3, `"line":12`, `"line":1.2e1`), 4, "not canonical JSON (RFC 8785): a number"},
		"duplicate key":              {edit(3, `"line":12`, `"line":12,"line":12`), 4, "a key stands twice"},
		"duplicate key, escaped":     {edit(3, `"line":12`, `"line":12,"li\u006ee":12`), 4, "an escape"},
		"duplicate seq":              {edit(3, `"seq":4`, `"seq":4,"seq":4`), 4, "a key stands twice"},
		"no UTF-8":                   {edit(3, `k8s-readiness`, "k8s-\xffreadiness"), 4, "no UTF-8"},
		"a byte order mark":          {func(l []string) []string { l[0] = "\ufeff" + l[0]; return l }, 1, "not JSON"},
		"CRLF": {func(l []string) []string {
			return strings.SplitAfter(strings.ReplaceAll(strings.Join(l, ""), "\n", "\r\n"), "\n")
		}, 1, "CR LF"},
		"CRLF in one line":      {edit(3, "\n", "\r\n"), 4, "CR LF"},
		"an empty line":         {func(l []string) []string { return slices.Insert(l, 3, "\n") }, 4, "it is empty"},
		"junk":                  {func(l []string) []string { return slices.Insert(l, 3, "junk\n") }, 4, "it is not JSON"},
		"two values":            {edit(3, "}\n", "}{}\n"), 4, "something follows"},
		"NUL bytes":             {func(l []string) []string { return append(l, strings.Repeat("\x00", 99)+"\n") }, 8, "NUL"},
		"an overlong line":      {func(l []string) []string { return slices.Insert(l, 3, strings.Repeat("x", audit.MaxLine)+"\n") }, 4, "longer than 1048576 bytes"},
		"an overlong rest":      {func(l []string) []string { return append(l, strings.Repeat("x", 9*audit.MaxLine)) }, 8, "longer than 1048576 bytes"},
		"deep":                  {edit(3, `"line":12`, `"line":`+strings.Repeat("[", 100000)), 4, "nest too deep"},
		"cut off at a line":     {func(l []string) []string { return l[:5] }, 0, ""},
		"cut off within a line": {func(l []string) []string { l[6] = l[6][:50]; return l }, 7, "it has no end: 50 bytes"},
		"the last line feed":    {func(l []string) []string { l[6] = strings.TrimSuffix(l[6], "\n"); return l }, 7, "it has no end"},
		"all":                   {func([]string) []string { return nil }, 1, "there is none"},
	} {
		lines := strings.SplitAfter(string(text), "\n")
		s, err := audit.Verify(strings.NewReader(strings.Join(c.tamper(lines[:7]), "")))
		var broken *audit.BrokenError
		switch {
		case c.line == 0:
			if err != nil || !strings.Contains(s.String(), "tail unproven") {
				t.Errorf("%s: %v, %v", name, s, err)
			}
		case !errors.As(err, &broken) || broken.Line != c.line || !strings.Contains(err.Error(), c.reason):
			t.Errorf("%s: %v, want line %d: %s", name, err, c.line, c.reason)
		case s.Lines != c.line-1:
			t.Errorf("%s: the summary counts %d lines before line %d", name, s.Lines, c.line)
		case len(err.Error()) > 400:
			t.Errorf("%s: %d bytes of words", name, len(err.Error()))
		}
	}
}

// TestVerifyEveryByte: no byte of a log can be changed, added or taken away.
func TestVerifyEveryByte(t *testing.T) {
	_, text := write(t, 2)
	for i := range text {
		for _, flip := range []byte{1, 0x20, 0x80} {
			edited := bytes.Clone(text)
			edited[i] ^= flip
			if _, err := audit.Verify(bytes.NewReader(edited)); err == nil {
				t.Errorf("byte %d may be %q instead of %q", i, edited[i], text[i])
			}
		}
		if _, err := audit.Verify(bytes.NewReader(slices.Delete(bytes.Clone(text), i, i+1))); err == nil {
			t.Errorf("byte %d may be missing", i)
		}
		if _, err := audit.Verify(bytes.NewReader(slices.Insert(bytes.Clone(text), i, ' '))); err == nil {
			t.Errorf("a space may stand at byte %d", i)
		}
	}
}

// TestVerifySummary: what a summary counts, and that unknown types of later versions are no fault.
func TestVerifySummary(t *testing.T) {
	path, _ := write(t, 3)
	if _, err := audit.Append(t.Context(), path, []audit.Event{{Type: "io.cdbgate.rotation.v3", Data: map[string]any{"\u20ac": 1, "\ufb33": 1e21, "😀": "\u2028<"}}}); err != nil {
		t.Fatal(err)
	}
	s := intact(t, path)
	if s.Lines != 5 || len(s.Log) != 26 || s.Types[audit.LogType] != 1 || s.Types[audit.ViolationType] != 3 || s.Types["io.cdbgate.rotation.v3"] != 1 ||
		s.Back != 0 || s.Last.Before(s.First) || len(s.Hash) != 71 {
		t.Errorf("%+v", s)
	}
	if got := audit.ShortType("io.cdbgate.rotation.v3"); got != "rotation" {
		t.Error(got)
	}
}

// TestVerifyReader: an error of the reader is not one of the log, and reads of one byte are as good as any.
func TestVerifyReader(t *testing.T) {
	_, text := write(t, 2)
	if _, err := audit.Verify(iotest.OneByteReader(bytes.NewReader(text))); err != nil {
		t.Error(err)
	}
	boom := errors.New("boom")
	_, err := audit.Verify(io.MultiReader(bytes.NewReader(text), iotest.ErrReader(boom)))
	if !errors.Is(err, boom) || errors.As(err, new(*audit.BrokenError)) {
		t.Error(err)
	}
	_, err = audit.Read(bytes.NewReader(text), func(l *audit.Line) error {
		if l.Seq == 2 {
			return boom
		}
		return nil
	})
	if !errors.Is(err, boom) {
		t.Error(err)
	}
}

// FuzzVerify: any bytes are read without harm, and what passes is canonical by the library's word too.
func FuzzVerify(f *testing.F) {
	line := `{"data":{"log":"AAAAAAAAAAAAAAAAAAAAAAAAAA"},"hash":"x","prev":"x","seq":1,"time":"2026-01-02T03:04:05.000000000Z","type":"io.cdbgate.log.v1"}`
	first := sha256.Sum256([]byte("io.cdbgate.log.v1\nAAAAAAAAAAAAAAAAAAAAAAAAAA"))
	line = strings.Replace(line, `"prev":"x"`, fmt.Sprintf(`"prev":"sha256:%x"`, first), 1)
	f.Add([]byte(rehash(f, line) + "\n"))
	f.Add([]byte(line + "\r\n\x00"))
	f.Add([]byte(`{"data":{"a":[1,-0,1e5,"\u0000\ud800"]},`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := audit.Verify(bytes.NewReader(text))
		if err != nil {
			return
		}
		lines := bytes.Split(bytes.TrimSuffix(text, []byte{'\n'}), []byte{'\n'})
		if uint64(len(lines)) != s.Lines {
			t.Fatalf("%d lines counted as %d", len(lines), s.Lines)
		}
		for _, l := range lines {
			if c, err := jcs.Transform(l); err != nil || !bytes.Equal(c, l) {
				t.Fatalf("not canonical: %s (%v)", l, err)
			}
		}
	})
}

// BenchmarkVerify reads a log of lines as runs write them.
func BenchmarkVerify(b *testing.B) {
	path := b.TempDir() + "/log"
	const lines = 50_000
	events := make([]audit.Event, lines-1)
	for i := range events {
		events[i] = violation(fmt.Sprint("sha256:0123456789abcdef0123456789abcdef0123456789abcdef", i))
	}
	if _, err := audit.Append(b.Context(), path, events); err != nil {
		b.Fatal(err)
	}
	text := read(b, path)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if s, err := audit.Verify(bytes.NewReader(text)); err != nil || s.Lines != lines {
			b.Fatal(s, err)
		}
	}
	b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}
