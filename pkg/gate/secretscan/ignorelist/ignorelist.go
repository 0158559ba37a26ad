// Package ignorelist reads and writes .gitleaksignore: which findings somebody has accepted. The file stays one that gitleaks
// reads. What this package adds to an entry stands in a comment above it: the salted hash of the secret that was accepted, so
// that another secret in its place is a finding again, and who accepted it, why and for how long.
//
//	# cdbgate: hash=hmac-sha256:9f… salt=1c… owner=alice@example.org expires=2027-02-01 reason=a key of the documentation
//	docs/example.md:aws-access-token:12
package ignorelist

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Entry is one accepted finding.
type Entry struct {
	Line        int    // in the list, from 1
	Fingerprint string // gitleaks': [commit:]path:rule:line, with slashes in the path
	Commit      string // "" for what holds in every commit and in the tree
	Path, Rule  string
	At          int // the line in the file; 0 for rules about a path

	Hash    string    // of the accepted secret: 64 hexadecimal digits; "" when none was recorded
	Salt    []byte    // for Hash
	Owner   string    // who accepted it, "" when not told
	Reason  string    // why, "" when not told
	Expires time.Time // the last day it counts on, in UTC; zero when it does not end
}

// Junk is a line that is neither an entry nor a comment.
type Junk struct {
	Line int
	Why  string
}

// List is a parsed .gitleaksignore.
type List struct {
	Entries []Entry
	Junk    []Junk
}

// mark begins the comment that says more of the entry below it.
const mark = "# cdbgate:"

// Parse reads a list. Lines end at LF or CR LF; a byte order mark is passed over.
func Parse(text []byte) *List {
	l := &List{}
	var about *comment
	for i, line := range strings.Split(strings.TrimPrefix(string(text), "\ufeff"), "\n") {
		line = strings.TrimSpace(line)
		number := i + 1
		switch {
		case line == "":
			continue
		case strings.HasPrefix(line, mark):
			if about != nil {
				l.Junk = append(l.Junk, Junk{about.line, "no entry stands below it"})
			}
			c, err := parseComment(strings.TrimPrefix(line, mark))
			if err != nil {
				l.Junk = append(l.Junk, Junk{number, err.Error()})
			}
			c.line, c.broken = number, err != nil
			about = c
			continue
		case strings.HasPrefix(line, "#"):
			continue
		}
		e, ok := parseEntry(line)
		if !ok {
			l.Junk = append(l.Junk, Junk{number, "it is no fingerprint of the form [commit:]path:rule:line"})
			about = nil
			continue
		}
		e.Line = number
		if about != nil && about.broken {
			about = nil // what was accepted cannot be told: the entry does not count
			continue
		}
		if about != nil {
			e.Hash, e.Salt, e.Owner, e.Reason, e.Expires = about.hash, about.salt, about.owner, about.reason, about.expires
			about = nil
		}
		l.Entries = append(l.Entries, e)
	}
	if about != nil {
		l.Junk = append(l.Junk, Junk{about.line, "no entry stands below it"})
	}
	return l
}

var commitID = regexp.MustCompile(`^[0-9a-f]{7,64}$`)

// parseEntry reads a fingerprint. A path may hold colons: rule and line are what stands last.
func parseEntry(text string) (Entry, bool) {
	parts := strings.Split(text, ":")
	if len(parts) < 3 {
		return Entry{}, false
	}
	n := len(parts)
	at, err := strconv.Atoi(parts[n-1])
	if err != nil || at < 0 || parts[n-2] == "" {
		return Entry{}, false
	}
	e := Entry{Rule: parts[n-2], At: at}
	parts = parts[:n-2]
	if len(parts) > 1 && commitID.MatchString(parts[0]) {
		e.Commit, parts = parts[0], parts[1:]
	}
	e.Path = strings.ReplaceAll(strings.Join(parts, ":"), `\`, "/")
	e.Fingerprint = fmt.Sprintf("%s:%s:%d", e.Path, e.Rule, e.At)
	if e.Commit != "" {
		e.Fingerprint = e.Commit + ":" + e.Fingerprint
	}
	return e, e.Path != ""
}

// comment is what a comment of ours says.
type comment struct {
	line          int
	broken        bool
	hash          string
	salt          []byte
	owner, reason string
	expires       time.Time
}

var hashForm = regexp.MustCompile(`^hmac-sha256:([0-9a-f]{64})$`)

func parseComment(text string) (*comment, error) {
	c := &comment{}
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		word, rest, _ := strings.Cut(text, " ")
		key, value, ok := strings.Cut(word, "=")
		if !ok {
			return c, fmt.Errorf("%q is not KEY=VALUE", word)
		}
		switch key {
		case "hash":
			m := hashForm.FindStringSubmatch(value)
			if m == nil {
				return c, fmt.Errorf("hash is not hmac-sha256: and 64 hexadecimal digits")
			}
			c.hash = m[1]
		case "salt":
			salt, err := hex.DecodeString(value)
			if err != nil || len(salt) < saltSize {
				return c, fmt.Errorf("salt is not %d hexadecimal digits or more", 2*saltSize)
			}
			c.salt = salt
		case "owner":
			c.owner = value
		case "expires":
			day, err := time.Parse(time.DateOnly, value)
			if err != nil {
				return c, fmt.Errorf("expires is no day such as 2027-02-01")
			}
			c.expires = day
		case "reason":
			c.reason, rest = strings.TrimSpace(strings.TrimPrefix(text, "reason=")), ""
		default:
			return c, fmt.Errorf("%q is not known: hash, salt, owner, expires and reason are", key)
		}
		text = rest
	}
	if (c.hash == "") != (c.salt == nil) {
		return c, fmt.Errorf("hash and salt belong together")
	}
	return c, nil
}

// Find returns the entry for a finding, nil when none accepts it. One for the very commit goes before one for all.
func (l *List) Find(commit, path, rule string, line int) *Entry {
	var general *Entry
	for i := range l.Entries {
		e := &l.Entries[i]
		if e.Path != path || e.Rule != rule || e.At != line {
			continue
		}
		if e.Commit != "" && e.Commit == commit {
			return e
		}
		if e.Commit == "" && general == nil {
			general = e
		}
	}
	return general
}

// Expired reports whether an entry no longer counts.
func (e *Entry) Expired(now time.Time) bool {
	return !e.Expires.IsZero() && !now.UTC().Before(e.Expires.AddDate(0, 0, 1))
}

// saltSize is how many random bytes are hashed with a secret.
const saltSize = 16

// NewSalt makes a salt.
func NewSalt() []byte {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // it never fails: see crypto/rand
	return salt
}

// Put returns the text of a list with an entry added, in the place of another one for the same fingerprint.
func Put(text []byte, e Entry) []byte {
	var lines []string
	if len(text) > 0 {
		lines = strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	}
	end := ""
	if len(lines) > 0 && strings.HasSuffix(lines[0], "\r") {
		end = "\r"
	}
	var kept []string
	for _, line := range lines {
		old, ok := parseEntry(strings.TrimSpace(line))
		if ok && old.Fingerprint == e.Fingerprint && !strings.HasPrefix(strings.TrimSpace(line), "#") {
			if n := len(kept); n > 0 && strings.HasPrefix(strings.TrimSpace(kept[n-1]), mark) {
				kept = kept[:n-1]
			}
			continue
		}
		kept = append(kept, line)
	}
	about := fmt.Sprintf("%s hash=hmac-sha256:%s salt=%x", mark, e.Hash, e.Salt)
	if e.Owner != "" {
		about += " owner=" + oneWord(e.Owner)
	}
	if !e.Expires.IsZero() {
		about += " expires=" + e.Expires.Format(time.DateOnly)
	}
	about += " reason=" + oneLine(e.Reason)
	kept = append(kept, about+end, e.Fingerprint+end)
	return []byte(strings.Join(kept, "\n") + "\n")
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
func oneWord(text string) string { return strings.Join(strings.Fields(text), "-") }
