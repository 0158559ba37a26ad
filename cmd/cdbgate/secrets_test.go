package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/cli"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// fake makes the text of an access key that never was one, from a seed: tests hold no text that looks like a secret.
func fake(seed string) string {
	sum := sha256.Sum256([]byte(seed))
	return "AKIA" + base32.StdEncoding.EncodeToString(sum[:])[:16]
}

// scanned runs secret-scan with git on its PATH.
func (c *clone) scanned(args ...string) (*finding.Report, int) {
	c.Helper()
	return c.runIn(map[string]string{"PATH": os.Getenv("PATH")}, append([]string{"secret-scan"}, args...)...)
}

// leaksOf lists what was found: rule at path:line, with the mode's commit as "@" and whether it was accepted.
func leaksOf(r *finding.Report) []string {
	var out []string
	for _, l := range r.Leaks {
		text := fmt.Sprintf("%s %s:%d", l.Rule, l.Path, l.Line)
		if l.Commit != "" {
			text += "@"
		}
		if l.Accepted {
			text += " accepted"
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return out
}

func (c *clone) wantLeaks(what string, args []string, status int, want ...string) *finding.Report {
	c.Helper()
	r, got := c.scanned(args...)
	slices.Sort(want)
	if leaks := leaksOf(r); got != status || !slices.Equal(leaks, want) {
		c.Errorf("%s: status %d, want %d\n%q, want\n%q\nerrors %v", what, got, status, leaks, want, errorsOf(r))
	}
	return r
}

// TestSecretsWhereverTheyAre: in the tree, staged, in a commit whose successor takes it away, in history, in a merge.
func TestSecretsWhereverTheyAre(t *testing.T) {
	t.Parallel()
	c := newClone(t)
	key := func(n int) string { return "key = " + fake(fmt.Sprint(n)) + "\n" }
	c.wantLeaks("nothing", nil, 0)

	c.write("a.txt", "one\n"+key(1))
	c.wantLeaks("untracked", nil, 1, "aws-access-token a.txt:2")
	c.git("add", "a.txt")
	c.wantLeaks("staged", []string{"--staged"}, 1, "aws-access-token a.txt:2")
	c.wantLeaks("not committed", []string{"--base", "main", "--head", "HEAD"}, 0)
	c.commit()
	c.wantLeaks("committed", []string{"--staged"}, 0)
	r := c.wantLeaks("in the range and in the tree", []string{"--base", "main"}, 1, "aws-access-token a.txt:2", "aws-access-token a.txt:2@")
	for _, f := range r.Findings {
		if placeOf(f) != "a.txt:2" || f.Location.StartColumn != 7 || f.Excerpt == "" || strings.Contains(f.Excerpt, "AKIA") {
			t.Errorf("%s stands at %s:%d, shown as %q", f.Rule, placeOf(f), f.Location.StartColumn, f.Excerpt)
		}
	}
	c.write("a.txt", "one\n")
	c.commit()
	c.wantLeaks("taken away", nil, 0)
	c.wantLeaks("taken away, but in the range", []string{"--base", "main"}, 1, "aws-access-token a.txt:2@")
	c.wantLeaks("in history", []string{"--history"}, 1, "aws-access-token a.txt:2@")

	// Other branches, tags and a stash are history too.
	c.git("checkout", "-q", "-b", "side", "main")
	c.write("b.txt", key(2))
	c.commit()
	c.git("tag", "old")
	c.git("checkout", "-q", "main")
	c.git("branch", "-q", "-D", "side")
	c.wantLeaks("on a tag", []string{"--history"}, 1, "aws-access-token a.txt:2@", "aws-access-token b.txt:1@")

	// What a merge adds itself, gitleaks does not look at.
	c.git("checkout", "-q", "-b", "merged", "main")
	c.write("c.txt", "from here\n")
	c.commit()
	c.git("checkout", "-q", "-b", "other", "main")
	c.write("d.txt", "from there\n")
	c.commit()
	c.git("merge", "-q", "--no-commit", "merged")
	c.write("d.txt", "from there\n"+key(3))
	c.git("add", "-A")
	c.git("commit", "-q", "-m", "merge")
	c.write("d.txt", "from there\n")
	c.commit()
	r = c.wantLeaks("in a merge", []string{"--base", "main"}, 1, "aws-access-token d.txt:2@")
	if len(r.Leaks) == 1 && !r.Leaks[0].Merge {
		t.Error("the merge is not told to be one")
	}
}

// TestSecretsInAnyForm: encodings, archives, other character sets, attributes that hide a file from git.
func TestSecretsInAnyForm(t *testing.T) {
	t.Parallel()
	c := newClone(t)
	key := "key = " + fake("form") + "\n"
	var wide bytes.Buffer
	wide.Write([]byte{0xff, 0xfe})
	for _, b := range []byte("first\n" + key) {
		wide.Write([]byte{b, 0})
	}
	c.base(func() { c.write(".gitattributes", "*.hidden -diff\n*.txt binary\n") })
	c.write("wide.conf", wide.String(), "a.hidden", key, "b.txt", key, "crlf.ini", "a\r\n"+strings.TrimSuffix(key, "\n")+"\r\nb\r\n",
		"zipped.zip", zipOf(t, map[string]string{"in/side.conf": "x\n" + key}), "name with space.ini", key,
		"zero.conf", "\x00"+strings.Repeat("# a comment\n", 10)+key)
	c.commit()
	want := []string{
		"aws-access-token wide.conf:2", "aws-access-token a.hidden:1", "aws-access-token b.txt:1", "aws-access-token crlf.ini:2",
		"aws-access-token zipped.zip!in/side.conf:2", "aws-access-token name with space.ini:1",
		"aws-access-token zero.conf:11",
	}
	c.wantLeaks("tree", nil, 1, want...)
	both := slices.Clone(want)
	for _, w := range want {
		both = append(both, w+"@")
	}
	c.wantLeaks("range", []string{"--base", "main"}, 1, both...)
}

// TestScansThatCannotBeWhole end incomplete, never green.
func TestScansThatCannotBeWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil  func(c *clone) []string
		status int
		says   string
	}{
		"no git": {func(c *clone) []string { c.env = []string{"PATH="}; return []string{"--base", "main"} }, 3, "git"},
		"a blob is missing": {func(c *clone) []string {
			c.write("big.txt", "text\n")
			c.commit()
			id := c.git("rev-parse", "HEAD:big.txt")
			c.write("big.txt", "other\n")
			c.commit()
			c.lose(id)
			return []string{"--history"}
		}, 3, "commit "},
		"a commit is missing": {func(c *clone) []string {
			id := c.git("rev-parse", "HEAD")
			c.write("x.txt", "text\n")
			c.commit()
			c.lose(id)
			return []string{"--history"}
		}, 3, "not scanned"},
		"shallow": {func(c *clone) []string {
			c.write("x.txt", "text\n")
			c.commit()
			dir := filepath.Join(c.TempDir(), "shallow")
			c.git("clone", "-q", "--depth", "1", "file://"+c.dir, dir)
			c.dir = dir
			return []string{"--history"}
		}, 3, "shallow"},
		"a torn archive": {func(c *clone) []string {
			whole := zipOf(c.T, map[string]string{"a": "text", "b": "text"})
			c.write("torn.zip", whole[:len(whole)-30])
			return nil
		}, 3, "torn.zip"},
		"rules that do not compile": {func(c *clone) []string {
			c.write(".gitleaks.toml", "[[rules]]\nid = \"x\"\nregex = '''('''\n")
			return nil
		}, 2, ""},
		"rules that are no TOML": {func(c *clone) []string { c.write(".gitleaks.toml", "[[rules\n"); return nil }, 2, ""},
		"rules from elsewhere": {func(c *clone) []string {
			c.write(".gitleaks.toml", "[extend]\npath = \"../../etc/passwd\"\n")
			return nil
		}, 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clone := newClone(t)
			args := c.spoil(clone)
			env := map[string]string{"PATH": os.Getenv("PATH")}
			if len(clone.env) > 0 {
				env["PATH"] = ""
			}
			r, status := clone.runIn(env, append([]string{"secret-scan"}, args...)...)
			told := slices.ContainsFunc(r.Findings, func(f finding.Finding) bool { return f.Rule == "SEC005" && strings.Contains(f.Message, c.says) })
			if status != c.status || c.status == 3 && !told {
				t.Errorf("status %d, want %d: %v", status, c.status, r.Findings)
			}
		})
	}
}

// TestAcceptedSecrets: an entry is about one secret, and about no other in its place.
func TestAcceptedSecrets(t *testing.T) {
	t.Parallel()
	c := newClone(t)
	first, second := "key = "+fake("first")+"\n", "key = "+fake("second")+"\n"
	const print = "a.txt:aws-access-token:1"
	c.base(func() { c.write("a.txt", first, ".gitleaksignore", "# known\n"+print+"\n") })
	warn := func(r *finding.Report) (out []string) {
		for _, f := range r.Findings {
			out = append(out, string(f.Severity))
		}
		return out
	}
	// Nothing records which secret the entry is about: with a base it is the base's, without one nobody knows.
	c.wantLeaks("the base's own", []string{"--base", "main"}, 0, "aws-access-token a.txt:1 accepted")
	r := c.wantLeaks("without a base", nil, 0, "aws-access-token a.txt:1")
	if got := warn(r); !slices.Equal(got, []string{"warning"}) {
		t.Errorf("without a base: %v", r.Findings)
	}
	c.write("a.txt", second)
	c.wantLeaks("another one in its place", []string{"--base", "main"}, 1, "aws-access-token a.txt:1")

	// Accepted, it is bound.
	accept := func(status int, args ...string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		got := cli.Run(context.Background(), cli.Surroundings{
			Args: append([]string{"secret-scan", "--accept"}, args...), Getenv: os.Getenv, Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Dir: c.dir,
		})
		if got != status {
			t.Errorf("--accept %q: status %d, want %d\n%s%s", args, got, status, &stdout, &stderr)
		}
		if strings.Contains(stdout.String()+stderr.String(), fake("second")) {
			t.Error("--accept prints the secret")
		}
	}
	accept(2, print)
	accept(2, "b.txt:jwt:1", "--reason", "x")
	accept(2, print, "--reason", "x", "--expires", "2020-01-01")
	accept(2, print, "--reason", "x", "--expires", "soon")
	accept(0, print, "--reason", "a key of the documentation", "--owner", "alice@example.org")
	text, err := os.ReadFile(c.path(".gitleaksignore"))
	if err != nil || !strings.Contains(string(text), "# known\n# cdbgate: hash=hmac-sha256:") || strings.Contains(string(text), fake("second")) {
		t.Errorf("%v: %s", err, text)
	}
	c.wantLeaks("accepted", nil, 0, "aws-access-token a.txt:1 accepted")
	c.wantLeaks("but the base decides", []string{"--base", "main"}, 1, "aws-access-token a.txt:1")
	c.write("a.txt", first)
	c.wantLeaks("another one than was accepted", nil, 1, "aws-access-token a.txt:1")
	c.write("a.txt", second, ".gitleaksignore", strings.Replace(string(text), "expires=20", "expires=19", 1))
	c.wantLeaks("no longer", nil, 1, "aws-access-token a.txt:1 accepted")
	c.write("a.txt", "nothing\n", ".gitleaksignore", string(text)+"junk\n")
	r = c.wantLeaks("unused, and junk", nil, 0)
	if got := warn(r); !slices.Equal(got, []string{"warning", "warning"}) {
		t.Errorf("unused, and junk: %v", r.Findings)
	}
}

// TestKeyMaterialAndValues: SEC002 to SEC004 at their places.
func TestKeyMaterialAndValues(t *testing.T) {
	t.Parallel()
	c := newClone(t)
	value := "abcdef" + "123456"
	c.write(
		"terraform.tfstate", `{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}, "resources": []}`,
		".env", "# local\nTOKEN="+value+"\nREF=${OTHER}\n", ".env.example", "TOKEN="+value+"\n",
		"k8s/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  user: app\n  password: "+value+"\n",
		"compose.yaml", "services:\n  web:\n    image: example/web:1\n    environment:\n      JWT_SECRET: "+value+"\n      BKG_DB_DSN: ${BKG_DB_DSN}\n",
	)
	c.commit()
	r, status := c.scanned()
	var got []string
	for _, f := range r.Findings {
		if f.Rule != "SEC001" {
			got = append(got, f.Rule+" "+placeOf(f))
		}
	}
	want := []string{"SEC002 .env", "SEC002 terraform.tfstate:1", "SEC003 k8s/secret.yaml:5", "SEC003 k8s/secret.yaml:6", "SEC004 compose.yaml:5"}
	slices.Sort(got)
	if status != 1 || !slices.Equal(got, want) {
		t.Errorf("status %d\n%q, want\n%q", status, got, want)
	}
}

// TestNoSecretGetsOut greps everything that a run writes: reports in every format, messages, cache, temporary files.
func TestNoSecretGetsOut(t *testing.T) {
	t.Parallel()
	c := newClone(t)
	canary := fake("canary")
	password := "hunter2-" + hex.EncodeToString([]byte("canary"))
	c.base(func() { c.write("known.txt", "a = "+canary+"\n", ".gitleaksignore", "known.txt:aws-access-token:1\n") })
	c.write("a.txt", "x\n\tkey = \""+canary+"\" # and more\n", ".env", "DB_PASSWORD="+password+"\n", "k8s/s.yaml",
		"apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: "+password+"}\n",
		"k8s/web.yaml", strings.Replace(manifest, "containers:", "# "+canary+"\n      containers:", 1), "jwt.conf", "JWT_SECRET="+password+"\n")
	c.commit()
	c.write("zz.zip", zipOf(t, map[string]string{"x": canary})[:40])
	out, cache, tmp := t.TempDir(), t.TempDir(), t.TempDir()
	for _, mode := range [][]string{nil, {"--base", "main"}, {"--history"}, {"--staged"}} {
		for _, format := range []string{"text", "json", "sarif", "junit", "github", "gitlab", "markdown"} {
			for _, more := range [][]string{{"-v", "--color", "always"}, {"-q"}} {
				var stdout, stderr bytes.Buffer
				env := map[string]string{"PATH": os.Getenv("PATH"), "XDG_CACHE_HOME": cache, "TMPDIR": tmp, "COLUMNS": "400"}
				args := slices.Concat([]string{"secret-scan", "-f", format + "=" + filepath.Join(out, format), "-f", format}, mode, more)
				if format != "text" {
					args = slices.Concat([]string{"secret-scan", "-f", format + "=" + filepath.Join(out, format)}, mode, more)
				}
				cli.Run(context.Background(), cli.Surroundings{
					Args: args, Getenv: func(name string) string { return env[name] }, Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Dir: c.dir, Build: "test",
				})
				for _, secret := range []string{canary, password, canary[4:], password[8:]} {
					if strings.Contains(stdout.String()+stderr.String(), secret) {
						t.Errorf("%v: a secret is printed", args)
					}
				}
			}
		}
	}
	for _, dir := range []string{out, cache, tmp} {
		_ = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				text, _ := os.ReadFile(name)
				for _, secret := range []string{canary, password, canary[4:], password[8:]} {
					if bytes.Contains(text, []byte(secret)) {
						t.Errorf("%s holds a secret", name)
					}
				}
			}
			return nil
		})
	}
}

func zipOf(t *testing.T, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
