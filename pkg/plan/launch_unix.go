//go:build unix

package plan

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// launcher writes the script that stands between the library and the tool, and returns it with the tool's environment. The
// library starts a process group of its own on Linux, but does not say which and interrupts only its first process; the script
// notes it and becomes the tool.
func (s *session) launcher(tool string) (string, map[string]string, error) {
	env, renamed, err := s.run.environment(s.scratch)
	if err != nil {
		return "", nil, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "#!/bin/sh\nset -eu\necho $$ >%s\n", quoteShell(s.group()))
	for _, other := range slices.Sorted(maps.Keys(renamed)) {
		fmt.Fprintf(&b, "export %s=\"$%s\"\nunset %s\n", renamed[other], other, other)
	}
	fmt.Fprintf(&b, "exec %s \"$@\"\n", quoteShell(tool))
	file := filepath.Join(s.scratch, "launch")
	if err := os.WriteFile(file, []byte(b.String()), 0o700); err != nil {
		return "", nil, err
	}
	return file, env, nil
}

// group is the file that tells the process group.
func (s *session) group() string { return filepath.Join(s.scratch, "group") }

func quoteShell(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// call makes one call of the tool. When the context ends before, the library interrupts the tool, and what is left of its
// process group after a while is killed; so is what a call leaves behind.
func (s *session) call(command string, do func(context.Context) error) error {
	if err := os.Remove(s.group()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return s.wrap(command, err)
	}
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-s.ctx.Done():
		case <-done:
			return
		}
		select {
		case <-time.After(grace):
			s.kill()
		case <-done:
		}
	}()
	err := do(s.ctx)
	close(done)
	<-stopped
	s.kill()
	return s.wrap(command, err)
}

// kill ends the process group of the present call. A group lives as long as one of its processes, and its number is given to
// no other meanwhile.
func (s *session) kill() {
	text, err := os.ReadFile(s.group())
	if err != nil {
		return
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid <= 1 || pid == syscall.Getpgrp() {
		return
	}
	// Where the library makes no group there is none of that number, and this does nothing.
	_ = syscall.Kill(-pid, syscall.SIGKILL)
}
