package signing_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/signing"
)

func TestSSH(t *testing.T) {
	s := newShell(t)
	kinds := []struct {
		name, kind, algorithm string
		more                  []string
	}{
		{"ed25519", "ed25519", "ssh-ed25519", nil},
		{"ecdsa", "ecdsa", "ecdsa-sha2-nistp256", nil},
		{"ecdsa521", "ecdsa", "ecdsa-sha2-nistp521", []string{"-b", "521"}},
		{"rsa", "rsa", "rsa-sha2-512", []string{"-b", "3072"}},
	}
	for _, k := range kinds {
		public := s.key(k.name, k.kind, k.more...)
		trust := &signing.Trust{Allowed: allowed(t, "a@example.org "+public)}
		s.write("allowed", "a@example.org "+public+"\n")
		for _, hash := range []string{"sha512", "sha256"} {
			t.Run(k.name+"/"+hash, func(t *testing.T) {
				block := s.sign(k.name, "git", "-O", "hashalg="+hash)
				got := verify(t, payload, block, trust)
				expect(t, got, "")
				if got.Format != "ssh" || got.Key != s.fingerprint(public) || got.Algorithm != k.algorithm || got.Namespace != "git" {
					t.Fatalf("%+v", got)
				}
				if len(got.Signers) != 1 || got.Signers[0].Source != "allowed signers line 1" || !got.Signers[0].ForGit {
					t.Fatalf("signers %+v", got.Signers)
				}
				if s.agrees(t, payload, block, "git") != true {
					t.Fatal("ssh-keygen refuses it")
				}
				expect(t, verify(t, payload+"x", block, trust), "bad", "does not fit")
				expect(t, verify(t, strings.Replace(payload, "\n", "\r\n", 1), block, trust), "bad")
			})
		}
	}
}

// agrees asks ssh-keygen -Y verify.
func (s *shell) agrees(t *testing.T, message, block, namespace string) bool {
	t.Helper()
	sig := s.write("signature", block)
	_, err := s.try(message, "-Y", "verify", "-f", s.path("allowed"), "-I", "a@example.org", "-n", namespace, "-s", sig)
	return err == nil
}

func TestSSHSigners(t *testing.T) {
	s := newShell(t)
	public := s.key("k", "ed25519")
	block := s.sign("k", "git")
	other := s.key("other", "ed25519")
	lines := []string{
		"other@example.org " + other,
		"a@example.org " + public,
		`*@example.org,!b@example.org valid-before="20300101Z",namespaces="file,g*" ` + public,
		`c@example.org namespaces="file",valid-after="20200102030405Z" ` + public,
		"ca@example.org cert-authority " + public,
	}
	trust := &signing.Trust{Allowed: allowed(t, lines...)}
	got := verify(t, payload, block, trust)
	expect(t, got, "")
	var facts []string
	for _, sg := range got.Signers {
		fact := sg.Source + " " + strings.Join(sg.Principals, ",")
		if sg.ForGit {
			fact += " git"
		}
		if sg.CertAuthority {
			fact += " ca"
		}
		if !sg.ValidAfter.IsZero() {
			fact += " after " + sg.ValidAfter.Format("2006-01-02T15:04:05Z07:00")
		}
		if !sg.ValidBefore.IsZero() {
			fact += " before " + sg.ValidBefore.Format("2006-01-02T15:04:05Z07:00")
		}
		if sg.Revoked {
			fact += " revoked"
		}
		facts = append(facts, fact)
	}
	want := []string{
		"allowed signers line 2 a@example.org git",
		"allowed signers line 3 *@example.org,!b@example.org git before 2030-01-01T00:00:00Z",
		"allowed signers line 4 c@example.org after 2020-01-02T03:04:05Z",
		"allowed signers line 5 ca@example.org git ca",
	}
	if !slices.Equal(facts, want) {
		t.Fatalf("signers:\n got %q\nwant %q", facts, want)
	}

	revoked, problems := signing.ParseRevokedKeys([]byte("# gone\n" + public + "\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	trust.Revoked = revoked
	got = verify(t, payload, block, trust)
	expect(t, got, "") // the bytes still fit
	for _, sg := range got.Signers {
		if !sg.Revoked || sg.RevokedWhy == "" {
			t.Fatalf("not revoked: %+v", sg)
		}
	}

	for _, nobody := range []*signing.Trust{nil, {}, {Allowed: allowed(t, lines[0])}} {
		got = verify(t, payload, block, nobody)
		expect(t, got, "")
		if len(got.Signers) != 0 || got.Key != s.fingerprint(public) {
			t.Fatalf("an unlisted key: %+v", got)
		}
		expect(t, verify(t, payload+"x", block, nobody), "bad")
	}
}
