package signing_test

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// What gpg does not make: keys and signatures put together packet by packet.

func pgpArmor(label string, parts ...[]byte) string {
	return "-----BEGIN PGP " + label + "-----\n\n" + wrap(base64.StdEncoding.EncodeToString(slices.Concat(parts...))) + "-----END PGP " + label + "-----\n"
}

func wrap(s string) string {
	var b strings.Builder
	for line := range slices.Chunk([]byte(s), 64) {
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.String()
}

// wrapPacket puts a header with a length of four bytes around a body.
func wrapPacket(tag byte, body []byte) []byte {
	head := binary.BigEndian.AppendUint32([]byte{0xc0 | tag, 255}, uint32(len(body)))
	return append(head, body...)
}

// packets cuts data apart, headers gone.
func packets(t testing.TB, data []byte) (tags []byte, bodies [][]byte) {
	t.Helper()
	in := packet.NewOpaqueReader(bytes.NewReader(data))
	for {
		p, err := in.Next()
		if err != nil {
			return tags, bodies
		}
		tags, bodies = append(tags, p.Tag), append(bodies, p.Contents)
	}
}

func newEntity(t testing.TB, config *packet.Config) *openpgp.Entity {
	t.Helper()
	e, err := openpgp.NewEntity("Zoe", "", "zoe@example.org", config)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func publicBytes(t testing.TB, e *openpgp.Entity) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := e.Serialize(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func detached(t testing.TB, e *openpgp.Entity, config *packet.Config) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := openpgp.DetachSign(&b, e, strings.NewReader(payload), config); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// asAuthentication is a gpg key in which the binding of one subkey, cross-certification and all, is a new one that is
// for authentication only.
func asAuthentication(t *testing.T, g *gnupg, key, sub string) string {
	t.Helper()
	el, err := openpgp.ReadArmoredKeyRing(strings.NewReader(g.run("", "--armor", "--export-secret-keys", key)))
	if err != nil {
		t.Fatal(err)
	}
	e := el[0]
	for i := range e.Subkeys {
		s := &e.Subkeys[i]
		if sub != hexOf(s.PublicKey.Fingerprint) {
			continue
		}
		s.Sig = &packet.Signature{
			Version: 4, SigType: packet.SigTypeSubkeyBinding, PubKeyAlgo: e.PrimaryKey.PubKeyAlgo, Hash: crypto.SHA256,
			CreationTime: time.Now(), FlagsValid: true, FlagAuthenticate: true, IssuerKeyId: &e.PrimaryKey.KeyId,
		}
		if err := s.Sig.SignKey(s.PublicKey, e.PrivateKey, nil); err != nil {
			t.Fatal(err)
		}
	}
	return pgpArmor("PUBLIC KEY BLOCK", publicBytes(t, e))
}

func hexOf(b []byte) string { return fmt.Sprintf("%X", b) }

// nested is a signature in which signatures are embedded, as many as asked.
func nested(depth int) []byte {
	var inner []byte
	subpacket := func(kind byte, content []byte) []byte {
		return append(binary.BigEndian.AppendUint32([]byte{255}, uint32(len(content)+1)), append([]byte{kind}, content...)...)
	}
	for range depth {
		hashed := subpacket(2, []byte{1, 2, 3, 4})
		if inner != nil {
			hashed = append(hashed, subpacket(32, inner)...)
		}
		b := binary.BigEndian.AppendUint32([]byte{6, 0x18, 1, 8}, uint32(len(hashed)))
		b = append(b, hashed...)
		b = append(b, 0, 0, 0, 0, 0, 0, 16)
		inner = append(append(b, make([]byte, 16)...), 0, 1, 1)
	}
	return inner
}
