package signing_test

import (
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/signing"
)

func TestKeyringProblems(t *testing.T) {
	g := newGPG(t)
	alice := g.key("Alice", "ed25519", "sign", "0")
	public, secret := g.export(alice), g.run("", "--armor", "--export-secret-keys", alice)
	block := g.sign(alice)
	lines := strings.SplitAfter(public, "\n")
	for _, c := range []struct {
		name, text string
		line       int
		says       string
	}{
		{"private key", "# x\n" + secret, 2, "private key"},
		{"private key in public armor", strings.ReplaceAll(secret, "PRIVATE", "PUBLIC"), 1, "private key"},
		{"private ssh key", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n", 1, "private key"},
		{"signature", "\n" + block, 2, "no block of OpenPGP public keys"},
		{"cut short", strings.Join(lines[:len(lines)-2], ""), 1, "END"},
		{"a damaged BEGIN line", strings.Replace(public, "BLOCK-----", "BLOCK----", 1), 1, "no block of OpenPGP public keys"},
		{"no base64", strings.Replace(public, lines[3], "?"+lines[3][1:], 1), 1, "base64"},
		{"half the packets", strings.Replace(public, lines[4], "", 1), 1, "damaged"},
		{"something else", "alice@example.org ssh-ed25519 AAAA\n", 0, "no OpenPGP public key"},
		{"a keybox", "\x00\x00\x00\x20\x01\x01\x00\x02KBXf\x00\x00\x00\x00", 0, "no OpenPGP public key"},
		{"binary garbage", "\xff\xff\xff\xff\xff\xff", 0, "damaged"},
		{"too large", strings.Repeat("#", 4<<20+1), 0, "4194304"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, problems := signing.ParseKeyring([]byte(c.text))
			if len(problems) == 0 || problems[0].Line != c.line || !strings.Contains(problems[0].Message, c.says) {
				t.Fatalf("problems %+v do not say %q", problems, c.says)
			}
			if got := verify(t, payload, block, &signing.Trust{Keyring: r}); got.Code != "unknown-key" {
				t.Fatalf("the key is used: %+v", got)
			}
			if c.line == 0 || c.name == "half the packets" {
				return
			}
			r, problems = signing.ParseKeyring([]byte(c.text + "\n" + public))
			if len(problems) == 0 {
				t.Fatal("no problem beside a good block")
			}
			expect(t, verify(t, payload, block, &signing.Trust{Keyring: r}), "")
		})
	}
	for _, nothing := range []string{"", "\n", "# nobody yet\n"} {
		if _, problems := signing.ParseKeyring([]byte(nothing)); len(problems) > 0 {
			t.Fatalf("%q: %v", nothing, problems)
		}
	}
	// A copy that is damaged spoils the whole: what it lost may have been a revocation.
	r, problems := signing.ParseKeyring([]byte(public + strings.Replace(public, lines[len(lines)-4], "", 1)))
	if len(problems) == 0 || verify(t, payload, block, &signing.Trust{Keyring: r}).Code != "unknown-key" {
		t.Fatalf("a damaged copy: %v", problems)
	}
}

// A key vouches for itself with SHA-1: as GnuPG did by default until 2.1, and as nobody should since.
func TestKeyringSHA1(t *testing.T) {
	g := newGPG(t)
	const sha1 = "--cert-digest-algo=SHA1"
	old := g.key("Old", "rsa2048", "sign", "0", "--faked-system-time=20120101T000000!", sha1)
	block := g.sign(old)
	expect(t, verify(t, payload, block, &signing.Trust{Keyring: ring(t, g.export(old))}), "")

	before := g.export(old)
	g.run("", "--faked-system-time=20190120T000000!", sha1, "--quick-set-expire", old, "10d")
	for _, text := range []string{g.export(old), before + g.export(old)} {
		r, problems := signing.ParseKeyring([]byte(text))
		if len(problems) == 0 || !strings.Contains(problems[0].Message, "SHA-1") {
			t.Fatal(problems)
		}
		expect(t, verify(t, payload, block, &signing.Trust{Keyring: r}), "unknown-key")
	}
	g.run("", "--quick-set-expire", old, "0")
	expect(t, verify(t, payload, block, &signing.Trust{Keyring: ring(t, g.export(old))}), "")
}
