package patch

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/patch/packs"
)

// contents hands over the contents of blobs: from the packs, and what is not there from one git that a worker keeps. In a history the
// old version of a file is the new one of an earlier commit, so most are read once.
type contents struct {
	box   *sandbox
	limit int // bytes of a blob; of a larger one nothing is handed over
	packs *packs.Reader

	child *child
	in    *os.File
	out   *bufio.Reader
	fails int

	kept   map[string][]byte
	recent []string // keys of kept, the oldest first
	held   int      // bytes
	spare  [][]byte // of contents that were forgotten
}

const (
	maxHeld  = 16 << 20 // bytes that a worker keeps of what git hands over
	maxBuilt = 32 << 20 // and of what comes from packs, with what that is made of
	maxSpare = 8        // contents whose memory is used again
	maxFails = 2        // so often is git started
	// headerSize is small, so that contents are read past the buffer.
	headerSize = 4 << 10
	slowest    = 5 * time.Second // how long an answer may take; then git is asked in the other way, which tells what is wrong
)

func newContents(box *sandbox, store *packs.Store, limit int) *contents {
	return &contents{box: box, limit: limit, packs: store.NewReader(limit, maxBuilt), kept: map[string][]byte{}}
}

// pair is the content of a file, and that of its old version; not ok when one of them cannot be had here. Both are good until the
// next call, and the caller does not change them.
func (c *contents) pair(ctx context.Context, e *entry) (text, old []byte, ok bool, err error) {
	c.packs.Trim()
	if text, ok, err = c.of(ctx, e.blob); err != nil || !ok {
		return nil, nil, false, err
	}
	old, ok, err = c.of(ctx, e.old[0].blob)
	return text, old, ok, err
}

func (c *contents) close() {
	if c.child == nil {
		return
	}
	_ = c.in.Close()
	_, _ = io.Copy(io.Discard, c.out)
	_, _ = c.child.wait()
	c.child = nil
}

// of is the content of a blob; not ok when it cannot be had here.
func (c *contents) of(ctx context.Context, id string) (content []byte, ok bool, err error) {
	if id == noID {
		return nil, true, nil
	}
	if b, there := c.kept[id]; there {
		return b, true, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	if b, ok := c.packs.Blob(id); ok {
		return b, true, nil
	}
	if c.child == nil {
		if c.fails >= maxFails {
			return nil, false, nil
		}
		if err := c.start(ctx); err != nil {
			return nil, false, err
		}
	}
	late := time.AfterFunc(slowest, c.child.kill)
	b, ok, err := c.ask(id)
	if !late.Stop() {
		c.fails = maxFails
	}
	if err != nil {
		c.fails++
		c.child.kill()
		c.close()
		return nil, false, ctx.Err()
	}
	if ok {
		c.keep(id, b)
	}
	return b, ok, nil
}

func (c *contents) start(ctx context.Context) error {
	r, w, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("talk to git: %w", err)
	}
	defer r.Close()
	if c.child, err = c.box.start(ctx, r, "cat-file", "--batch"); err != nil {
		_ = w.Close()
		return err
	}
	c.in = w
	if c.out == nil {
		c.out = bufio.NewReaderSize(nil, headerSize)
	}
	c.out.Reset(c.child.out)
	return nil
}

// ask asks git for one object, which it answers with "ID blob SIZE", the content and a newline.
func (c *contents) ask(id string) (content []byte, ok bool, err error) {
	if _, err := io.WriteString(c.in, id+"\n"); err != nil {
		return nil, false, err
	}
	line, err := c.out.ReadSlice('\n')
	if err != nil {
		return nil, false, err
	}
	words := strings.Fields(string(line))
	if len(words) == 2 && words[0] == id && words[1] == "missing" {
		return nil, false, nil
	}
	if len(words) != 3 || words[0] != id {
		return nil, false, errOutput
	}
	size, err := strconv.Atoi(words[2])
	if err != nil || size < 0 {
		return nil, false, errOutput
	}
	if size > c.limit || words[1] != "blob" {
		_, err := c.out.Discard(size + 1)
		return nil, false, err
	}
	content = c.room(size)
	if _, err := io.ReadFull(c.out, content); err != nil {
		return nil, false, err
	}
	end, err := c.out.ReadByte()
	if err == nil && end != '\n' {
		err = errOutput
	}
	return content, err == nil, err
}

// keep remembers a content, and forgets the oldest ones for it.
func (c *contents) keep(id string, b []byte) {
	if len(b) > maxHeld/8 {
		return
	}
	c.kept[id] = b
	c.recent = append(c.recent, id)
	c.held += len(b)
	for c.held > maxHeld {
		old := c.recent[0]
		c.recent = c.recent[1:]
		c.held -= len(c.kept[old])
		if len(c.spare) < maxSpare {
			c.spare = append(c.spare, c.kept[old])
		}
		delete(c.kept, old)
	}
}

// room is a buffer for a content: one that was forgotten, if one is large enough and not much too large.
func (c *contents) room(size int) []byte {
	for i, b := range c.spare {
		if cap(b) >= size && cap(b) <= 4*size+4096 {
			c.spare[i] = c.spare[len(c.spare)-1]
			c.spare = c.spare[:len(c.spare)-1]
			return b[:size]
		}
	}
	return make([]byte, size)
}

// isBinary tells a binary file as git does.
func isBinary(b []byte) bool { return bytes.IndexByte(b[:min(len(b), binaryHead)], 0) >= 0 }

// binaryHead is how much of a content git looks at for that, in bytes.
const binaryHead = 8000
