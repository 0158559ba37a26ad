package signing_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/signing"
)

// What git commit -S makes, git's own way of folding the signature into the commit taken off again.
func TestGitCommit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	s, g := newShell(t), newGPG(t)
	public := s.key("k", "ed25519")
	alice := g.key("Alice", "ed25519", "sign", "0")
	trust := &signing.Trust{Allowed: allowed(t, "a@example.org "+public), Keyring: ring(t, g.export(alice))}
	git := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("git", args...)
		cmd.Dir = s.dir
		cmd.Env = append(os.Environ(), "HOME="+s.dir, "GNUPGHOME="+g.home, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull,
			"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
		return string(out)
	}
	git("init", "-q", ".")
	for format, key := range map[string]string{"ssh": s.path("k"), "openpgp": alice} {
		git("-c", "gpg.format="+format, "-c", "user.signingkey="+key, "commit", "-q", "-S", "--allow-empty", "-m", "message \n\nand more")
		message, block := unfold(git("cat-file", "commit", "HEAD"))
		got := verify(t, message, block, trust)
		expect(t, got, "")
		if got.Format != format || len(got.Signers) != 1 {
			t.Fatalf("%+v", got)
		}
		expect(t, verify(t, strings.Replace(message, "and more", "and less", 1), block, trust), "bad")
	}
}

// unfold takes the signature out of a commit.
func unfold(commit string) (payload, block string) {
	inside := false
	head, body, _ := strings.Cut(commit, "\n\n")
	for line := range strings.SplitSeq(head, "\n") {
		value, starts := strings.CutPrefix(line, "gpgsig ")
		switch {
		case starts:
			inside = true
			block = value + "\n"
		case inside && strings.HasPrefix(line, " "):
			block += line[1:] + "\n"
		default:
			inside = false
			payload += line + "\n"
		}
	}
	return payload + "\n" + body, block
}
