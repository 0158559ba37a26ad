package signing_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/claire-de-binare/cdbgate/pkg/signing"
)

// What a key says of itself, in more ways than gpg has.
func TestSelfSignatures(t *testing.T) {
	made := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	config := &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, Time: func() time.Time { return made }}
	e := newEntity(t, config)
	block := pgpArmor("SIGNATURE", detached(t, e, config))
	_, bodies := packets(t, publicBytes(t, e))
	const day = 24 * 3600
	seconds := func(n uint32) *uint32 { return &n }
	self := func(kind packet.SignatureType, id string, after uint32, edit func(*packet.Signature)) []byte {
		sig := &packet.Signature{
			Version: 4, SigType: kind, PubKeyAlgo: e.PrimaryKey.PubKeyAlgo, Hash: crypto.SHA256,
			CreationTime: made.Add(time.Duration(after) * time.Second), IssuerKeyId: &e.PrimaryKey.KeyId,
		}
		edit(sig)
		var err error
		if kind == packet.SigTypeDirectSignature {
			err = sig.SignDirectKeyBinding(e.PrimaryKey, e.PrivateKey, nil)
		} else {
			err = sig.SignUserId(id, e.PrimaryKey, e.PrivateKey, nil)
		}
		var b bytes.Buffer
		if err == nil {
			err = sig.Serialize(&b)
		}
		if err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	direct := func(after uint32, edit func(*packet.Signature)) []byte {
		return self(packet.SigTypeDirectSignature, "", after, edit)
	}
	identity := func(id string, after uint32, edit func(*packet.Signature)) []byte {
		return append(wrapPacket(13, []byte(id)), self(packet.SigTypePositiveCert, id, after, edit)...)
	}
	signs := func(s *packet.Signature) { s.FlagsValid, s.FlagSign = true, true }
	certifies := func(s *packet.Signature) { s.FlagsValid, s.FlagCertify = true, true }
	silent := func(*packet.Signature) {}
	until := func(days uint32) func(*packet.Signature) {
		return func(s *packet.Signature) { signs(s); s.KeyLifetimeSecs = seconds(days * day) }
	}
	critical := func(s *packet.Signature) {
		signs(s)
		s.Notations = []*packet.Notation{{Name: "a@example.org", Value: []byte("b"), IsCritical: true}}
	}
	for _, c := range []struct {
		name    string
		parts   [][]byte
		code    string
		days    uint32 // after which it expires
		problem string
	}{
		{"one identity", [][]byte{identity("a", 0, signs)}, "", 0, ""},
		{"an identity that says nothing", [][]byte{identity("a", 0, silent)}, "bad", 0, ""},
		{"not for signing", [][]byte{identity("a", 0, certifies)}, "bad", 0, ""},
		{"signing taken back", [][]byte{identity("a", 0, signs), self(packet.SigTypePositiveCert, "a", 1, certifies)}, "bad", 0, ""},
		{"expiry", [][]byte{identity("a", 0, until(9))}, "", 9, ""},
		{"expiry brought forward", [][]byte{identity("a", 0, until(9)), self(packet.SigTypePositiveCert, "a", 1, until(5))}, "", 5, ""},
		{"expiry put off", [][]byte{identity("a", 1, until(9)), self(packet.SigTypePositiveCert, "a", 0, until(5))}, "", 9, ""},
		{"expiry lifted", [][]byte{identity("a", 0, until(9)), self(packet.SigTypePositiveCert, "a", 1, signs)}, "", 0, ""},
		{"two identities, the newer one counts", [][]byte{identity("a", 0, until(9)), identity("b", 1, until(12))}, "", 12, ""},
		{"two identities of one second", [][]byte{identity("a", 0, signs), identity("b", 0, until(7))}, "", 7, ""},
		{"two identities of one second, turned round", [][]byte{identity("a", 0, until(7)), identity("b", 0, signs)}, "", 7, ""},
		{"a newer direct-key signature", [][]byte{direct(1, until(6)), identity("a", 0, until(9))}, "", 6, ""},
		{"an older direct-key signature", [][]byte{direct(0, until(6)), identity("a", 1, until(9))}, "", 9, ""},
		{"a direct-key signature that says nothing", [][]byte{direct(1, silent), identity("a", 0, until(9))}, "", 9, ""},
		{"a direct-key signature alone", [][]byte{direct(1, until(9))}, "", 9, ""},
		{"a certification that expires", [][]byte{identity("a", 0, func(s *packet.Signature) { signs(s); s.SigLifetimeSecs = seconds(3 * day) })}, "", 3, ""},
		{"another certification that expires", [][]byte{identity("a", 0, func(s *packet.Signature) { signs(s); s.SigLifetimeSecs = seconds(3 * day) }), identity("b", 1, signs)}, "", 3, ""},
		{"a direct-key signature that expires", [][]byte{direct(1, func(s *packet.Signature) { signs(s); s.SigLifetimeSecs = seconds(3*day - 1) }), identity("a", 0, signs)}, "", 3, ""},
		{"demands on an identity", [][]byte{identity("a", 0, signs), self(packet.SigTypePositiveCert, "a", 1, critical)}, "unknown-key", 0, "demands"},
		{"demands on one of two", [][]byte{identity("a", 0, until(9)), identity("b", 1, critical)}, "", 9, "one of its identities"},
		{"demands on the key", [][]byte{direct(1, critical), identity("a", 0, signs)}, "unknown-key", 0, "demands"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := append(wrapPacket(6, bodies[0]), slices.Concat(c.parts...)...)
			r, problems := signing.ParseKeyring(text)
			if (c.problem == "") != (len(problems) == 0) || c.problem != "" && !strings.Contains(problems[0].Message, c.problem) {
				t.Fatalf("problems %v, want %q", problems, c.problem)
			}
			got := verify(t, payload, block, &signing.Trust{Keyring: r})
			expect(t, got, c.code)
			var want time.Time
			if c.days > 0 {
				want = made.AddDate(0, 0, int(c.days))
			}
			if c.code == "" && (len(got.Signers) != 1 || !got.Signers[0].ValidBefore.Equal(want)) {
				t.Fatalf("signers %+v, want the end %v", got.Signers, want)
			}
		})
	}

	t.Run("bindings with SHA-1", func(t *testing.T) {
		plain := &packet.Config{Time: config.Time, NonDeterministicSignaturesViaNotation: packet.BoolPointer(false)}
		for name, old := range map[string]func(*packet.Signature){
			"binding":             func(s *packet.Signature) { s.Hash = crypto.SHA1 },
			"cross-certification": func(s *packet.Signature) { s.EmbeddedSignature.Hash = crypto.SHA1 },
		} {
			e := newEntity(t, config)
			if err := e.AddSigningSubkey(config); err != nil {
				t.Fatal(err)
			}
			sub := &e.Subkeys[len(e.Subkeys)-1]
			old(sub.Sig)
			sub.Sig.Notations, sub.Sig.EmbeddedSignature.Notations = nil, nil
			if err := sub.Sig.EmbeddedSignature.CrossSignKey(sub.PublicKey, e.PrimaryKey, sub.PrivateKey, plain); err != nil {
				t.Fatal(err)
			}
			if err := sub.Sig.SignKey(sub.PublicKey, e.PrivateKey, plain); err != nil {
				t.Fatal(err)
			}
			_, problems := signing.ParseKeyring(publicBytes(t, e))
			if len(problems) != 1 || !strings.Contains(problems[0].Message, "SHA-1") || !strings.HasPrefix(problems[0].Message, "subkey") {
				t.Fatalf("%s: %v", name, problems)
			}
		}
	})
	t.Run("bindings that expire", func(t *testing.T) {
		e := newEntity(t, config)
		if err := e.AddSigningSubkey(config); err != nil {
			t.Fatal(err)
		}
		block := pgpArmor("SIGNATURE", detached(t, e, config))
		sub := &e.Subkeys[len(e.Subkeys)-1]
		for name, end := range map[string]func(){
			"binding":             func() { sub.Sig.SigLifetimeSecs = seconds(4 * day) },
			"subkey":              func() { sub.Sig.SigLifetimeSecs, sub.Sig.KeyLifetimeSecs = seconds(9*day), seconds(4*day) },
			"cross-certification": func() { sub.Sig.KeyLifetimeSecs, sub.Sig.EmbeddedSignature.SigLifetimeSecs = nil, seconds(4*day) },
		} {
			end()
			if err := sub.Sig.EmbeddedSignature.CrossSignKey(sub.PublicKey, e.PrimaryKey, sub.PrivateKey, config); err != nil {
				t.Fatal(err)
			}
			if err := sub.Sig.SignKey(sub.PublicKey, e.PrivateKey, config); err != nil {
				t.Fatal(err)
			}
			got := verify(t, payload, block, &signing.Trust{Keyring: ring(t, string(publicBytes(t, e)))})
			expect(t, got, "")
			if want := made.AddDate(0, 0, 4); !got.Signers[0].ValidBefore.Equal(want) {
				t.Fatalf("%s: %+v, want the end %v", name, got.Signers, want)
			}
			sub.Sig.SigLifetimeSecs, sub.Sig.KeyLifetimeSecs, sub.Sig.EmbeddedSignature.SigLifetimeSecs = nil, nil, nil
		}
	})
	t.Run("principals", func(t *testing.T) {
		var text []byte
		for _, id := range []string{"A <a@example.org>", "a <a@example.org> ", "b@example.org", "C (c@x) <x@y> <c@example.org>", "nobody", "<*@*>", "!x\x1b\xff", "odd <>"} {
			text = append(text, identity(id, 0, signs)...)
		}
		got := verify(t, payload, block, &signing.Trust{Keyring: ring(t, string(append(wrapPacket(6, bodies[0]), text...)))})
		want := []string{"a@example.org", "b@example.org", "c@example.org", "nobody", "odd <>", "\ufffd@\ufffd", "\ufffdx\ufffd\ufffd"}
		slices.Sort(want)
		if !slices.Equal(got.Signers[0].Principals, want) {
			t.Fatalf("got %q\nwant %q", got.Signers[0].Principals, want)
		}
	})
	t.Run("no cross-certification", func(t *testing.T) {
		sub := newEntity(t, config)
		sub.PrimaryKey.IsSubkey = true
		sig := &packet.Signature{Version: 4, SigType: packet.SigTypeSubkeyBinding, PubKeyAlgo: e.PrimaryKey.PubKeyAlgo, Hash: crypto.SHA256, CreationTime: made, IssuerKeyId: &e.PrimaryKey.KeyId, FlagsValid: true, FlagSign: true}
		if err := sig.SignKey(sub.PrimaryKey, e.PrivateKey, nil); err != nil {
			t.Fatal(err)
		}
		with := *e
		with.Subkeys = []openpgp.Subkey{{PublicKey: sub.PrimaryKey, Sig: sig}}
		_, problems := signing.ParseKeyring(publicBytes(t, &with))
		if len(problems) != 1 || !strings.Contains(problems[0].Message, "cross-certify") {
			t.Fatal(problems)
		}
	})
	t.Run("keys that are left out", func(t *testing.T) {
		n := new(big.Int).SetBit(big.NewInt(1), 8199, 1)
		var huge bytes.Buffer
		if err := packet.NewRSAPublicKey(made, &rsa.PublicKey{N: n, E: 65537}).Serialize(&huge); err != nil {
			t.Fatal(err)
		}
		for text, says := range map[string]string{
			huge.String(): "8192",
			string(wrapPacket(6, replaceAt(bodies[0], 0, 3))):         "not supported",
			string(wrapPacket(6, bodies[0][:9])):                      "damaged",
			string(wrapPacket(6, append(slices.Clone(bodies[0]), 0))): "damaged",
			string(wrapPacket(6, replaceAt(bodies[0], 5, 18))):        "left out",
		} {
			_, problems := signing.ParseKeyring([]byte(text))
			if len(problems) != 1 || !strings.Contains(problems[0].Message, says) {
				t.Fatalf("problems %v do not say %q", problems, says)
			}
		}
	})
}
