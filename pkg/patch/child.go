package patch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// child is a running git.
type child struct {
	cmd  *exec.Cmd
	out  io.Reader
	errs *head
}

const (
	grace    = 2 * time.Second  // how long a dead git's pipes may stay open in the hands of what it started
	patience = 10 * time.Second // how long git may live on after it has closed its output
)

// start runs git in a process group of its own, which ends with the context.
func (s *sandbox) start(ctx context.Context, in io.Reader, args ...string) (*child, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, s.git, args...)
	c := &child{cmd: cmd, errs: &head{}}
	cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stderr, cmd.WaitDelay = s.dir, s.env, in, c.errs, grace
	ownGroup(cmd)
	cmd.Cancel = func() error { c.kill(); return nil }
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("start git: %w: check that the program can be run", err)
	}
	c.out = out
	return c, nil
}

// wait waits for the end and returns what git complained of, and how it ended: "" when well. The output must have been read
// to its end, or the child been killed.
func (c *child) wait() (complaint, ended string) {
	late := time.AfterFunc(patience, c.kill)
	err := c.cmd.Wait()
	late.Stop()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		ended = "git ended with " + exit.Error()
	case err != nil:
		ended = "git: " + bounded(err.Error())
	}
	return c.errs.complaint(), ended
}

// head keeps the beginning of what git says on its standard error.
type head struct{ b []byte }

const maxHead = 16 << 10

func (h *head) Write(p []byte) (int, error) {
	h.b = append(h.b, p[:min(len(p), maxHead-len(h.b))]...)
	return len(p), nil
}

// complaint is the first line that tells of a failure. Warnings, about too many files to look for renames say, are none.
func (h *head) complaint() string {
	for _, kind := range []string{"fatal: ", "error: ", "BUG: "} {
		for line := range bytes.Lines(h.b) {
			if bytes.HasPrefix(line, []byte(kind)) {
				return "git: " + bounded(string(line))
			}
		}
	}
	return ""
}

// bounded makes one short line of a message.
func bounded(s string) string {
	const most = 240
	s, _, _ = strings.Cut(s, "\n")
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(strings.TrimSpace(s), "?"))
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// readFull reads until the buffer is full or the input ends.
func readFull(r io.Reader, b []byte) (int, error) {
	n, err := io.ReadFull(r, b)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}
