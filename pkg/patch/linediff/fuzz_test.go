package linediff_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/patch/linediff"
)

// FuzzAdded checks what holds for any diff, and for small inputs that git
// agrees.
func FuzzAdded(f *testing.F) {
	f.Add([]byte(""), []byte(""))
	f.Add([]byte(""), []byte("a"))
	f.Add([]byte("a\nb\n"), []byte("a\nb"))
	f.Add([]byte("}\n\nf\n}\n"), []byte("}\n\nf\n}\n\nf\n}\n"))
	f.Add([]byte("a\r\nb\r\n"), []byte("a\nb\n"))
	f.Add(bytes.Repeat([]byte("0123456789abcde\n"), 200), bytes.Repeat([]byte("0123456789abcde\n"), 203))
	_, missing := exec.LookPath("git")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, old, now []byte) {
		runs, ok := linediff.Added(old, now)
		if !ok {
			if len(old)+len(now) < 512 {
				t.Fatal("not sure of a small pair")
			}
			return
		}
		if err := sound(old, now, runs); err != nil {
			t.Fatal(err)
		}
		if missing == nil && len(old)+len(now) < 4096 {
			want := gitNoIndex(t, dir, old, now)
			if got := spans(now, runs); !slices.Equal(got, want) {
				t.Fatalf("got %v, git has %v", got, want)
			}
		}
	})
}

// sound checks that runs are whole lines in order with lines between them, and
// that the lines that are not in runs are a subsequence of the old ones.
func sound(old, now []byte, runs []linediff.Run) error {
	var kept []byte
	end := 0
	for i, r := range runs {
		switch {
		case r.Start >= r.End || r.End > len(now) || i > 0 && r.Start <= end:
			return fmt.Errorf("run %d is out of order: %v", i, runs)
		case r.Start > 0 && now[r.Start-1] != '\n', r.End < len(now) && now[r.End-1] != '\n':
			return fmt.Errorf("run %d is not whole lines: %v", i, runs)
		case r.FirstLine != bytes.Count(now[:r.Start], []byte{'\n'})+1:
			return fmt.Errorf("run %d has a wrong line number: %v", i, runs)
		}
		kept = append(kept, now[end:r.Start]...)
		end = r.End
	}
	rest := split(append(kept, now[end:]...))
	for _, line := range split(old) {
		if len(rest) > 0 && bytes.Equal(rest[0], line) {
			rest = rest[1:]
		}
	}
	if len(rest) > 0 {
		return fmt.Errorf("line %q is neither old nor added: %v", rest[0], runs)
	}
	return nil
}

// gitNoIndex asks git about a single pair.
func gitNoIndex(t *testing.T, dir string, old, now []byte) []span {
	t.Helper()
	for name, text := range map[string][]byte{"old": old, "now": now} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var found []span
	cmd := git(t, dir, "diff", "--no-index", "--exit-code", "--no-color", "--no-ext-diff", "--no-textconv", "--text", "-U0", "old", "now")
	out, err := cmd.Output()
	if err != nil && cmd.ProcessState.ExitCode() != 1 {
		t.Fatal(err)
	}
	for line := range bytes.SplitSeq(out, []byte{'\n'}) {
		if bytes.HasPrefix(line, []byte("@@ ")) {
			if s := header(t, string(line)); s.lines > 0 {
				found = append(found, s)
			}
		}
	}
	return found
}

// TestSound checks the same on generated pairs, without git.
func TestSound(t *testing.T) {
	g := newGenerator(3)
	for range 20000 {
		p := g.pair()
		if runs, ok := linediff.Added(p.old, p.now); ok {
			if err := sound(p.old, p.now, runs); err != nil {
				t.Fatalf("%s: %v\n%s", p.kind, err, keep(t, p))
			}
		}
	}
}
