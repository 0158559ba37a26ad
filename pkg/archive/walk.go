// Package archive goes through the files inside archives, nested ones too, for a scanner that must never be falsely clean: a file is
// either handed over or named as missed, with the reason. Nothing is written to disk.
package archive

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
)

// Missed is something that was not read, or not to its end. Why is one of "encrypted", "damaged", "truncated", "unsupported" and
// "limit", then ": " and words. Neither field holds what was in a file.
type Missed struct {
	Inner string // as for visit
	Why   string
}

// Walk calls visit for each file inside the archive or compressed file data. Its name helps to tell what it is, see Kind.
//
// Inner is the path inside, cleaned as path.Clean does, so it may begin with "/" or "../". A file of an archive in an archive has the
// paths joined with "!", and a compression adds no path of its own: the file of a "logs.txt.gz" in a zip is "logs.txt.gz", that of
// an "in.tar.gz" is "in.tar.gz!a/b.txt", and what is in a compressed file that data itself is has the path "". So does data that
// is no archive at all. gitleaks 8.30.1 names the same files so; a name may occur twice, and an archive's name may hold a "!".
//
// Bytes that lie between, before and behind the files of a zip or a tar, behind a gzip or zlib, and a zip's comments are visited under the path
// of that archive. What is no archive that can be opened is visited as it is, and missed; a file of a zip that is encrypted or packed in
// an unknown way is only missed; a file whose end is missed is visited up to there. Folders, links and
// devices hold nothing and are not visited, empty files neither. Not looked at are the fields of headers: extra fields of a
// zip, users and attributes of a tar, the name and comment of a gzip, skippable frames of a zstd.
//
// The error is one of ctx or of visit; everything else that goes wrong is in missed, at most 10,000 of them and one that says so.
// The text of a visit may be used only during it.
func Walk(ctx context.Context, name string, data []byte, limits Limits, visit func(inner string, text []byte) error) (missed []Missed, err error) {
	w := &walker{ctx: ctx, limits: limits.filled(), visit: visit}
	err = w.file("", name, data, 0)
	return w.missed, err
}

// walker is the state of one Walk.
type walker struct {
	ctx     context.Context
	limits  Limits
	visit   func(inner string, text []byte) error
	missed  []Missed
	bytes   int64 // inflated so far
	entries int   // so far
}

// file goes into a file, or visits it. Depth counts what was opened on the way to it.
func (w *walker) file(inner, name string, data []byte, depth int) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if len(data) == 0 {
		return nil
	}
	kind := w.kind(inner, name, data)
	switch {
	case kind == "":
		return w.visit(inner, data)
	case depth >= w.limits.Depth:
		w.miss(inner, "limit: more than %d archives in each other", w.limits.Depth)
		return w.visit(inner, data)
	case kind == "zip":
		return w.zip(inner, data, depth+1)
	case kind == "tar":
		return w.tar(inner, bytes.NewReader(data), depth+1)
	case isStream(kind):
		before := w.bytes
		err := w.stream(inner, kind, bufio.NewReader(bytes.NewReader(data)), depth+1)
		if err != nil || w.bytes > before {
			return err
		}
		return w.visit(inner, data)
	}
	w.miss(inner, "unsupported: %s is not opened here", kind)
	return w.visit(inner, data)
}

// kind tells what a whole file is. With all of it at hand a zip is found behind anything, and one that lost its beginning is
// told by its name.
func (w *walker) kind(inner, name string, data []byte) string {
	kind := Kind(name, data)
	if kind != "" {
		return kind
	}
	if findDirectory(data) != nil {
		return "zip"
	}
	claimed := kindOfName(name)
	if claimed == "" || !isBinary(data) {
		return ""
	}
	w.miss(inner, "damaged: named like a %s, but it does not begin like one", claimed)
	if claimed == "zip" || claimed == "tar" {
		return claimed // the files behind the damage can be found
	}
	return ""
}

// enter counts an entry of the archive at inner. It is false when there may be no more.
func (w *walker) enter(inner string) bool {
	if w.entries >= w.limits.Entries {
		w.miss(inner, "limit: more than %d entries", w.limits.Entries)
		return false
	}
	w.entries++
	return true
}

func (w *walker) miss(inner, format string, args ...any) {
	m := Missed{inner, fmt.Sprintf(format, args...)}
	switch n := len(w.missed); {
	case n > 0 && w.missed[n-1] == m: // two layers tell of one damage
	case n < maxMissed:
		w.missed = append(w.missed, m)
	case n == maxMissed:
		w.missed = append(w.missed, Missed{"", fmt.Sprintf("limit: more than %d were missed, the others are not listed", maxMissed)})
	}
}
