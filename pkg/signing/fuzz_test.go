package signing_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/claire-de-binare/cdbgate/pkg/signing"
	"golang.org/x/crypto/ssh"
)

// sshSeed is a public key's line, and a good signature of payload by the key.
func sshSeed(f *testing.F) (public, block string) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		f.Fatal(err)
	}
	sig, err := signer.Sign(rand.Reader, signedData("git", "sha512", payload))
	if err != nil {
		f.Fatal(err)
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey()))), blob(signer.PublicKey(), "git", "sha512", sig)
}

func noteworthy(t *testing.T, problems []signing.Problem) {
	t.Helper()
	if len(problems) > 101 {
		t.Fatalf("%d problems", len(problems))
	}
	for _, p := range problems {
		if p.Line < 0 || p.Message == "" || len(p.Message) > 400 {
			t.Fatalf("%+v", p)
		}
	}
}

func FuzzParseAllowedSigners(f *testing.F) {
	public, _ := sshSeed(f)
	f.Add("a@example.org " + public)
	f.Add(`"a b,*@c" cert-authority,namespaces="git,!file",valid-after="20240102",valid-before="202501020304Z" ` + public + " comment\r\n# x\n\n")
	f.Add(`a namespaces="\"" ` + public + "\n\"a\nb ssh-rsa AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		got, problems := signing.ParseAllowedSigners([]byte(text))
		noteworthy(t, problems)
		line := 0
		for _, a := range got {
			if a.Line <= line || a.Key == nil || len(a.Principals) == 0 || !strings.HasPrefix(a.Fingerprint, "SHA256:") {
				t.Fatalf("%+v", a)
			}
			if a.Namespaces != nil && len(a.Namespaces) == 0 || !a.ValidBefore.IsZero() && !a.ValidAfter.Before(a.ValidBefore) {
				t.Fatalf("%+v", a)
			}
			line = a.Line
			a.InNamespace("git")
		}
		revoked, problems := signing.ParseRevokedKeys([]byte(text))
		noteworthy(t, problems)
		for fingerprint := range revoked {
			if !strings.HasPrefix(fingerprint, "SHA256:") {
				t.Fatal(fingerprint)
			}
		}
	})
}

func FuzzParseKeyring(f *testing.F) {
	e := newEntity(f, &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA})
	v6 := newEntity(f, &packet.Config{Algorithm: packet.PubKeyAlgoEd25519, V6Keys: true})
	block := pgpArmor("SIGNATURE", detached(f, e, nil))
	f.Add([]byte(pgpArmor("PUBLIC KEY BLOCK", publicBytes(f, e))))
	f.Add(append(publicBytes(f, e), publicBytes(f, v6)...))
	f.Add([]byte("# x\n-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: x\n\nAAAA\n=AAAA\n-----END PGP PUBLIC KEY BLOCK-----\n"))
	f.Add(wrapPacket(2, nested(3)))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, problems := signing.ParseKeyring(text)
		noteworthy(t, problems)
		verify(t, payload, block, &signing.Trust{Keyring: r})
	})
}

// Nothing that can be found by chance makes a signature of other bytes than those that were signed.
func FuzzVerify(f *testing.F) {
	public, sshBlock := sshSeed(f)
	e := newEntity(f, &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA})
	v6Config := &packet.Config{Algorithm: packet.PubKeyAlgoEd25519, V6Keys: true}
	v6 := newEntity(f, v6Config)
	trust := &signing.Trust{
		Allowed: allowed(f, "a@example.org "+public),
		Keyring: ring(f, pgpArmor("PUBLIC KEY BLOCK", publicBytes(f, e), publicBytes(f, v6))),
	}
	f.Add([]byte(payload), sshBlock)
	f.Add([]byte(payload), pgpArmor("SIGNATURE", detached(f, e, nil)))
	f.Add([]byte(payload), pgpArmor("SIGNATURE", detached(f, v6, v6Config)))
	f.Add([]byte(payload), pgpArmor("SIGNATURE", wrapPacket(2, nested(3))))
	f.Add([]byte("other"), sshBlock)
	f.Fuzz(func(t *testing.T, message []byte, block string) {
		got := signing.Verify(message, []string{block}, trust)
		consistent(t, got)
		if got.Verified && string(message) != payload {
			t.Fatalf("verified: %q %q", message, block)
		}
	})
}
