package signing_test

import (
	"bytes"
	"crypto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/claire-de-binare/cdbgate/pkg/signing"
)

func TestCraftedKeys(t *testing.T) {
	e, other := newEntity(t, nil), newEntity(t, nil)
	if err := e.AddSigningSubkey(nil); err != nil {
		t.Fatal(err)
	}
	clean := publicBytes(t, e)
	block := pgpArmor("SIGNATURE", detached(t, e, nil)) // by the subkey
	primaryOnly := detached(t, &openpgp.Entity{PrimaryKey: e.PrimaryKey, PrivateKey: e.PrivateKey, Identities: e.Identities}, nil)
	revocation := func(by *openpgp.Entity, edit func(*packet.Signature)) []byte {
		sig := &packet.Signature{Version: 4, SigType: packet.SigTypeKeyRevocation, PubKeyAlgo: by.PrimaryKey.PubKeyAlgo, Hash: crypto.SHA256, CreationTime: time.Now(), IssuerKeyId: &by.PrimaryKey.KeyId}
		if edit != nil {
			edit(sig)
		}
		if err := sig.RevokeKey(e.PrimaryKey, by.PrivateKey, &packet.Config{NonDeterministicSignaturesViaNotation: packet.BoolPointer(false)}); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := sig.Serialize(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	identity := func(kind packet.SignatureType, at time.Time, by *openpgp.Entity) []byte {
		sig := &packet.Signature{Version: 4, SigType: kind, PubKeyAlgo: by.PrimaryKey.PubKeyAlgo, Hash: crypto.SHA256, CreationTime: at, IssuerKeyId: &by.PrimaryKey.KeyId, FlagsValid: true, FlagSign: true}
		if err := sig.SignUserId("Zoe <zoe@example.org>", e.PrimaryKey, by.PrivateKey, nil); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := sig.Serialize(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	now := time.Now()
	tags, bodies := packets(t, clean)
	rebuild := func(edit func(i int, tag byte, body []byte) []byte) []byte {
		var out []byte
		for i := range tags {
			out = append(out, edit(i, tags[i], slices.Clone(bodies[i]))...)
		}
		return out
	}
	last := func(b []byte) []byte { b[len(b)-1] ^= 1; return b }
	subkeyAt := slices.Index(tags, 14)
	uidAt := slices.Index(tags, 13)
	damaged := func(at int) []byte {
		return rebuild(func(i int, tag byte, body []byte) []byte {
			if i == at {
				body = last(body)
			}
			return wrapPacket(tag, body)
		})
	}
	without := func(at int) []byte {
		return rebuild(func(i int, tag byte, body []byte) []byte {
			if i == at {
				return nil
			}
			return wrapPacket(tag, body)
		})
	}
	after := func(at int, more ...[]byte) []byte {
		return rebuild(func(i int, tag byte, body []byte) []byte {
			if body = wrapPacket(tag, body); i == at {
				body = append(body, slices.Concat(more...)...)
			}
			return body
		})
	}
	unreadable := wrapPacket(2, []byte{4, 0x20, 22, 99, 0, 0, 0, 0, 0, 0, 0, 0})
	var foreign []byte // other's key with e's subkey, bound by other but not cross-certified for it
	{
		stolen := *other
		sub := e.Subkeys[len(e.Subkeys)-1]
		sig := &packet.Signature{Version: 4, SigType: packet.SigTypeSubkeyBinding, PubKeyAlgo: other.PrimaryKey.PubKeyAlgo, Hash: crypto.SHA256, CreationTime: time.Now(), FlagsValid: true, FlagSign: true, IssuerKeyId: &other.PrimaryKey.KeyId, EmbeddedSignature: sub.Sig.EmbeddedSignature}
		if err := sig.SignKey(sub.PublicKey, other.PrivateKey, nil); err != nil {
			t.Fatal(err)
		}
		stolen.Subkeys = []openpgp.Subkey{{PublicKey: sub.PublicKey, Sig: sig}}
		foreign = publicBytes(t, &stolen)
	}
	for _, c := range []struct {
		name    string
		keys    []byte
		code    string
		problem string // "" for none
		revoked bool
	}{
		{"as made", clean, "", "", false},
		{"revoked", slices.Concat(clean, revocation(e, nil)), "", "", true},
		{"revoked right behind the key", after(0, revocation(e, nil)), "", "", true},
		{"revoked with sha-1", slices.Concat(clean, revocation(e, func(s *packet.Signature) { s.Hash = crypto.SHA1 })), "", "", true},
		{"revoked by another key", slices.Concat(clean, revocation(other, nil)), "unknown-key", "revocation", false},
		{"revocation damaged", slices.Concat(clean, last(revocation(e, nil))), "unknown-key", "revocation", false},
		{"revocation unreadable", slices.Concat(clean, unreadable), "unknown-key", "revocation", false},
		{"subkey revocation astray", after(0, wrapPacket(2, replaceAt(bodies[subkeyAt+1], 1, 0x28))), "unknown-key", "revocation", false},
		{"subkey revocation damaged", slices.Concat(clean, wrapPacket(2, replaceAt(bodies[len(bodies)-1], 1, 0x28))), "unknown-key", "revocation", false},
		{"a private subkey in front of a revocation", slices.Concat(clean, wrapPacket(7, []byte{4}), revocation(e, nil)), "unknown-key", "private key", false},
		{"identity revocation unreadable", after(uidAt+1, wrapPacket(2, replaceAt(bodies[uidAt+1], 3, 99)), wrapPacket(2, replaceAt(replaceAt(bodies[uidAt+1], 3, 99), 1, 0x30))), "unknown-key", "revocation", false},
		{"identity not certified", damaged(uidAt + 1), "unknown-key", "does not vouch for itself", false},
		{"no identity", without(uidAt), "unknown-key", "does not vouch for itself", false},
		{"identity revoked", after(uidAt+1, identity(packet.SigTypeCertificationRevocation, now.Add(time.Second), e)), "", "", true},
		{"identity revoked and certified again", after(uidAt+1, identity(packet.SigTypeCertificationRevocation, now.Add(time.Second), e), identity(packet.SigTypeGenericCert, now.Add(2*time.Second), e)), "", "", false},
		{"identity revoked by another key", after(uidAt+1, identity(packet.SigTypeCertificationRevocation, now.Add(time.Second), other)), "", "", false},
		{"identity revocation damaged", after(uidAt+1, last(identity(packet.SigTypeCertificationRevocation, now.Add(time.Second), e))), "unknown-key", "revocation", false},
		{"binding damaged", damaged(len(tags) - 1), "unknown-key", "binds", false},
		{"no binding", without(len(tags) - 1), "bad", "", false},
		{"encryption subkey damaged", damaged(subkeyAt + 1), "", "", false},
		{"a photo", slices.Concat(clean, wrapPacket(17, []byte{1}), wrapPacket(2, bodies[uidAt+1])), "", "", false},
		{"padding, a marker and something new", slices.Concat(wrapPacket(10, []byte("PGP")), clean, wrapPacket(21, []byte{1}), wrapPacket(60, nil), wrapPacket(12, []byte{1})), "", "", false},
		{"a literal", slices.Concat(clean, wrapPacket(11, []byte("b\x00\x00\x00\x00\x00x"))), "unknown-key", "does not belong", false},
		{"nested", slices.Concat(clean, wrapPacket(2, nested(5000))), "", "", false},
		{"another's subkey", foreign, "unknown-key", "binds", false},
		{"another's subkey, and the owner", slices.Concat(foreign, clean), "", "binds", false},
		{"a long identity", slices.Concat(clean, wrapPacket(13, bytes.Repeat([]byte("x"), 2049))), "", "2049", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			r, problems := signing.ParseKeyring([]byte(pgpArmor("PUBLIC KEY BLOCK", c.keys)))
			if d := time.Since(start); d > 2*time.Second {
				t.Fatalf("took %v", d)
			}
			if (c.problem == "") != (len(problems) == 0) || c.problem != "" && !strings.Contains(problems[0].Message, c.problem) {
				t.Fatalf("problems %v, want %q", problems, c.problem)
			}
			got := verify(t, payload, block, &signing.Trust{Keyring: r})
			expect(t, got, c.code)
			if c.code == "" && (len(got.Signers) != 1 || got.Signers[0].Revoked != c.revoked || got.Key != hexOf(e.PrimaryKey.Fingerprint)) {
				t.Fatalf("%+v", got)
			}
		})
	}
	// The primary key itself signs, subkeys or not.
	got := verify(t, payload, pgpArmor("SIGNATURE", primaryOnly), &signing.Trust{Keyring: ring(t, pgpArmor("PUBLIC KEY BLOCK", clean))})
	expect(t, got, "")
}

// A keyring full of signatures that have to be checked one by one takes a bounded time.
func TestKeyringEffort(t *testing.T) {
	config := &packet.Config{Algorithm: packet.PubKeyAlgoECDSA, Curve: packet.CurveBrainpoolP256}
	e, good := newEntity(t, config), newEntity(t, nil)
	tags, bodies := packets(t, publicBytes(t, e))
	uid := slices.Index(tags, 13)
	keys := slices.Concat(wrapPacket(6, bodies[0]), wrapPacket(13, bodies[uid]))
	bogus := slices.Clone(bodies[uid+1])
	bogus[len(bogus)-1] ^= 1
	keys = append(keys, bytes.Repeat(wrapPacket(2, bogus), 8000)...)
	start := time.Now()
	r, problems := signing.ParseKeyring(slices.Concat(publicBytes(t, good), keys, publicBytes(t, newEntity(t, nil))))
	if d := time.Since(start); d > 20*time.Second {
		t.Fatalf("took %v", d)
	}
	if len(problems) != 1 || !strings.Contains(problems[0].Message, "effort") {
		t.Fatal(problems)
	}
	trust := &signing.Trust{Keyring: r}
	expect(t, verify(t, payload, pgpArmor("SIGNATURE", detached(t, good, nil)), trust), "")
	expect(t, verify(t, payload, pgpArmor("SIGNATURE", detached(t, e, config)), trust), "unknown-key")
}
