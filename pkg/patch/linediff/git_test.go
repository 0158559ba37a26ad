package linediff_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/patch/linediff"
)

// span is a run as a hunk header gives it: first line and number of lines.
type span struct{ first, lines int }

// pair is two versions and the kind of edit between them.
type pair struct {
	kind     string
	old, now []byte
}

// git returns a command of git that no configuration of the machine reaches.
func git(tb testing.TB, dir string, args ...string) *exec.Cmd {
	tb.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		tb.Skip("git is not installed")
	}
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C")
	return cmd
}

// gitAdded asks git for the added lines of all pairs at once: a commit with all
// old versions, one with all new ones, and the difference between the two.
func gitAdded(tb testing.TB, pairs []pair) [][]span {
	tb.Helper()
	dir := tb.TempDir()
	run(tb, git(tb, dir, "init", "-q", "--bare", "."))
	load := git(tb, dir, "-c", "core.compression=0", "-c", "pack.compression=0", "fast-import", "--quiet", "--depth=0")
	in, err := load.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := load.Start(); err != nil {
		tb.Fatal(err)
	}
	w := bufio.NewWriterSize(in, 1<<20)
	writeStream(w, pairs)
	w.Flush()
	in.Close()
	if err := load.Wait(); err != nil {
		tb.Fatal(err)
	}
	found := make([][]span, len(pairs))
	diff(tb, git(tb, dir, "diff-tree", "-r", "-p", "-U0", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--text", "old", "now"), func(path string, s span) {
		var group, i int
		if _, err := fmt.Sscanf(path, "%d/%d", &group, &i); err != nil {
			tb.Fatal(err)
		}
		found[i] = append(found[i], s)
	})
	return found
}

func run(tb testing.TB, cmd *exec.Cmd) {
	tb.Helper()
	if err := cmd.Run(); err != nil {
		tb.Fatal(err)
	}
}

func writeStream(w io.Writer, pairs []pair) {
	for n, name := range []string{"old", "now"} {
		fmt.Fprintf(w, "commit refs/heads/%s\ncommitter t <t@example.com> %d +0000\ndata 0\n", name, n+1)
		for i, p := range pairs {
			text := p.old
			if n == 1 {
				text = p.now
			}
			fmt.Fprintf(w, "M 100644 inline %d/%d\ndata %d\n", i/256, i, len(text))
			w.Write(text)
			io.WriteString(w, "\n")
		}
	}
}

// diff runs a command that prints a patch and passes on its hunks with added
// lines. What begins a line of a patch tells headers from content.
func diff(tb testing.TB, cmd *exec.Cmd, hunk func(path string, s span)) {
	tb.Helper()
	eachLine(tb, cmd, func() func(string) {
		path := ""
		return func(line string) {
			switch {
			case strings.HasPrefix(line, "diff --git a/"):
				path = line[len("diff --git a/"):strings.LastIndex(line, " b/")]
			case strings.HasPrefix(line, "@@ "):
				if s := header(tb, line); s.lines > 0 {
					hunk(path, s)
				}
			}
		}
	}())
}

func eachLine(tb testing.TB, cmd *exec.Cmd, visit func(string)) {
	tb.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	r := bufio.NewReaderSize(out, 1<<20)
	for {
		line, err := r.ReadString('\n')
		if line != "" {
			visit(strings.TrimSuffix(line, "\n"))
		}
		if err != nil {
			break
		}
	}
	if err := cmd.Wait(); err != nil {
		tb.Fatal(err)
	}
}

func header(tb testing.TB, line string) span {
	tb.Helper()
	fields := strings.SplitN(line, " ", 4)
	s := span{lines: 1}
	first, lines, counted := strings.Cut(fields[2], ",")
	if _, err := fmt.Sscanf(first, "+%d", &s.first); err != nil {
		tb.Fatal(err)
	}
	if counted {
		if _, err := fmt.Sscanf(lines, "%d", &s.lines); err != nil {
			tb.Fatal(err)
		}
	}
	return s
}

// spans gives runs the form of hunk headers.
func spans(now []byte, runs []linediff.Run) []span {
	var out []span
	for _, r := range runs {
		text := now[r.Start:r.End]
		lines := bytes.Count(text, []byte{'\n'})
		if !bytes.HasSuffix(text, []byte{'\n'}) {
			lines++
		}
		out = append(out, span{r.FirstLine, lines})
	}
	return out
}
