package signing_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/binary"
	"slices"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/signing"
)

// Signatures name their key in several ways.
func TestIssuer(t *testing.T) {
	e := newEntity(t, nil)
	private, ok := e.PrivateKey.PrivateKey.(*rsa.PrivateKey)
	if !ok {
		t.Fatal("not an RSA key")
	}
	trust := &signing.Trust{Keyring: ring(t, string(publicBytes(t, e)))}
	id := binary.BigEndian.AppendUint64([]byte{9, 16}, e.PrimaryKey.KeyId)
	fingerprint := append([]byte{22, 33, 4}, e.PrimaryKey.Fingerprint...)
	full := hexOf(e.PrimaryKey.Fingerprint)
	head := []byte{4, 0, 1, 8, 0, 6, 5, 2, 0x60, 0, 0, 0}
	digest := crypto.SHA256.New()
	digest.Write(slices.Concat([]byte(payload), head, []byte{4, 0xff, 0, 0, 0, byte(len(head))}))
	sum := digest.Sum(nil)
	mpi, err := rsa.SignPKCS1v15(rand.Reader, private, crypto.SHA256, sum)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, key, code string
		unhashed        []byte
	}{
		{"key id", full, "", id},
		{"fingerprint", full, "", fingerprint},
		{"both", full, "", slices.Concat(id, fingerprint)},
		{"nothing", "", "unknown-key", nil},
		{"another key id", "0102030405060708", "unknown-key", []byte{9, 16, 1, 2, 3, 4, 5, 6, 7, 8}},
		{"another fingerprint", hexOf(make([]byte, 20)), "unknown-key", slices.Concat(id, []byte{22, 33, 4}, make([]byte, 20))},
		{"a fingerprint of a wrong length", "", "malformed", []byte{4, 33, 4, 1, 2}},
		{"many subpackets", "", "unsupported", slices.Concat(id, bytes.Repeat([]byte{1, 100}, 300))},
		{"a subpacket of no length", "", "malformed", []byte{0}},
		{"a subpacket cut short", "", "malformed", []byte{9, 16, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := binary.BigEndian.AppendUint16(slices.Clone(head), uint16(len(c.unhashed)))
			body = slices.Concat(body, c.unhashed, sum[:2], binary.BigEndian.AppendUint16(nil, uint16(len(mpi)*8)), mpi)
			got := verify(t, payload, pgpArmor("SIGNATURE", wrapPacket(2, body)), trust)
			expect(t, got, c.code)
			if got.Key != c.key {
				t.Fatalf("key %q, want %q", got.Key, c.key)
			}
		})
	}
}

// A key of version 4 makes no signatures of version 6.
func TestVersionsApart(t *testing.T) {
	e := newEntity(t, nil)
	private, ok := e.PrivateKey.PrivateKey.(*rsa.PrivateKey)
	if !ok {
		t.Fatal("not an RSA key")
	}
	salt := make([]byte, 16)
	head := []byte{6, 0, 1, 8, 0, 0, 0, 6, 5, 2, 0x60, 0, 0, 0}
	digest := crypto.SHA256.New()
	digest.Write(slices.Concat(salt, []byte(payload), head, []byte{6, 0xff, 0, 0, 0, byte(len(head))}))
	sum := digest.Sum(nil)
	mpi, err := rsa.SignPKCS1v15(rand.Reader, private, crypto.SHA256, sum)
	if err != nil {
		t.Fatal(err)
	}
	issuer := append([]byte{22, 33, 4}, e.PrimaryKey.Fingerprint...)
	body := slices.Concat(head, []byte{0, 0, 0, byte(len(issuer))}, issuer, sum[:2], []byte{16}, salt, binary.BigEndian.AppendUint16(nil, uint16(len(mpi)*8)), mpi)
	got := verify(t, payload, pgpArmor("SIGNATURE", wrapPacket(2, body)), &signing.Trust{Keyring: ring(t, string(publicBytes(t, e)))})
	expect(t, got, "bad")
}
