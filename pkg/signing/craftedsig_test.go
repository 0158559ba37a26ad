package signing_test

import (
	"bytes"
	"crypto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/claire-de-binare/cdbgate/pkg/signing"
)

func TestVersion6(t *testing.T) {
	for _, algorithm := range []packet.PublicKeyAlgorithm{packet.PubKeyAlgoEd25519, packet.PubKeyAlgoEd448} {
		config := &packet.Config{V6Keys: true, Algorithm: algorithm, DefaultHash: crypto.SHA512}
		e := newEntity(t, config)
		trust := &signing.Trust{Keyring: ring(t, pgpArmor("PUBLIC KEY BLOCK", publicBytes(t, e)))}
		block := pgpArmor("SIGNATURE", detached(t, e, config))
		got := verify(t, payload, block, trust)
		expect(t, got, "")
		if len(got.Key) != 64 || len(got.Signers) != 1 || got.Signers[0].Principals[0] != "zoe@example.org" {
			t.Fatalf("%+v", got)
		}
		expect(t, verify(t, payload+"x", block, trust), "bad")
	}
}

func TestCraftedSignatures(t *testing.T) {
	e := newEntity(t, nil)
	trust := &signing.Trust{Keyring: ring(t, pgpArmor("PUBLIC KEY BLOCK", publicBytes(t, e)))}
	good := detached(t, e, nil)
	_, bodies := packets(t, good)
	body := bodies[0]
	edit := func(f func(b []byte) []byte) string {
		return pgpArmor("SIGNATURE", wrapPacket(2, f(slices.Clone(body))))
	}
	v3 := append([]byte{3, 5, 0, 1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1}, 0, 0, 0, 1, 1)
	critical := func(kind byte) string {
		sig := &packet.Signature{Version: 4, SigType: packet.SigTypeBinary, PubKeyAlgo: e.PrimaryKey.PubKeyAlgo, Hash: crypto.SHA256, CreationTime: time.Now(), IssuerKeyId: &e.PrimaryKey.KeyId, PolicyURI: "x"}
		h := crypto.SHA256.New()
		h.Write([]byte(payload))
		if err := sig.Sign(h, e.PrivateKey, nil); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := sig.Serialize(&b); err != nil {
			t.Fatal(err)
		}
		raw := b.Bytes()
		at := bytes.Index(raw, []byte{2, 26, 'x'}) // the policy's address
		if at < 0 {
			t.Fatal("no policy subpacket")
		}
		raw[at+1] = kind
		return pgpArmor("SIGNATURE", raw)
	}
	for _, c := range []struct{ name, block, code string }{
		{"as made", pgpArmor("SIGNATURE", good), ""},
		{"another header", pgpArmor("SIGNATURE", wrapPacket(2, body)), ""},
		{"cut short", pgpArmor("SIGNATURE", good[:len(good)-1]), "malformed"},
		{"half", pgpArmor("SIGNATURE", good[:len(good)/2]), "malformed"},
		{"twice", pgpArmor("SIGNATURE", good, good), "several"},
		{"a packet behind", pgpArmor("SIGNATURE", good, wrapPacket(13, []byte("x"))), "malformed"},
		{"a byte behind", pgpArmor("SIGNATURE", good, []byte{0}), "malformed"},
		{"a byte within", edit(func(b []byte) []byte { return append(b, 0) }), "malformed"},
		{"a signature within", edit(func(b []byte) []byte { return append(b, good...) }), "malformed"},
		{"another packet", pgpArmor("SIGNATURE", wrapPacket(13, []byte("x"))), "malformed"},
		{"length to be told later", pgpArmor("SIGNATURE", append([]byte{0xc2, 0xe0 + 5}, body...)), "malformed"},
		{"length up to the end", pgpArmor("SIGNATURE", append([]byte{0x8b}, body...)), "malformed"},
		{"version 3 with md5", pgpArmor("SIGNATURE", wrapPacket(2, v3)), "weak"},
		{"version 3", pgpArmor("SIGNATURE", wrapPacket(2, replaceAt(v3, 16, 8))), "unsupported"},
		{"version 5", edit(func(b []byte) []byte { b[0] = 5; return b }), "unsupported"},
		{"md5", edit(func(b []byte) []byte { b[3] = 1; return b }), "weak"},
		{"sha-1", edit(func(b []byte) []byte { b[3] = 2; return b }), "weak"},
		{"dsa", edit(func(b []byte) []byte { b[2] = 17; return b }), "weak"},
		{"unknown hash", edit(func(b []byte) []byte { b[3] = 99; return b }), "unsupported"},
		{"unknown algorithm", edit(func(b []byte) []byte { b[2] = 99; return b }), "unsupported"},
		{"for a key, not a document", edit(func(b []byte) []byte { b[1] = 0x10; return b }), "unsupported"},
		{"standalone", edit(func(b []byte) []byte { b[1] = 0x02; return b }), "unsupported"},
		{"text, not bytes", edit(func(b []byte) []byte { b[1] = 1; return b }), "bad"},
		{"bit flipped", edit(func(b []byte) []byte { b[len(b)-1] ^= 1; return b }), "bad"},
		{"known subpacket", critical(26), ""},
		{"critical known subpacket", critical(26 | 0x80), "bad"},
		{"unknown subpacket", critical(100), "bad"},
		{"critical unknown subpacket", critical(100 | 0x80), "unsupported"},
		{"nested", pgpArmor("SIGNATURE", wrapPacket(2, nested(600))), "malformed"},
		{"empty packet", pgpArmor("SIGNATURE", wrapPacket(2, nil)), "malformed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := verify(t, payload, c.block, trust)
			expect(t, got, c.code)
			if got.Format != "openpgp" {
				t.Fatalf("format %q", got.Format)
			}
		})
	}
	// The checksum is optional and says nothing.
	for _, sum := range []string{"=AAAA\n", ""} {
		block := strings.Replace(pgpArmor("SIGNATURE", good), "-----END", sum+"-----END", 1)
		expect(t, verify(t, payload, block, trust), "")
	}
	lines := strings.SplitAfter(pgpArmor("SIGNATURE", good), "\n")
	hidden := strings.Join(slices.Insert(lines, 3, "=AAAA\n"), "")
	expect(t, verify(t, payload, hidden, trust), "malformed", "base64")
	headers := strings.Replace(pgpArmor("SIGNATURE", good), "\n", "\nVersion: x\nComment: y\n", 1)
	expect(t, verify(t, payload, headers, trust), "")
}
