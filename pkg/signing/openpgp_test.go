package signing_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/signing"
)

const (
	past  = "--faked-system-time=20200101T000000!"
	later = "--faked-system-time=20200601T000000!"
)

func TestOpenPGP(t *testing.T) {
	g := newGPG(t)
	alice := g.key("Alice", "ed25519", "sign", "0")
	bob := g.key("Bob", "ed25519", "cert", "0")
	for _, sub := range []string{"sign", "auth"} {
		g.run("", "--quick-add-key", bob, "ed25519", sub, "0")
	}
	g.run("", "--quick-add-key", bob, "cv25519", "encr", "0")
	g.run("", "--quick-add-uid", bob, "Bob at work <bob@example.com>")
	g.run("", "--quick-add-uid", bob, "nobody's address")
	g.run("", "--quick-add-uid", bob, "Bob (gone) <gone@example.org>")
	g.run("", "--quick-revoke-uid", bob, "Bob (gone) <gone@example.org>")
	carol := g.key("Carol", "rsa3072", "sign", "0")
	eve := g.key("Eve", "nistp256", "sign", "0")
	bobs := g.fingerprints(bob)
	trust := &signing.Trust{Keyring: ring(t, "# who signs\n", g.export(alice), "# and\n"+g.export(bob, carol))}

	for _, c := range []struct {
		name, by   string
		options    []string
		code, key  string
		algorithm  string
		principals []string
	}{
		{"primary key", alice, nil, "", alice, "openpgp EdDSA/SHA-256", []string{"alice@example.org"}},
		{"subkey", bobs[1] + "!", nil, "", bob, "openpgp EdDSA/SHA-256", []string{"bob@example.com", "bob@example.org", "nobody's address"}},
		{"rsa", carol, nil, "", carol, "openpgp RSA/SHA-512", []string{"carol@example.org"}},
		{"text mode", alice, []string{"--textmode"}, "", alice, "openpgp EdDSA/SHA-256", []string{"alice@example.org"}},
		{"sha-1", carol, []string{"--digest-algo=SHA1"}, "weak", carol, "openpgp RSA/SHA-1", []string{"carol@example.org"}},
		{"ripemd-160", carol, []string{"--digest-algo=RIPEMD160"}, "weak", "", "openpgp RSA/RIPEMD-160", nil},
		{"sha-224", carol, []string{"--digest-algo=SHA224"}, "", carol, "openpgp RSA/SHA-224", []string{"carol@example.org"}},
		{"unknown key", eve, nil, "unknown-key", eve, "openpgp ECDSA/SHA-256", nil},
		{"notation", alice, []string{"--sig-notation=a@example.org=b"}, "", alice, "openpgp EdDSA/SHA-256", []string{"alice@example.org"}},
		{"critical notation", alice, []string{"--sig-notation=!a@example.org=b"}, "unsupported", alice, "openpgp EdDSA/SHA-256", []string{"alice@example.org"}},
		{"two keys", alice, []string{"-u", carol}, "several", "", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := g.in(t)
			block := g.sign(c.by, c.options...)
			got := verify(t, payload, block, trust)
			expect(t, got, c.code)
			if got.Format != "openpgp" || got.Key != c.key || got.Algorithm != c.algorithm {
				t.Fatalf("%+v", got)
			}
			if c.principals == nil != (len(got.Signers) == 0) {
				t.Fatalf("signers %+v", got.Signers)
			}
			for _, s := range got.Signers {
				if s.Source != "OpenPGP keyring" || !s.ForGit || s.CertAuthority || s.Revoked || s.ValidAfter.IsZero() || !s.ValidBefore.IsZero() || !slices.Equal(s.Principals, c.principals) {
					t.Fatalf("signer %+v", s)
				}
			}
			if age := time.Since(got.Made); c.key != "" && (age < 0 || age > time.Hour) {
				t.Fatalf("made %v", got.Made)
			}
			if c.code == "" && g.status(payload, block) != "GOODSIG" {
				t.Fatal("gpg refuses it")
			}
			if c.code == "" {
				expect(t, verify(t, payload+"x", block, trust), "bad", "does not fit")
			}
		})
	}

	t.Run("text mode and the ends of lines", func(t *testing.T) {
		g := g.in(t)
		block := g.sign(alice, "--textmode")
		dos := strings.ReplaceAll(payload, "\n", "\r\n")
		expect(t, verify(t, dos, block, trust), "")
		if s := g.status(dos, block); s != "GOODSIG" {
			t.Fatalf("gpg says %q", s)
		}
		expect(t, verify(t, dos, g.sign(alice), trust), "bad")
	})
	t.Run("a part that is not for signing", func(t *testing.T) {
		g := g.in(t)
		// gpg will not sign with such a subkey, so the list says of a signing one that it is for something else.
		other := &signing.Trust{Keyring: ring(t, asAuthentication(t, g, bob, bobs[1]))}
		got := verify(t, payload, g.sign(bobs[1]+"!"), other)
		expect(t, got, "bad", "not for signing")
		if got.Key != bob || len(got.Signers) > 0 {
			t.Fatalf("%+v", got)
		}
	})
	t.Run("no keyring", func(t *testing.T) {
		g := g.in(t)
		expect(t, verify(t, payload, g.sign(alice), nil), "unknown-key", alice)
		expect(t, verify(t, payload+"x", g.sign(alice), &signing.Trust{}), "unknown-key")
	})
	t.Run("binary keyring", func(t *testing.T) {
		g := g.in(t)
		expect(t, verify(t, payload, g.sign(alice), &signing.Trust{Keyring: ring(t, g.run("", "--export"))}), "")
	})
	t.Run("a signature that expires", func(t *testing.T) {
		g := g.in(t)
		got := verify(t, payload, g.sign(alice, "--default-sig-expire=10d"), trust)
		expect(t, got, "")
		if d := got.Expires.Sub(got.Made); d < 9*24*time.Hour || d > 11*24*time.Hour {
			t.Fatalf("made %v, expires %v", got.Made, got.Expires)
		}
	})
	t.Run("an expired signature", func(t *testing.T) {
		g := g.in(t)
		past := g.key("Old", "ed25519", "sign", "0", past)
		block := g.sign(past, later, "--default-sig-expire=10d")
		got := verify(t, payload, block, &signing.Trust{Keyring: ring(t, g.export(past))})
		expect(t, got, "")
		if !got.Made.Equal(time.Date(2020, 6, 1, 0, 0, 0, 0, time.UTC)) || !got.Expires.Equal(got.Made.Add(10*24*time.Hour)) {
			t.Fatalf("made %v, expires %v", got.Made, got.Expires)
		}
		if s := g.status(payload, block); s != "EXPSIG" {
			t.Fatalf("gpg says %q", s)
		}
	})
	t.Run("a whole message", func(t *testing.T) {
		g := g.in(t)
		inline := g.run(payload, "-u", alice, "--armor", "--sign")
		expect(t, verify(t, payload, inline, trust), "unsupported")
		expect(t, verify(t, payload, strings.ReplaceAll(inline, "PGP MESSAGE", "PGP SIGNATURE"), trust), "malformed")
	})
	t.Run("other kinds of signatures", func(t *testing.T) {
		g := g.in(t)
		cert := strings.ReplaceAll(g.revocation(alice), "PUBLIC KEY BLOCK", "SIGNATURE")
		cert = cert[strings.Index(cert, "-----BEGIN"):]
		expect(t, verify(t, payload, cert, trust), "unsupported", "document")
	})
	t.Run("dsa", func(t *testing.T) {
		g := g.in(t)
		old := g.key("Dsa", "dsa2048", "sign", "0")
		r, problems := signing.ParseKeyring([]byte(g.export(old)))
		if len(problems) != 1 || !strings.Contains(problems[0].Message, "DSA") {
			t.Fatal(problems)
		}
		got := verify(t, payload, g.sign(old), &signing.Trust{Keyring: r})
		expect(t, got, "weak", "DSA")
		if got.Key != old {
			t.Fatalf("%+v", got)
		}
	})
	t.Run("rsa 1024", func(t *testing.T) {
		g := g.in(t)
		old := g.key("Short", "rsa1024", "sign", "0")
		r, problems := signing.ParseKeyring([]byte(g.export(old)))
		if len(problems) != 1 || !strings.Contains(problems[0].Message, "1024") {
			t.Fatal(problems)
		}
		expect(t, verify(t, payload, g.sign(old), &signing.Trust{Keyring: r}), "weak", "1024")
		g.run("", "--quick-add-key", alice, "rsa1024", "sign", "0")
		r, problems = signing.ParseKeyring([]byte(g.export(alice)))
		if len(problems) != 1 || !strings.Contains(problems[0].Message, "subkey") {
			t.Fatal(problems)
		}
		sub := g.fingerprints(alice)[1]
		expect(t, verify(t, payload, g.sign(sub+"!"), &signing.Trust{Keyring: r}), "weak", "1024")
		expect(t, verify(t, payload, g.sign(alice+"!"), &signing.Trust{Keyring: r}), "")
	})
}
