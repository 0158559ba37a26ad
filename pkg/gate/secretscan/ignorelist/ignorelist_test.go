package ignorelist_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/gate/secretscan/ignorelist"
)

const digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

func TestParse(t *testing.T) {
	salt := strings.Repeat("1c", 16)
	text := "\ufeff# a comment\r\n" +
		"a/b.txt:generic-api-key:12\r\n" +
		"\n" +
		"0123456789abcdef0123456789abcdef01234567:a.txt:jwt:3\n" +
		`win\dows.txt:jwt:4` + "\n" +
		"odd:name.txt:jwt:5\n" +
		"# cdbgate: hash=hmac-sha256:" + digest + " salt=" + salt + " owner=alice@example.org expires=2027-02-01 reason=a key = of the docs\n" +
		"docs.md:jwt:6\n" +
		"not a fingerprint\n" +
		"a.txt:jwt:x\n" +
		"# cdbgate: hash=short\n" +
		"broken.txt:jwt:7\n" +
		"# cdbgate: reason=nothing below\n"
	l := ignorelist.Parse([]byte(text))
	var got []string
	for _, e := range l.Entries {
		bound := ""
		if e.Hash != "" {
			bound = fmt.Sprintf(" bound %d %s %s %q", len(e.Salt), e.Owner, e.Expires.Format(time.DateOnly), e.Reason)
		}
		got = append(got, fmt.Sprintf("%d %s|%s|%s|%d%s", e.Line, e.Commit, e.Path, e.Rule, e.At, bound))
	}
	for _, j := range l.Junk {
		got = append(got, fmt.Sprintf("junk %d %s", j.Line, j.Why))
	}
	want := []string{
		"2 |a/b.txt|generic-api-key|12",
		"4 0123456789abcdef0123456789abcdef01234567|a.txt|jwt|3",
		"5 |win/dows.txt|jwt|4",
		"6 |odd:name.txt|jwt|5",
		`8 |docs.md|jwt|6 bound 16 alice@example.org 2027-02-01 "a key = of the docs"`,
		"junk 9 it is no fingerprint of the form [commit:]path:rule:line",
		"junk 10 it is no fingerprint of the form [commit:]path:rule:line",
		"junk 11 hash is not hmac-sha256: and 64 hexadecimal digits",
		"junk 13 no entry stands below it",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestFind(t *testing.T) {
	l := ignorelist.Parse([]byte("a.txt:jwt:1\n0123456789abcdef0123456789abcdef01234567:a.txt:jwt:1\nabcdef0123456789abcdef0123456789abcdef01:b.txt:jwt:1\n"))
	for _, c := range []struct {
		commit, path, rule string
		line, want         int
	}{
		{"", "a.txt", "jwt", 1, 1},
		{"0123456789abcdef0123456789abcdef01234567", "a.txt", "jwt", 1, 2},
		{"abcdef0123456789abcdef0123456789abcdef01", "a.txt", "jwt", 1, 1},
		{"", "b.txt", "jwt", 1, 0},
		{"", "a.txt", "jwt", 2, 0},
		{"", "a.txt", "aws", 1, 0},
	} {
		got := 0
		if e := l.Find(c.commit, c.path, c.rule, c.line); e != nil {
			got = e.Line
		}
		if got != c.want {
			t.Errorf("%+v: entry of line %d", c, got)
		}
	}
}

func TestExpired(t *testing.T) {
	e := ignorelist.Entry{Expires: time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)}
	for when, want := range map[string]bool{"2027-02-01T23:59:59Z": false, "2027-02-02T00:00:00Z": true, "2020-01-01T00:00:00Z": false, "2027-02-02T00:30:00+01:00": false} {
		now, err := time.Parse(time.RFC3339, when)
		if err != nil {
			t.Fatal(err)
		}
		if e.Expired(now) != want {
			t.Errorf("%s: expired %v", when, !want)
		}
	}
	if (&ignorelist.Entry{}).Expired(time.Now()) {
		t.Error("an entry without an end has ended")
	}
}

// TestPut: what is written is read back, an older entry for the same is replaced with its comment, the rest stays.
func TestPut(t *testing.T) {
	e := ignorelist.Parse([]byte("a.txt:jwt:1\n")).Entries[0]
	e.Hash, e.Salt, e.Owner, e.Reason = digest, ignorelist.NewSalt(), "alice smith", "two\nlines  here"
	e.Expires = time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)
	for name, before := range map[string]string{
		"nothing": "", "others": "# mine\nb.txt:jwt:1\n", "no newline at the end": "b.txt:jwt:1", "old": "b.txt:jwt:1\na.txt:jwt:1\n",
		"old with a comment": "# cdbgate: reason=old\na.txt:jwt:1\nb.txt:jwt:1\n", "CR LF": "# mine\r\na.txt:jwt:1\r\n",
	} {
		after := ignorelist.Put([]byte(before), e)
		l := ignorelist.Parse(after)
		found := l.Find("", "a.txt", "jwt", 1)
		if found == nil || len(l.Junk) > 0 || found.Hash != digest || string(found.Salt) != string(e.Salt) || found.Owner != "alice-smith" || found.Reason != "two lines here" || !found.Expires.Equal(e.Expires) {
			t.Errorf("%s: %+v in %q", name, found, after)
		}
		if strings.Count(string(after), "a.txt:jwt:1") != 1 || strings.Contains(before, "b.txt") != strings.Contains(string(after), "b.txt:jwt:1") || strings.Contains(before, "# mine") != strings.Contains(string(after), "# mine") || strings.Contains(string(after), "reason=old") {
			t.Errorf("%s: %q", name, after)
		}
		if again := ignorelist.Put(after, e); string(again) != string(after) {
			t.Errorf("%s: twice is not once: %q", name, again)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("# cdbgate: hash=hmac-sha256:" + digest + " salt=00\na:b:1\n"))
	f.Add([]byte("a:b:1\r\n\n::\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l := ignorelist.Parse(text)
		for _, e := range l.Entries {
			if l.Find(e.Commit, e.Path, e.Rule, e.At) == nil {
				t.Errorf("an entry that is not found: %+v", e)
			}
		}
	})
}
