package linediff_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/patch/linediff"
)

// change is a change of a file as git's log shows it.
type change struct {
	old, now string // object names
	spans    []span
}

// TestHistory compares with the log of the repository in LINEDIFF_HISTORY.
func TestHistory(t *testing.T) {
	repo := os.Getenv("LINEDIFF_HISTORY")
	if repo == "" {
		t.Skip("LINEDIFF_HISTORY is not set")
	}
	changes := logged(t, repo)
	read := reader(t, repo)
	var r rate
	var size int
	var spent time.Duration
	for _, c := range changes {
		old, now := read(c.old), read(c.now)
		begun := time.Now()
		runs, ok := linediff.Added(old, now)
		spent += time.Since(begun)
		size += len(old) + len(now)
		r.all++
		if !ok {
			continue
		}
		r.sure++
		if got := spans(now, runs); !slices.Equal(got, c.spans) {
			t.Errorf("%s..%s: got %v, git has %v", c.old, c.now, got, c.spans)
		}
	}
	t.Logf("sure of %d of %d (%.3f%%); %d MB in %v", r.sure, r.all, 100*r.share(), size>>20, spent)
}

// logged returns the changes of text files in a repository's history.
func logged(t *testing.T, repo string) []change {
	t.Helper()
	var all []change
	binary := map[int]bool{}
	cmd := git(t, repo, "log", "--format=", "--full-index", "--no-renames", "--no-merges", "-p", "-U0", "--no-ext-diff", "--no-textconv", "--no-color", "--all")
	eachLine(t, cmd, func(line string) {
		switch {
		case strings.HasPrefix(line, "index "):
			names, _, _ := strings.Cut(line[len("index "):], " ")
			old, now, _ := strings.Cut(names, "..")
			all = append(all, change{old: old, now: now})
		case strings.HasPrefix(line, "Binary files "):
			binary[len(all)-1] = true
		case strings.HasPrefix(line, "@@ "):
			if s := header(t, line); s.lines > 0 {
				c := &all[len(all)-1]
				c.spans = append(c.spans, s)
			}
		}
	})
	var text []change
	for i, c := range all {
		if !binary[i] {
			text = append(text, c)
		}
	}
	return text
}

// reader returns a function that reads objects by name.
func reader(t *testing.T, repo string) func(name string) []byte {
	t.Helper()
	cmd := git(t, repo, "cat-file", "--batch")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	r := bufio.NewReader(out)
	return func(name string) []byte {
		if strings.Trim(name, "0") == "" {
			return nil
		}
		fmt.Fprintln(in, name)
		header, _ := r.ReadString('\n')
		var kind string
		var size int
		if _, err := fmt.Sscanf(header, name+" %s %d", &kind, &size); err != nil || kind != "blob" {
			return nil // a submodule's commit is not here
		}
		text := make([]byte, size+1)
		if _, err := io.ReadFull(r, text); err != nil {
			t.Fatal(err)
		}
		return text[:size]
	}
}
