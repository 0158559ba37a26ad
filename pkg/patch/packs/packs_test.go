package packs

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// history is a repository whose files grow, shrink and change over some commits.
type history struct {
	testing.TB
	dir   string
	blobs map[string][]byte // by id
}

func newHistory(t testing.TB, commits int) *history {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	h := &history{t, t.TempDir(), map[string][]byte{}}
	h.git("init", "-q")
	h.git("config", "pack.threads", "1")
	h.write(rand.New(rand.NewPCG(1, 2)), commits)
	return h
}

func (h *history) git(args ...string) string {
	h.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = h.dir
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + h.dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org",
		"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org",
		"GIT_AUTHOR_DATE=1700000000 +0000", "GIT_COMMITTER_DATE=1700000000 +0000",
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		h.Fatalf("git %v: %v: %s", args, err, out)
	}
	return string(out)
}

// write makes commits that each change a few of some files.
func (h *history) write(r *rand.Rand, commits int) {
	h.Helper()
	for i := range commits {
		for range 1 + r.IntN(4) {
			name := filepath.Join(h.dir, fmt.Sprintf("file%d", r.IntN(6)))
			text, _ := os.ReadFile(name)
			at := r.IntN(len(text) + 1)
			text = bytes.Join([][]byte{text[:at], word(r, 2000), text[min(len(text), at+r.IntN(500)):]}, nil)
			if err := os.WriteFile(name, text, 0o600); err != nil {
				h.Fatal(err)
			}
		}
		h.git("add", "-A")
		h.git("commit", "-q", "--allow-empty", "-m", fmt.Sprint(i))
	}
	for line := range strings.Lines(h.git("cat-file", "--batch-all-objects", "--batch-check")) {
		if words := strings.Fields(line); words[1] == "blob" && h.blobs[words[0]] == nil {
			h.blobs[words[0]] = []byte(h.git("cat-file", "blob", words[0]))
		}
	}
}

func word(r *rand.Rand, most int) []byte {
	b := make([]byte, r.IntN(most))
	for i := range b {
		b[i] = "abcd \n"[r.IntN(6)]
	}
	return b
}

func (h *history) objects() string { return filepath.Join(h.dir, ".git", "objects") }

// read reads all blobs with little room and checks that they are right, and stay so as long as they may be used.
func (h *history) read(room int) (found int) {
	h.Helper()
	s := Open(h.objects())
	defer s.Close()
	r := s.NewReader(1<<20, room)
	var last, was []byte
	for id, want := range h.blobs {
		text, ok := r.Blob(id)
		if ok && !bytes.Equal(text, want) {
			h.Errorf("%s: %d bytes, want %d", id, len(text), len(want))
		}
		if !bytes.Equal(last, was) {
			h.Fatalf("what was handed over before %s changed", id)
		}
		if last, was = text, want; !ok {
			last, was = nil, nil
		} else {
			found++
		}
		if found%3 == 0 {
			r.Trim()
			last, was = nil, nil
		}
	}
	return found
}

// TestLikeGit: every blob of a pack is what git says, whatever the pack looks like and however little is kept.
func TestLikeGit(t *testing.T) {
	h := newHistory(t, 60)
	if n := h.read(1 << 20); n != 0 {
		t.Errorf("%d loose objects were found", n)
	}
	for _, how := range [][]string{
		{"repack", "-adfq", "--depth=50"},
		{"-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq"}, // deltas that name their base
		{"repack", "-adfq", "--depth=0"},
		{"-c", "pack.compression=0", "repack", "-adFq", "--depth=4000", "--window=100"},
		{"-c", "pack.packSizeLimit=1m", "-c", "pack.compression=0", "repack", "-adFq"},
	} {
		h.git(how...)
		for _, room := range []int{0, 1, 5000, 40_000, 1 << 20} {
			if n := h.read(room); n != len(h.blobs) {
				t.Errorf("%v, room %d: %d of %d", how, room, n, len(h.blobs))
			}
		}
	}
	h.write(rand.New(rand.NewPCG(3, 4)), 20)
	h.git("repack", "-dq")
	h.write(rand.New(rand.NewPCG(5, 6)), 5)
	if n := h.read(1 << 16); n == 0 || n == len(h.blobs) {
		t.Errorf("%d of %d, when some are loose", n, len(h.blobs))
	}
}

// TestDamaged: what is damaged is not here, and never anything else than it should be.
func TestDamaged(t *testing.T) {
	h := newHistory(t, 15)
	h.git("repack", "-adfq")
	packs, err := filepath.Glob(filepath.Join(h.objects(), "pack", "*.pack"))
	if err != nil || len(packs) != 1 {
		t.Fatal(packs, err)
	}
	r := rand.New(rand.NewPCG(7, 8))
	for _, name := range []string{packs[0], strings.TrimSuffix(packs[0], "pack") + "idx"} {
		whole, err := os.ReadFile(name)
		if err != nil || os.Chmod(name, 0o600) != nil {
			t.Fatal(err)
		}
		index := strings.HasSuffix(name, "idx")
		for i := range 400 {
			text := bytes.Clone(whole)
			if at := r.IntN(len(text)); i%8 == 0 {
				text = text[:at]
			} else if index && at >= indexHead {
				continue // an index that names another object is believed, by git as well
			} else {
				text[at] ^= byte(1 + r.IntN(255))
			}
			if err := os.WriteFile(name, text, 0o600); err != nil {
				t.Fatal(err)
			}
			h.read(1 << 16)
		}
		if err := os.WriteFile(name, whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if n := h.read(1 << 16); n != len(h.blobs) {
		t.Errorf("%d of %d in the end", n, len(h.blobs))
	}
}

// TestStrange: what is no blob of a pack is not here.
func TestStrange(t *testing.T) {
	h := newHistory(t, 3)
	h.git("repack", "-adfq")
	s := Open(h.objects())
	defer s.Close()
	r := s.NewReader(1<<20, 1<<20)
	for _, id := range []string{"", "abc", strings.Repeat("0", 40), strings.Repeat("g", 40), strings.TrimSpace(h.git("rev-parse", "HEAD")), strings.TrimSpace(h.git("rev-parse", "HEAD^{tree}"))} {
		if text, ok := r.Blob(id); ok {
			t.Errorf("%q: %d bytes", id, len(text))
		}
	}
	small := s.NewReader(10, 1<<20)
	for id, want := range h.blobs {
		if _, ok := small.Blob(id); ok != (len(want) <= 10) {
			t.Errorf("%d bytes: %v", len(want), ok)
		}
	}
	none := Open(t.TempDir())
	none.Close()
	if _, ok := none.NewReader(1, 1).Blob(strings.Repeat("0", 40)); ok {
		t.Error("found in no pack")
	}
}
