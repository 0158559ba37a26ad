package secretscan_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/spf13/viper"
	gitleaksconfig "github.com/zricethezav/gitleaks/v8/config"
	"github.com/zricethezav/gitleaks/v8/detect"
	"github.com/zricethezav/gitleaks/v8/logging"
	"github.com/zricethezav/gitleaks/v8/sources"

	"github.com/claire-de-binare/cdbgate/pkg/config"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/gate/secretscan"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// TestHistoryAgainstGitleaks: of the commits of generated repositories gitleaks itself finds nothing that is not found here. What is
// more was added by merges. SECRETS_TEST_COMMITS makes longer histories.
func TestHistoryAgainstGitleaks(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git on PATH")
	}
	commits := 120
	if text := os.Getenv("SECRETS_TEST_COMMITS"); text != "" {
		var err error
		if commits, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			dir, rules := t.TempDir(), ""
			if seed == 3 {
				rules = ownRules
			}
			h := &history{T: t, random: rand.New(rand.NewPCG(seed, 8)), dir: dir, pool: pool(t), rules: rules}
			h.make(commits)
			if seed%2 == 1 { // what is in packs is read in another way
				h.git("repack", "-adq")
			}
			theirs := gitleaks(t, dir, rules)
			ours, more := here(t, dir), 0
			for _, l := range ours.leaks {
				key := l.commit + " " + l.place + " " + l.Hash(salt)
				if theirs[key] > 0 {
					theirs[key]--
				} else if !l.Merge {
					t.Errorf("only here, and no merge: %s %s", l.commit, l.place)
				} else {
					more++
				}
			}
			found, missing := 0, 0
			for key, n := range theirs {
				if n > 0 {
					missing += n
					t.Errorf("missing here: %s", key[:min(len(key), 100)])
				}
			}
			found = len(ours.leaks) - more
			t.Logf("%d commits: gitleaks finds %d, of which %d are missing here; %d more in merges", commits, found+missing, missing, more)
			if found == 0 || more == 0 {
				t.Error("nothing to compare, or nothing that gitleaks does not see")
			}
		})
	}
}

var salt = []byte("a salt for comparing")

func hashed(secret string) string {
	mac := hmac.New(sha256.New, salt)
	mac.Write([]byte(secret))
	return hex.EncodeToString(mac.Sum(nil))
}

var quiet = sync.OnceFunc(func() { logging.Logger = logging.Logger.Level(7) })

// gitleaks is what gitleaks finds, as its command does, counted by commit, place and secret.
func gitleaks(t *testing.T, dir, rules string) map[string]int {
	t.Helper()
	quiet()
	d, err := detect.NewDetectorDefaultConfig()
	if err != nil {
		t.Fatal(err)
	}
	if rules != "" {
		v := viper.New()
		v.SetConfigType("toml")
		var text gitleaksconfig.ViperConfig
		if err := errors.Join(v.ReadConfig(strings.NewReader(rules)), v.Unmarshal(&text)); err != nil {
			t.Fatal(err)
		}
		translated, err := text.Translate()
		if err != nil {
			t.Fatal(err)
		}
		translated.Path = secretscan.ConfigFile
		d = detect.NewDetectorContext(t.Context(), translated)
	}
	d.MaxDecodeDepth = 5
	cmd, err := sources.NewGitLogCmdContext(t.Context(), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	found, err := d.DetectSource(t.Context(), &sources.Git{Cmd: cmd, Config: &d.Config, Remote: &sources.RemoteInfo{}, Sema: d.Sema})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for i := range found {
		f := &found[i]
		out[fmt.Sprintf("%s %s:%s:%d %s", f.Commit, f.File, f.RuleID, f.StartLine, hashed(f.Secret))]++
	}
	return out
}

type leak struct {
	secretscan.Leak
	commit, place string
}

type found struct{ leaks []leak }

// here is what the gate finds in history.
func here(t *testing.T, dir string) *found {
	t.Helper()
	bundle, err := policy.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	r, err := repo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := r.Worktree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	head, err := r.Resolve(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	out := &found{}
	g := secretscan.Gate{History: true, Path: os.Getenv("PATH"), Found: func(leaks []secretscan.Leak) {
		for _, l := range leaks {
			if l.Commit != "" {
				place := strings.TrimPrefix(l.Fingerprint(), l.Commit+":")
				out.leaks = append(out.leaks, leak{l, l.Commit, place})
			}
		}
	}}
	run := &gate.Run{
		Repository: r, Snapshot: s, HeadCommit: head, Trusted: s, Scope: func(string) bool { return true }, Config: &config.Config{},
		Bundle: bundle, Jobs: runtime.NumCPU(), Now: time.Now(),
	}
	collection, err := g.Collect(context.Background(), run)
	if err != nil {
		t.Fatal(err)
	}
	for _, subject := range collection.Subjects {
		if text := subject.Input().String(); strings.Contains(text, `"subject": "missed"`) {
			t.Errorf("not whole: %s", text)
		}
	}
	return out
}

// ownRules are a configuration with rules of its own: about paths alone, with required neighbours, with allowlists of each kind.
const ownRules = `
[[rules]]
id = "assigned"
description = "a value for a secret name"
regex = '''(?i)(?:secret|token|key)[a-z_]*\s*[:=]+\s*["']?([^\s"']{6,60})'''
keywords = ["secret", "token", "key"]
entropy = 2.5
[[rules.allowlists]]
description = "source"
regexTarget = "line"
regexes = ['''fmt\.''', '''^\s*//''']

[[rules]]
id = "moved"
description = "a file by its name"
path = '''\.moved$'''

[[rules]]
id = "no-keyword"
description = "anything long"
regex = '''[A-Za-z0-9_]{40,}'''
[[rules.allowlists]]
stopwords = ["test", "example"]

[[rules]]
id = "together"
description = "an id with a key near it"
regex = '''AKIA[A-Z2-7]{16}'''
keywords = ["akia"]
[[rules.required]]
id = "no-keyword"
withinLines = 30

[[allowlists]]
description = "a folder"
paths = ['''^dir2/''']
`

// pool is real text with what looks like secrets in it: the rules' own examples in gitleaks' source, and Go's source.
func pool(t *testing.T) []string {
	t.Helper()
	var out []string
	add := func(dir string, most int) {
		n := 0
		_ = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() || n >= most {
				return nil
			}
			if text, err := os.ReadFile(name); err == nil && len(text) < 60_000 && utf8.Valid(text) && !bytes.Contains(text, []byte{0}) {
				out, n = append(out, string(text)), n+1
			}
			return nil
		})
	}
	cmd := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/zricethezav/gitleaks/v8")
	dir, err := cmd.Output()
	if err != nil {
		t.Skipf("gitleaks' source is not at hand: %v", err)
	}
	add(filepath.Join(strings.TrimSpace(string(dir)), "cmd", "generate", "config", "rules"), 400)
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	add(filepath.Join(strings.TrimSpace(string(root)), "src", "crypto"), 100)
	return out
}

// history makes a repository of random changes.
type history struct {
	*testing.T
	random *rand.Rand
	dir    string
	pool   []string
	files  []string
	n      int
	rules  string
}

func (h *history) git(args ...string) {
	h.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = h.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org",
		"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org", "GIT_MERGE_AUTOEDIT=no")
	if out, err := cmd.CombinedOutput(); err != nil {
		h.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (h *history) make(commits int) {
	h.git("init", "-q", "-b", "main")
	if h.rules != "" {
		h.put(secretscan.ConfigFile, h.rules)
	}
	for i := range commits {
		if i > 3 && i%17 == 0 {
			h.merge(i)
			continue
		}
		for range 1 + h.random.IntN(3) {
			h.change()
		}
		h.git("add", "-A")
		h.git("commit", "-q", "--allow-empty", "-m", "change")
	}
	h.git("tag", "end")
}

// lines are some lines of the pool.
func (h *history) lines() []string {
	all := strings.SplitAfter(h.pool[h.random.IntN(len(h.pool))], "\n")
	from := h.random.IntN(len(all))
	return all[from:min(len(all), from+1+h.random.IntN(80))]
}

func (h *history) path(name string) string { return filepath.Join(h.dir, name) }

func (h *history) change() {
	kind := h.random.IntN(10)
	if len(h.files) < 3 {
		kind = 0
	}
	if kind < 4 {
		h.n++
		name := fmt.Sprintf("dir%d/file %d.txt", h.n%5, h.n)
		_ = os.MkdirAll(filepath.Dir(h.path(name)), 0o755)
		h.put(name, strings.Join(h.lines(), ""))
		h.files = append(h.files, name)
		return
	}
	at := h.random.IntN(len(h.files))
	name := h.files[at]
	text, err := os.ReadFile(h.path(name))
	if err != nil {
		return
	}
	lines := strings.SplitAfter(string(text), "\n")
	switch {
	case kind < 7: // some lines more, somewhere
		cut := h.random.IntN(len(lines))
		h.put(name, strings.Join(lines[:cut], "")+strings.Join(h.lines(), "")+strings.Join(lines[cut:], ""))
	case kind < 8: // lines change their order
		h.random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		h.put(name, strings.Join(lines, ""))
	case kind < 9: // another name, and a little more
		other := name + ".moved"
		h.put(other, string(text)+strings.Join(h.lines(), ""))
		_ = os.Remove(h.path(name))
		h.files[at] = other
	default:
		_ = os.Remove(h.path(name))
		h.files = append(h.files[:at], h.files[at+1:]...)
	}
}

func (h *history) put(name, text string) {
	if err := os.WriteFile(h.path(name), []byte(text), 0o644); err != nil {
		h.Fatal(err)
	}
}

// merge brings a side branch in; some merges add something of their own.
func (h *history) merge(i int) {
	side := fmt.Sprintf("side%d", i)
	h.git("checkout", "-q", "-b", side, "HEAD~1")
	h.put(side+".txt", strings.Join(h.lines(), ""))
	h.git("add", "-A")
	h.git("commit", "-q", "-m", "side")
	h.git("checkout", "-q", "main")
	h.git("merge", "-q", "--no-commit", "--no-ff", side)
	if i%2 == 0 {
		sum := sha256.Sum256([]byte(side))
		h.put(side+".txt", strings.Join(h.lines(), "")+"\nkey = AKIA"+base32.StdEncoding.EncodeToString(sum[:])[:16]+"\n")
	}
	h.git("add", "-A")
	h.git("commit", "-q", "-m", "merge")
}
