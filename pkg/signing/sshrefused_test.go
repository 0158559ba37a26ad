package signing_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/signing"
	"golang.org/x/crypto/ssh"
)

func TestSSHRefused(t *testing.T) {
	s := newShell(t)
	public := s.key("k", "ed25519")
	s.write("allowed", "a@example.org "+public+"\n")
	trust := &signing.Trust{Allowed: allowed(t, "a@example.org "+public)}
	block := s.sign("k", "git")
	raw := dearmor(t, block)

	t.Run("namespace", func(t *testing.T) {
		file := s.sign("k", "file")
		got := verify(t, payload, file, trust)
		expect(t, got, "namespace", `"file"`)
		if got.Namespace != "file" || len(got.Signers) != 1 {
			t.Fatalf("%+v", got)
		}
		expect(t, verify(t, payload+"x", file, trust), "bad")
		if s.agrees(t, payload, file, "git") {
			t.Fatal("ssh-keygen takes it")
		}
	})

	t.Run("certificate", func(t *testing.T) {
		s.key("ca", "ed25519")
		s.key("user", "ed25519")
		s.run("", "-q", "-s", s.path("ca"), "-I", "id", "-n", "a@example.org", s.path("user.pub"))
		certified := s.run(payload, "-Y", "sign", "-n", "git", "-f", s.path("user-cert.pub"))
		listed := &signing.Trust{Allowed: allowed(t, "a@example.org cert-authority "+s.read("ca.pub"), "a@example.org "+s.read("user.pub"))}
		got := verify(t, payload, certified, listed)
		expect(t, got, "certificate", "not supported", s.fingerprint(s.read("user.pub")))
		if len(got.Signers) > 0 {
			t.Fatalf("signers %+v", got.Signers)
		}
	})

	t.Run("rsa 1024", func(t *testing.T) {
		short := s.key("short", "rsa", "-b", "1024")
		got := verify(t, payload, s.sign("short", "git"), &signing.Trust{Allowed: allowed(t, "a@example.org "+short)})
		expect(t, got, "weak", "1024")
		if got.Key != s.fingerprint(short) || len(got.Signers) != 1 {
			t.Fatalf("%+v", got)
		}
	})

	t.Run("rsa with sha-1", func(t *testing.T) {
		s.key("rsa", "rsa", "-b", "2048")
		signer, err := ssh.ParsePrivateKey([]byte(s.read("rsa") + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		sig, err := signer.Sign(rand.Reader, signedData("git", "sha512", payload)) // ssh-rsa
		if err != nil || sig.Format != "ssh-rsa" {
			t.Fatal(sig, err)
		}
		expect(t, verify(t, payload, blob(signer.PublicKey(), "git", "sha512", sig), trust), "weak", "SHA-1")
		sig, err = signer.(ssh.AlgorithmSigner).SignWithAlgorithm(rand.Reader, signedData("git", "sha512", payload), "rsa-sha2-256")
		if err != nil {
			t.Fatal(err)
		}
		expect(t, verify(t, payload, blob(signer.PublicKey(), "git", "sha512", sig), trust), "")
	})

	t.Run("dsa", func(t *testing.T) {
		if _, err := s.try("", "-q", "-t", "dsa", "-N", "", "-f", s.path("dsa")); err != nil {
			t.Skip("this ssh-keygen makes no DSA keys")
		}
		key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(s.read("dsa.pub")))
		if err != nil {
			t.Fatal(err)
		}
		sig := &ssh.Signature{Format: "ssh-dss", Blob: make([]byte, 40)}
		expect(t, verify(t, payload, blob(key, "git", "sha512", sig), trust), "weak", "DSA")
	})

	_, private, _ := ed25519.GenerateKey(rand.Reader)
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	signed := func(namespace, hash string) *ssh.Signature {
		sig, err := signer.Sign(rand.Reader, signedData(namespace, hash, payload))
		if err != nil {
			t.Fatal(err)
		}
		return sig
	}
	longer := signed("git", "sha512")
	longer.Rest = []byte("more")
	alien := signed("git", "sha512")
	alien.Format = "ssh-ed448"
	webauthn := signed("git", "sha512")
	webauthn.Format = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com"
	unknownKey := strings.Replace(string(raw), "ssh-ed25519", "ssh-ed448!!", 1)
	for _, c := range []struct {
		name, block, code string
	}{
		{"good", blob(signer.PublicKey(), "git", "sha512", signed("git", "sha512")), ""},
		{"sha1", blob(signer.PublicKey(), "git", "sha1", signed("git", "sha1")), "weak"},
		{"unknown hash", blob(signer.PublicKey(), "git", "sha3", signed("git", "sha3")), "unsupported"},
		{"data behind the inner signature", blob(signer.PublicKey(), "git", "sha512", longer), "malformed"},
		{"another type than the key", blob(signer.PublicKey(), "git", "sha512", alien), "malformed"},
		{"webauthn", blob(signer.PublicKey(), "git", "sha512", webauthn), "unsupported"},
		{"namespace with a control character", blob(signer.PublicKey(), "git\x1b[2J", "sha512", signed("git\x1b[2J", "sha512")), "malformed"},
		{"another namespace than signed", blob(signer.PublicKey(), "git", "sha512", signed("file", "sha512")), "bad"},
		{"data behind the blob", armor(append(slices.Clone(raw), 0)), "malformed"},
		{"cut short", armor(raw[:len(raw)-1]), "malformed"},
		{"version 2", armor(replaceAt(raw, 9, 2)), "unsupported"},
		{"wrong magic", armor(replaceAt(raw, 0, 'X')), "malformed"},
		{"unknown key type", armor([]byte(unknownKey)), "unsupported"},
		{"damaged key", armor(replaceAt(raw, 32, 0xff)), "malformed"},
		{"only the magic", armor([]byte("SSHSIG")), "malformed"},
		{"another signature", armor(replaceAt(raw, len(raw)-1, raw[len(raw)-1]^1)), "bad"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := verify(t, payload, c.block, trust)
			expect(t, got, c.code)
			if got.Format != "ssh" {
				t.Fatalf("format %q", got.Format)
			}
		})
	}
}
