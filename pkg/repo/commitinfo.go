package repo

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// CommitInfo is a commit as it was made. All of it but the id is the word of whoever made it.
type CommitInfo struct {
	ID        string
	Parents   []string
	Author    Person
	Committer Person
	Message   string

	// Signatures holds the value of every header that carries a signature, in order, their continuation lines joined.
	// Payload is what they are over: the commit object without these headers.
	Signatures []string
	Payload    []byte
}

// Person is an author or committer. Name and Mail hold valid UTF-8, as in Entry.Path.
type Person struct {
	Name, Mail string
	When       time.Time // zero when it cannot be read
}

// ReadCommit reads one commit by its id. Replacements of it are not honoured.
func (r *Repository) ReadCommit(ctx context.Context, id string) (*CommitInfo, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if r.Plain() {
		return nil, fmt.Errorf("read commit %s: %s: %w", id, r.root, ErrPlain)
	}
	b, err := r.store.object(plumbing.CommitObject, plumbing.NewHash(id), "the history")
	if err != nil {
		return nil, err
	}
	c, err := decodeCommitInfo(b)
	if err != nil {
		return nil, fmt.Errorf("read commit %s: %w", id, err)
	}
	c.ID = id
	return c, nil
}

// ReadBlob reads a file's content by the blob's id. The path is for messages.
func (r *Repository) ReadBlob(ctx context.Context, id, path string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return r.store.blob(plumbing.NewHash(id), path)
}

// Trailers lists the "Key: value" lines that end a commit's message, as git interpret-trailers finds them: in the last
// paragraph, when every line there is one or goes on the one before. Nothing is lost by taking a line for a trailer that
// is none, so a last paragraph with other lines counts as well.
func (c *CommitInfo) Trailers() [][2]string {
	text := strings.TrimRight(strings.ReplaceAll(c.Message, "\r\n", "\n"), "\n ")
	if i := strings.LastIndex(text, "\n\n"); i >= 0 {
		text = text[i+2:]
	}
	var out [][2]string
	for line := range strings.SplitSeq(text, "\n") {
		key, value, ok := strings.Cut(line, ":")
		key = strings.TrimSpace(key)
		if ok && key != "" && !strings.ContainsAny(key, " \t") {
			out = append(out, [2]string{key, strings.TrimSpace(value)})
		} else if n := len(out); n > 0 && strings.HasPrefix(line, " ") {
			out[n-1][1] += " " + strings.TrimSpace(line)
		}
	}
	return out
}

// decodeCommitInfo takes a commit object apart. Every header that begins with gpgsig carries a signature to git, whichever
// hash function it is for.
func decodeCommitInfo(b []byte) (*CommitInfo, error) {
	head, err := decodeCommit(b)
	if err != nil {
		return nil, err
	}
	c := &CommitInfo{}
	for _, p := range head.parents {
		c.Parents = append(c.Parents, p.String())
	}
	rest := b
	signature := -1 // the one that the next continuation line belongs to
	for len(rest) > 0 && rest[0] != '\n' {
		line, after, _ := bytes.Cut(rest, []byte{'\n'})
		whole := rest[:len(rest)-len(after)]
		rest = after
		key, value, _ := strings.Cut(string(line), " ")
		switch {
		case line[0] == ' ':
			if signature >= 0 {
				c.Signatures[signature] += "\n" + value
				continue
			}
		case strings.HasPrefix(key, "gpgsig"):
			c.Signatures = append(c.Signatures, value)
			signature = len(c.Signatures) - 1
			continue
		default:
			signature = -1
			switch key {
			case "author":
				c.Author = decodePerson(value)
			case "committer":
				c.Committer = decodePerson(value)
			}
		}
		c.Payload = append(c.Payload, whole...)
	}
	c.Payload = append(c.Payload, rest...)
	c.Message = shown(string(bytes.TrimPrefix(rest, []byte{'\n'})))
	return c, nil
}

// decodePerson reads "Name <mail> 1700000000 +0100".
func decodePerson(s string) Person {
	who, when, _ := cutLast(s, "> ")
	name, mail, _ := strings.Cut(strings.TrimSuffix(who, ">"), "<")
	p := Person{Name: shown(strings.TrimSpace(name)), Mail: shown(strings.TrimSpace(mail))}
	seconds, _, _ := strings.Cut(when, " ")
	if n, err := strconv.ParseInt(seconds, 10, 64); err == nil {
		p.When = time.Unix(n, 0).UTC()
	}
	return p
}
