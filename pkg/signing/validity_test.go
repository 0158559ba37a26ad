package signing_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/signing"
)

func TestOpenPGPValidity(t *testing.T) {
	g := newGPG(t)
	created := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	signer := func(t *testing.T, block string, key string) signing.Signer {
		t.Helper()
		got := verify(t, payload, block, &signing.Trust{Keyring: ring(t, key)})
		expect(t, got, "")
		if len(got.Signers) != 1 {
			t.Fatalf("signers %+v", got.Signers)
		}
		return got.Signers[0]
	}
	within := func(t *testing.T, s signing.Signer, after, before time.Time) {
		t.Helper()
		if !s.ValidAfter.Equal(after) || !s.ValidBefore.Equal(before) {
			t.Fatalf("valid from %v to %v, want %v to %v", s.ValidAfter, s.ValidBefore, after, before)
		}
	}
	day := 24 * time.Hour

	t.Run("expired key", func(t *testing.T) {
		g := g.in(t)
		key := g.key("Erin", "ed25519", "sign", "365d", past)
		block := g.sign(key, later)
		within(t, signer(t, block, g.export(key)), created, created.Add(365*day))
		if s := g.status(payload, block); s != "EXPKEYSIG" {
			t.Fatalf("gpg says %q", s)
		}
		before := g.export(key)
		g.run("", later, "--quick-set-expire", key, "3650d")
		renewed := created.AddDate(0, 5, 0).Add(3650 * day)
		within(t, signer(t, block, g.export(key)), created, renewed)
		if s := g.status(payload, block); s != "GOODSIG" {
			t.Fatalf("gpg says %q", s)
		}
		// Both copies: the newer one holds, in any order.
		within(t, signer(t, block, before+g.export(key)), created, renewed)
		within(t, signer(t, block, g.export(key)+before), created, renewed)
	})
	t.Run("a revoker named later does not lift the expiry", func(t *testing.T) {
		g := g.in(t)
		key := g.key("Rita", "ed25519", "sign", "365d", past)
		other := g.key("Revoker", "ed25519", "sign", "0", past)
		block := g.sign(key, later)
		g.run("addrevoker\n"+other+"\ny\nsave\n", later, "--command-fd", "0", "--expert", "--edit-key", key)
		within(t, signer(t, block, g.export(key)), created, created.Add(365*day))
	})
	t.Run("expired subkey", func(t *testing.T) {
		g := g.in(t)
		key := g.key("Sue", "ed25519", "cert", "0", past)
		g.run("", "--faked-system-time=20200201T000000!", "--quick-add-key", key, "ed25519", "sign", "100d")
		block := g.sign(g.fingerprints(key)[1]+"!", "--faked-system-time=20200301T000000!")
		start := created.AddDate(0, 1, 0)
		within(t, signer(t, block, g.export(key)), start, start.Add(100*day))
		g.run("", "--faked-system-time=20200302T000000!", "--quick-set-expire", key, "10d")
		within(t, signer(t, block, g.export(key)), start, created.AddDate(0, 2, 1).Add(10*day))
		g.run("", "--faked-system-time=20200602T000000!", "--quick-set-expire", key, "0")
		within(t, signer(t, block, g.export(key)), start, start.Add(100*day))
	})
	t.Run("revoked key", func(t *testing.T) {
		g := g.in(t)
		key := g.key("Frank", "ed25519", "sign", "0", past)
		block := g.sign(key, later)
		clean := g.export(key)
		within(t, signer(t, block, clean), created, time.Time{})
		certificate := g.revocation(key)
		for name, text := range map[string]string{"behind": clean + certificate, "in front": certificate + clean, "a block later": clean + "#\n" + clean + "#\n" + certificate} {
			s := signer(t, block, text)
			if !s.Revoked || !strings.HasPrefix(s.RevokedWhy, "the key was revoked on 20") {
				t.Fatalf("certificate %s: %+v", name, s)
			}
		}
		g.run(certificate, "--import")
		revoked := g.export(key)
		for name, text := range map[string]string{"alone": revoked, "a clean copy behind": revoked + clean, "a clean copy in front": clean + revoked} {
			if s := signer(t, block, text); !s.Revoked {
				t.Fatalf("%s: %+v", name, s)
			}
		}
		if s := g.status(payload, block); s != "REVKEYSIG" {
			t.Fatalf("gpg says %q", s)
		}
		_, problems := signing.ParseKeyring([]byte(certificate))
		if len(problems) != 1 || !strings.Contains(problems[0].Message, "not in the file") {
			t.Fatal(problems)
		}
	})
	t.Run("revoked subkey", func(t *testing.T) {
		g := g.in(t)
		key := g.key("Grace", "ed25519", "cert", "0", past)
		for range 2 {
			g.run("", past, "--quick-add-key", key, "ed25519", "sign", "0")
		}
		g.run("", past, "--quick-add-key", key, "cv25519", "encr", "0")
		subs := g.fingerprints(key)
		first, second := g.sign(subs[1]+"!", later), g.sign(subs[2]+"!", later)
		g.run("key 1\nrevkey\ny\n1\n\ny\nkey 1\nkey 3\nrevkey\ny\n0\n\ny\nsave\n", later, "--command-fd", "0", "--edit-key", key)
		s := signer(t, first, g.export(key))
		if !s.Revoked || s.RevokedWhy != "the subkey was revoked on 2020-06-01 (compromised)" {
			t.Fatalf("%+v", s)
		}
		if s := signer(t, second, g.export(key)); s.Revoked {
			t.Fatalf("%+v", s)
		}
		if s := g.status(payload, first); s != "REVKEYSIG" {
			t.Fatalf("gpg says %q", s)
		}
	})
	t.Run("revoked identity", func(t *testing.T) {
		g := g.in(t)
		key := g.key("Heidi", "ed25519", "sign", "0", past)
		block := g.sign(key, later)
		g.run("", "--quick-add-uid", key, "Other <other@example.org>")
		g.run("", "--quick-revoke-uid", key, "Heidi <heidi@example.org>")
		if s := signer(t, block, g.export(key)); s.Revoked || !slices.Equal(s.Principals, []string{"other@example.org"}) {
			t.Fatalf("%+v", s)
		}
	})
}
