package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/cli"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// Paths of the repositories that the delivery gate's tests make.
const (
	approvalFile = "knowledge/governance/DELIVERY_APPROVED.yaml"
	signersFile  = "governance/allowed_signers"
	openpgpFile  = "governance/allowed_signers.asc"
	revokedFile  = "governance/revoked_signers"
	gateWorkflow = ".github/workflows/gate.yml"
)

const (
	approved    = "delivery:\n  approved: true\n  approved_by: alice@example.org\n  approved_at: 2024-01-01T00:00:00Z\n  reason: test\n"
	notApproved = "delivery:\n  approved: false\n"
	manifest    = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector: {app: web}\n"
)

// wallet holds the keys of a test run: made once, by the real ssh-keygen and gpg.
type wallet struct {
	dir     string
	signers string // allowed_signers: every SSH key but mallory's
	revoked string
	openpgp string // keyring: every OpenPGP key but mallory's
	gpg     map[string]string
}

var (
	keys      = sync.OnceValues(makeWallet)
	walletDir string
)

// sshLines are the keys that allowed_signers lists, each with what stands before it.
var sshLines = []struct{ name, line string }{
	{"alice", `alice@example.org namespaces="git"`},
	{"rsa", `alice@example.org valid-after="20200101Z",valid-before="20990101Z"`},
	{"ecdsa", `alice@example.org`},
	{"agent", `claude@anthropic.com`},
	{"bot", `release-bot@example.org,bot@example.org`},
	{"expired", `alice@example.org valid-before="20200101Z"`},
	{"future", `alice@example.org valid-after="20990101Z"`},
	{"files", `alice@example.org namespaces="file"`},
	{"ca", `alice@example.org cert-authority`},
	{"wild", `*@example.org`},
	{"revoked", `alice@example.org`},
	{"platform", `noreply@github.com`},
	{"broken", `alice@example.org no-such-option`},
}

func makeWallet() (*wallet, error) {
	// gpg-agent's socket must have a short name.
	dir, err := os.MkdirTemp("", "cdb")
	if err != nil {
		return nil, err
	}
	walletDir = dir
	w := &wallet{dir: dir, gpg: map[string]string{}}
	for _, k := range append(slices.Clone(sshLines), struct{ name, line string }{name: "mallory"}) {
		kind := "ed25519"
		if k.name == "rsa" || k.name == "ecdsa" {
			kind = k.name
		}
		out, err := exec.Command("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", k.name, "-f", w.ssh(k.name)).CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("ssh-keygen: %w: %s", err, out)
		}
		public, err := os.ReadFile(w.ssh(k.name) + ".pub")
		if err != nil {
			return nil, err
		}
		switch k.name {
		case "mallory":
			continue
		case "revoked":
			w.revoked = string(public)
		}
		w.signers += k.line + " " + string(public)
	}
	if err := os.Mkdir(w.gnupg(), 0o700); err != nil {
		return nil, err
	}
	defer w.stopAgent()
	for _, k := range []struct{ name, mail, expire, when string }{
		{"carol", "carol@example.org", "never", ""},
		{"mallory", "mallory@example.org", "never", ""},
		{"expired", "alice@example.org", "30d", "20200101T000000"},
		{"revoked", "alice@example.org", "never", ""},
		{"agent", "dependabot[bot]@users.noreply.github.com", "never", ""},
	} {
		args := []string{"--quick-generate-key", k.name + " <" + k.mail + ">", "ed25519", "sign", k.expire}
		if k.when != "" {
			args = append([]string{"--faked-system-time", k.when}, args...)
		}
		if _, err := w.runGPG(args...); err != nil {
			return nil, err
		}
		out, err := w.runGPG("--with-colons", "--list-secret-keys", k.name+" <"+k.mail+">")
		if err != nil {
			return nil, err
		}
		for line := range strings.SplitSeq(out, "\n") {
			if fields := strings.Split(line, ":"); fields[0] == "fpr" {
				w.gpg[k.name] = fields[9]
			}
		}
	}
	return w, nil
}

// revoke makes the key "revoked" one that counts no longer, once everything it signs is signed.
func (w *wallet) revoke() (string, error) {
	certificate, err := os.ReadFile(filepath.Join(w.gnupg(), "openpgp-revocs.d", w.gpg["revoked"]+".rev"))
	if err != nil {
		return "", err
	}
	home, err := os.MkdirTemp("", "cdb")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(home)
	public, err := w.runGPG("--armor", "--export", w.gpg["carol"], w.gpg["expired"], w.gpg["revoked"], w.gpg["agent"])
	if err != nil {
		return "", err
	}
	run := func(stdin string, args ...string) (string, error) {
		cmd := exec.Command("gpg", append([]string{"--homedir", home, "--batch", "--no-autostart"}, args...)...)
		cmd.Stdin = strings.NewReader(stdin)
		out, err := cmd.Output()
		return string(out), err
	}
	if _, err := run(public, "--import"); err != nil {
		return "", err
	}
	// The certificate that gpg keeps is made harmless by a colon in front of its armor.
	if _, err := run(strings.ReplaceAll(string(certificate), ":-----BEGIN", "-----BEGIN"), "--import"); err != nil {
		return "", err
	}
	return run("", "--armor", "--export")
}

func (w *wallet) ssh(name string) string { return filepath.Join(w.dir, name) }
func (w *wallet) gnupg() string          { return filepath.Join(w.dir, "g") }

func (w *wallet) runGPG(args ...string) (string, error) {
	cmd := exec.Command("gpg", append([]string{"--homedir", w.gnupg(), "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("gpg %s: %w: %s", strings.Join(args, " "), err, &stderr)
	}
	return string(out), nil
}

// removeWallet removes the keys, if any were made, and ends the agent that gpg started for them.
func removeWallet() {
	if walletDir == "" {
		return
	}
	w := wallet{dir: walletDir}
	w.stopAgent()
	_ = os.RemoveAll(w.dir)
}

func (w *wallet) stopAgent() {
	_ = exec.Command("gpgconf", "--homedir", w.gnupg(), "--kill", "all").Run()
}

// clone is a repository that a case makes its change in: main holds the base, topic is checked out.
type clone struct {
	*testing.T
	*wallet
	dir string
	env []string
}

// template is the repository that every case starts from a copy of.
var template = sync.OnceValues(func() (string, error) {
	w, err := keys()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(w.dir, "template")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	c := &clone{wallet: w, dir: dir}
	if w.openpgp, err = w.revoke(); err != nil {
		return "", err
	}
	defer w.stopAgent()
	files := map[string]string{
		approvalFile: notApproved, signersFile: w.signers, openpgpFile: w.openpgp, revokedFile: w.revoked,
		"k8s/web.yaml": manifest, "k8s/README.md": "# Web\n", "src/app.go": "package app\n", "docs/guide.md": "# Guide\n",
		".cdbgate.yaml":       "version: 1\nexclude: [\"examples/**\"]\n",
		gateWorkflow:          "on: pull_request\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps:\n      - run: cdbgate check\n",
		"apps/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n", "apps/web/values.yaml": "replicas: 1\n",
		"conf/kustomization.yaml": "configMapGenerator:\n  - name: app\n    files: [app.properties]\n", "conf/app.properties": "a=1\n",
		"examples/pod.yaml":  manifest,
		"clusters/apps.yaml": "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: all, namespace: flux-system}\nspec:\n  sourceRef: {kind: GitRepository, name: all}\n  path: ./\n  interval: 5m\n  prune: true\n  suspend: false\n",
	}
	for name, text := range files {
		if err := c.put(name, text); err != nil {
			return "", err
		}
	}
	for _, args := range [][]string{
		{"init", "-q", "-b", "main"},
		{"add", "-A"},
		{"commit", "-q", "-m", "base"},
		{"checkout", "-q", "-b", "topic"},
	} {
		if out, err := c.try(args...); err != nil {
			return "", fmt.Errorf("%w: %s", err, out)
		}
	}
	return dir, nil
})

func newClone(t *testing.T) *clone {
	t.Helper()
	for _, tool := range []string{"git", "ssh-keygen", "gpg"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s on PATH", tool)
		}
	}
	from, err := template()
	if err != nil {
		t.Fatal(err)
	}
	w, _ := keys()
	c := &clone{T: t, wallet: w, dir: filepath.Join(t.TempDir(), "clone")}
	if err := os.CopyFS(c.dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	c.git("update-index", "-q", "--refresh")
	return c
}

func (c *clone) try(args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "HOME="+c.wallet.dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GNUPGHOME="+c.gnupg(), "LC_ALL=C",
		"GIT_AUTHOR_NAME=Alice", "GIT_AUTHOR_EMAIL=alice@example.org", "GIT_COMMITTER_NAME=Alice", "GIT_COMMITTER_EMAIL=alice@example.org",
		"GIT_ALLOW_PROTOCOL=file", "GIT_MERGE_AUTOEDIT=no")
	cmd.Env = append(cmd.Env, c.env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("git %s: %w", strings.Join(args, " "), err)
	}
	return string(out), err
}

func (c *clone) git(args ...string) string {
	c.Helper()
	out, err := c.try(args...)
	if err != nil {
		c.Fatalf("%v\n%s", err, out)
	}
	return strings.TrimSuffix(out, "\n")
}

func (c *clone) path(name string) string { return filepath.Join(c.dir, filepath.FromSlash(name)) }

func (c *clone) put(name, text string) error {
	if err := os.MkdirAll(filepath.Dir(c.path(name)), 0o755); err != nil {
		return err
	}
	return os.WriteFile(c.path(name), []byte(text), 0o644)
}

// write writes files: name, text, name, text…
func (c *clone) write(files ...string) {
	c.Helper()
	for pair := range slices.Chunk(files, 2) {
		if err := c.put(pair[0], pair[1]); err != nil {
			c.Fatal(err)
		}
	}
}

func (c *clone) remove(name string) {
	c.Helper()
	if err := os.RemoveAll(c.path(name)); err != nil {
		c.Fatal(err)
	}
}

func (c *clone) link(target, name string) {
	c.Helper()
	c.remove(name)
	if err := os.MkdirAll(filepath.Dir(c.path(name)), 0o755); err != nil {
		c.Fatal(err)
	}
	if err := os.Symlink(target, c.path(name)); err != nil {
		c.Fatal(err)
	}
}

// commit records everything, unsigned unless the flags say otherwise.
func (c *clone) commit(flags ...string) {
	c.Helper()
	c.git("add", "-A")
	c.git(append(append([]string{}, flags...), "commit", "-q", "--allow-empty", "-m", "change")...)
}

// sshSigned commits with an SSH key's signature.
func (c *clone) sshSigned(key string) { c.Helper(); c.commit(c.ssh2(key)...) }

func (c *clone) ssh2(key string) []string {
	return []string{"-c", "gpg.format=ssh", "-c", "user.signingKey=" + c.ssh(key), "-c", "commit.gpgSign=true"}
}

// gpgSigned commits with an OpenPGP key's signature.
func (c *clone) gpgSigned(key string) { c.Helper(); c.commit(c.openpgp2(key)...) }

func (c *clone) openpgp2(key string) []string {
	return []string{"-c", "gpg.format=openpgp", "-c", "user.signingKey=" + c.gpg[key], "-c", "commit.gpgSign=true"}
}

// at has what follows committed at a time.
func (c *clone) at(when string) {
	c.env = append(c.env, "GIT_AUTHOR_DATE="+when, "GIT_COMMITTER_DATE="+when)
}

// as has what follows committed by somebody.
func (c *clone) as(name, mail string) {
	c.env = append(c.env, "GIT_AUTHOR_NAME="+name, "GIT_AUTHOR_EMAIL="+mail, "GIT_COMMITTER_NAME="+name, "GIT_COMMITTER_EMAIL="+mail)
}

// base changes main, and has topic start from there when it holds nothing of its own yet.
func (c *clone) base(change func()) {
	c.Helper()
	fresh := c.git("rev-parse", "main") == c.git("rev-parse", "topic")
	c.git("checkout", "-q", "main")
	change()
	c.commit()
	c.git("checkout", "-q", "topic")
	if fresh {
		c.git("reset", "-q", "--hard", "main")
	}
}

// approve makes main one of Delivery Mode.
func (c *clone) approve() { c.Helper(); c.base(func() { c.write(approvalFile, approved) }) }

// arguments is the command line of a case: the gate against main, unless the case says "check" or "no-base".
func arguments(more []string) []string {
	args := []string{"delivery-gate", "--base", "main"}
	for _, arg := range more {
		switch arg {
		case "check":
			args[0] = "check"
		case "no-base":
			args = args[:1]
		default:
			args = append(args, arg)
		}
	}
	return args
}

// runIn runs the gate and returns its report and exit status.
func (c *clone) runIn(env map[string]string, args ...string) (*finding.Report, int) {
	c.Helper()
	var stdout, stderr bytes.Buffer
	var environ []string
	for name, value := range env {
		environ = append(environ, name+"="+value)
	}
	status := cli.Run(context.Background(), cli.Surroundings{
		Args: append(args, "-f", "json"), Getenv: func(name string) string { return env[name] }, Environ: environ,
		Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Dir: c.dir,
	})
	r := &finding.Report{}
	if stdout.Len() > 0 {
		if err := json.Unmarshal(stdout.Bytes(), r); err != nil {
			c.Fatalf("%v\n%s", err, &stdout)
		}
	}
	if stderr.Len() > 0 {
		c.Logf("stderr: %s", &stderr)
	}
	return r, status
}

// plain runs another command, of which only the exit status counts.
func (c *clone) plain(args ...string) int {
	c.Helper()
	return cli.Run(context.Background(), cli.Surroundings{
		Args: args, Getenv: func(string) string { return "" }, Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, Dir: c.dir,
	})
}

// errorsOf lists the rules with findings of severity error.
func errorsOf(r *finding.Report) []string {
	var out []string
	for _, f := range r.Findings {
		if f.Severity == finding.Error {
			out = append(out, f.Rule)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// compareWithGit holds what the gate accepts against git verify-commit: no commit that touches the approval or the gate's
// rules passes here and fails there.
func (c *clone) compareWithGit(r *finding.Report) {
	c.Helper()
	if _, err := c.try("cat-file", "-e", "main:"+signersFile); err != nil {
		return
	}
	refused := map[string]bool{}
	for _, f := range r.Findings {
		if id, ok := strings.CutPrefix(f.Resource, "commit "); ok && f.Severity == finding.Error {
			refused[id[:12]] = true
		}
	}
	home := filepath.Join(c.TempDir(), "g")
	if err := os.Mkdir(home, 0o700); err != nil {
		c.Fatal(err)
	}
	importing := exec.Command("gpg", "--homedir", home, "--batch", "--quiet", "--no-autostart", "--import")
	importing.Stdin = strings.NewReader(c.openpgp)
	if out, err := importing.CombinedOutput(); err != nil {
		c.Fatalf("gpg: %v: %s", err, out)
	}
	list := filepath.Join(c.TempDir(), "signers")
	// ssh-keygen stops at a line that it does not know, so it gets the ones it does.
	var known []string
	for line := range strings.Lines(c.git("show", "main:"+signersFile) + "\n") {
		if !strings.Contains(line, "no-such-option") {
			known = append(known, line)
		}
	}
	if err := os.WriteFile(list, []byte(strings.Join(known, "")), 0o600); err != nil {
		c.Fatal(err)
	}
	touching := c.git("log", "--format=%H", "main..topic", "--", approvalFile, ".cdbgate.yaml", gateWorkflow, signersFile, ".gitleaksignore")
	for _, id := range strings.Fields(touching) {
		if refused[id[:12]] {
			continue
		}
		verify := *c
		verify.env = append(slices.Clone(c.env), "GNUPGHOME="+home)
		if out, err := verify.try("-c", "gpg.ssh.allowedSignersFile="+list, "-c", "gpg.ssh.revocationFile="+c.path(revokedFile), "verify-commit", id); err != nil {
			c.Errorf("the gate accepts commit %s, git does not: %s", id, out)
		}
	}
}

// bigFile is longer than any approval that is read.
func bigFile() string { return approved + "# " + strings.Repeat("x", 10<<20) + "\n" }

// utf16 is a text in UTF-16 with its mark.
func utf16(s string) string {
	out := []byte{0xff, 0xfe}
	for _, b := range []byte(s) {
		out = append(out, b, 0)
	}
	return string(out)
}

// lose makes a clone lack an object, as a partial clone does.
func (c *clone) lose(id string) {
	c.Helper()
	if err := os.Remove(c.path(".git/objects/" + id[:2] + "/" + id[2:])); err != nil {
		c.Fatal(err)
	}
}
