package signing_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/signing"
)

// payload is what is signed: shaped like a commit, with a blank at the end of a line.
const payload = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor a <a@example.org> 1700000000 +0000\n\nmessage \n"

// shell runs ssh-keygen in a folder of its own.
type shell struct {
	testing.TB
	dir string
}

func newShell(t testing.TB) *shell {
	t.Helper()
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		t.Skip("ssh-keygen is not installed")
	}
	return &shell{TB: t, dir: t.TempDir()}
}

func (s *shell) path(name string) string { return filepath.Join(s.dir, name) }

func (s *shell) try(stdin string, args ...string) (string, error) {
	cmd := exec.Command("ssh-keygen", args...)
	cmd.Dir = s.dir
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=C", "SSH_AUTH_SOCK=")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("ssh-keygen %s: %w\n%s", strings.Join(args, " "), err, &stderr)
	}
	return string(out), err
}

func (s *shell) run(stdin string, args ...string) string {
	s.Helper()
	out, err := s.try(stdin, args...)
	if err != nil {
		s.Fatal(err)
	}
	return out
}

// key makes a key and returns its public line.
func (s *shell) key(name, kind string, more ...string) string {
	s.Helper()
	s.run("", append([]string{"-q", "-t", kind, "-N", "", "-C", name, "-f", s.path(name)}, more...)...)
	return s.read(name + ".pub")
}

func (s *shell) read(name string) string {
	s.Helper()
	b, err := os.ReadFile(s.path(name))
	if err != nil {
		s.Fatal(err)
	}
	return strings.TrimSuffix(string(b), "\n")
}

func (s *shell) write(name, content string) string {
	s.Helper()
	if err := os.WriteFile(s.path(name), []byte(content), 0o600); err != nil {
		s.Fatal(err)
	}
	return s.path(name)
}

// sign is the signature of payload by a key's file.
func (s *shell) sign(name, namespace string, more ...string) string {
	s.Helper()
	return s.run(payload, append([]string{"-Y", "sign", "-n", namespace, "-f", s.path(name)}, more...)...)
}

func (s *shell) fingerprint(public string) string {
	s.Helper()
	return strings.Fields(s.run(public+"\n", "-l", "-f", "-"))[1]
}

// gnupg runs gpg with a home of its own.
type gnupg struct {
	testing.TB
	home string
}

func newGPG(t testing.TB) *gnupg {
	t.Helper()
	if _, err := exec.LookPath("gpg"); err != nil {
		t.Skip("gpg is not installed")
	}
	// The path is short: the agent's socket lies in it.
	home, err := os.MkdirTemp("", "g")
	if err != nil {
		t.Fatal(err)
	}
	g := &gnupg{TB: t, home: home}
	t.Cleanup(func() {
		exec.Command("gpgconf", "--homedir", home, "--kill", "all").Run()
		os.RemoveAll(home)
	})
	return g
}

// in is the same for a subtest.
func (g gnupg) in(t testing.TB) *gnupg {
	g.TB = t
	return &g
}

func (g *gnupg) try(stdin string, args ...string) (stdout, stderr string, err error) {
	cmd := exec.Command("gpg", append([]string{
		"--homedir", g.home, "--no-options", "--batch", "--no-tty", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "",
		"--no-auto-key-locate", "--disable-dirmngr", "--trust-model", "always",
	}, args...)...)
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GNUPGHOME="+g.home)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err = cmd.Run(); err != nil {
		err = fmt.Errorf("gpg %s: %w\n%s", strings.Join(args, " "), err, &errOut)
	}
	return out.String(), errOut.String(), err
}

func (g *gnupg) run(stdin string, args ...string) string {
	g.Helper()
	out, _, err := g.try(stdin, args...)
	if err != nil {
		g.Fatal(err)
	}
	return out
}

// key makes a key and returns its fingerprint.
func (g *gnupg) key(who, kind, usage, expire string, options ...string) string {
	g.Helper()
	g.run("", append(options, "--quick-generate-key", who+" <"+strings.ToLower(who)+"@example.org>", kind, usage, expire)...)
	return g.fingerprints("=" + who + " <" + strings.ToLower(who) + "@example.org>")[0]
}

// fingerprints are those of a key and its subkeys.
func (g *gnupg) fingerprints(who string) (out []string) {
	g.Helper()
	for line := range strings.Lines(g.run("", "--with-colons", "--list-keys", who)) {
		if f := strings.Split(line, ":"); f[0] == "fpr" {
			out = append(out, f[9])
		}
	}
	return out
}

func (g *gnupg) export(who ...string) string {
	g.Helper()
	return g.run("", append([]string{"--armor", "--export"}, who...)...)
}

func (g *gnupg) sign(who string, options ...string) string {
	g.Helper()
	return g.run(payload, append(options, "-u", who, "--armor", "--detach-sign")...)
}

// revocation is the certificate gpg makes along with every key.
func (g *gnupg) revocation(fingerprint string) string {
	g.Helper()
	b, err := os.ReadFile(filepath.Join(g.home, "openpgp-revocs.d", fingerprint+".rev"))
	if err != nil {
		g.Fatal(err)
	}
	return strings.Replace(string(b), ":-----BEGIN", "-----BEGIN", 1)
}

// status is what gpg --verify makes of a signature: "GOODSIG", "BADSIG", "EXPKEYSIG", …
func (g *gnupg) status(message, signature string) string {
	g.Helper()
	name := filepath.Join(g.home, "signature")
	if err := os.WriteFile(name, []byte(signature), 0o600); err != nil {
		g.Fatal(err)
	}
	out, _, _ := g.try(message, "--status-fd", "1", "--verify", name, "-")
	for line := range strings.Lines(out) {
		switch word := strings.Fields(line)[1]; word {
		case "GOODSIG", "BADSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG", "ERRSIG":
			return word
		}
	}
	return ""
}

// ring parses a keyring that must be without problems.
func ring(t testing.TB, blocks ...string) *signing.Keyring {
	t.Helper()
	r, problems := signing.ParseKeyring([]byte(strings.Join(blocks, "\n")))
	if len(problems) > 0 {
		t.Fatalf("keyring: %v", problems)
	}
	return r
}

// allowed parses a list of signers that must be without problems.
func allowed(t testing.TB, lines ...string) []signing.AllowedSigner {
	t.Helper()
	a, problems := signing.ParseAllowedSigners([]byte(strings.Join(lines, "\n")))
	if len(problems) > 0 {
		t.Fatalf("allowed signers: %v", problems)
	}
	return a
}

// verify checks a signature of payload, and what every answer has in common.
func verify(t testing.TB, message, block string, trust *signing.Trust) signing.Signature {
	t.Helper()
	s := signing.Verify([]byte(message), []string{block}, trust)
	consistent(t, s)
	return s
}

func consistent(t testing.TB, s signing.Signature) {
	t.Helper()
	if s.Verified != (s.Code == "") || s.Verified != (s.Problem == "") || s.Verified && s.Key == "" {
		t.Fatalf("the signature contradicts itself: %+v", s)
	}
}

// expect checks the code ("" for verified), and that the problem says all of the given.
func expect(t testing.TB, s signing.Signature, code string, says ...string) {
	t.Helper()
	if s.Code != code {
		t.Fatalf("code %q, want %q: %+v", s.Code, code, s)
	}
	for _, want := range says {
		if !strings.Contains(s.Problem, want) {
			t.Fatalf("problem %q does not say %q", s.Problem, want)
		}
	}
}
