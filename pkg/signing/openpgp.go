package signing

import (
	"errors"
	"fmt"
	"hash"
	"slices"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// verifyOpenPGP checks a detached signature. The library's own check is not used: it answers for a good signature by an
// expired or revoked key as for a bad one, and looks at the clock.
func (s *Signature) verifyOpenPGP(payload, data []byte, ring *Keyring) {
	p, rest, err := nextPacket(data)
	if err != nil || p.tag != tagSignature {
		s.fail(codeMalformed, "the signature is damaged: sign the commit again")
		return
	}
	if len(rest) > 0 {
		s.failRest(rest)
		return
	}
	sig, form, err := readSignature(p)
	s.Algorithm = form.name()
	if sig != nil {
		s.describe(sig)
	}
	keys := ring.find(sig)
	if len(keys) > 0 {
		s.name(keys[:1])
	}
	switch {
	case form.weak() != "":
		s.fail(codeWeak, "the signature is weak (%s): sign with SHA-256 or better, and no DSA key", form.weak())
	case form.version < 4 && form.version > 0 && errors.Is(err, errUnsupported):
		s.fail(codeUnsupported, "version %d of OpenPGP signatures is not supported: sign with a newer program", form.version)
	case errors.Is(err, errUnsupported):
		s.fail(codeUnsupported, "the signature is of a kind that is not supported, or makes demands that are not understood: sign with an Ed25519, ECDSA or RSA key")
	case err != nil:
		s.fail(codeMalformed, "the signature is damaged: sign the commit again")
	case sig.SigType != packet.SigTypeBinary && sig.SigType != packet.SigTypeText:
		s.fail(codeUnsupported, "the signature is not one of a document: sign with git commit -S")
	case criticalNotation(sig):
		s.fail(codeUnsupported, "the signature makes demands that are not understood (a critical notation): sign without them")
	case len(keys) == 0 && s.Key == "":
		s.fail(codeUnknownKey, "the signature does not say by which key it is, so it cannot be checked: sign the commit again")
	case len(keys) == 0:
		s.fail(codeUnknownKey, "no usable key %s is in the keyring, so the signature cannot be checked: add the public key, or sign with one that is listed", s.Key)
	default:
		s.verifyBy(keys, payload, sig)
	}
}

// failRest tells what follows a signature in its block.
func (s *Signature) failRest(rest []byte) {
	for len(rest) > 0 {
		p, next, err := nextPacket(rest)
		if err != nil || p.tag != tagSignature {
			s.fail(codeMalformed, "there is something behind the signature in its block: sign the commit again")
			return
		}
		rest = next
	}
	s.fail(codeSeveral, "the block holds more than one signature: sign the commit with one key")
}

// describe fills in what the signature says of itself.
func (s *Signature) describe(sig *packet.Signature) {
	s.Made = sig.CreationTime.UTC()
	s.Expires = lifetime(sig.CreationTime, sig.SigLifetimeSecs)
	switch {
	case len(sig.IssuerFingerprint) > 0:
		s.Key = fmt.Sprintf("%X", sig.IssuerFingerprint)
	case sig.IssuerKeyId != nil:
		s.Key = fmt.Sprintf("%016X", *sig.IssuerKeyId)
	}
}

// name fills in whose the keys are.
func (s *Signature) name(keys []*signingKey) {
	s.Key, s.Signers = keys[0].primary, nil
	for _, k := range keys {
		if k.signs {
			signer := k.signer
			signer.Principals = slices.Clone(signer.Principals)
			s.Signers = append(s.Signers, signer)
		}
	}
}

// verifyBy tries the keys a signature may be by: more than one when it names a key id that several share, or a subkey
// that several primary keys have. Keys that are weak or not for signing are not tried: they have not been checked, and
// may be such as to take any time.
func (s *Signature) verifyBy(keys []*signingKey, payload []byte, sig *packet.Signature) {
	var weak string
	var fit []*signingKey
	tried := map[string]bool{}
	for _, k := range keys {
		if k.weak != "" {
			weak = k.weak
		}
		if k.weak != "" || !k.signs {
			continue
		}
		f := fingerprint(k.public)
		good, ok := tried[f]
		if !ok {
			good = fits(k.public, payload, sig)
			tried[f] = good
		}
		if good {
			fit = append(fit, k)
		}
	}
	switch {
	case len(fit) > 0:
		s.name(fit)
		s.Verified = true
	case len(tried) > 0:
		s.fail(codeBad, "the signature does not fit the commit: it was changed after signing, sign it again")
	case weak != "":
		s.fail(codeWeak, "the key %s is weak (%s): sign with a new one", s.Key, weak)
	default:
		s.fail(codeBad, "the signature names a part of the key %s that is not for signing: sign with one that is, or add one with gpg --quick-add-key", s.Key)
	}
}

// fits reports whether a key made a signature over payload.
func fits(key *packet.PublicKey, payload []byte, sig *packet.Signature) bool {
	if key.Version != sig.Version {
		return false
	}
	h, err := sig.PrepareVerify()
	if err != nil {
		return false
	}
	var text hash.Hash = h
	if sig.SigType == packet.SigTypeText {
		text = openpgp.NewCanonicalTextHash(h) // with CRLF at the end of lines
	}
	text.Write(payload)
	return key.VerifySignature(h, sig) == nil
}

// find returns the keys that may have made a signature.
func (r *Keyring) find(sig *packet.Signature) []*signingKey {
	switch {
	case r == nil || sig == nil:
		return nil
	case len(sig.IssuerFingerprint) > 0:
		return r.byFingerprint[fmt.Sprintf("%X", sig.IssuerFingerprint)]
	case sig.IssuerKeyId != nil:
		return r.byID[*sig.IssuerKeyId]
	}
	return nil
}

// Names of algorithms by their numbers (RFC 9580, sections 9.1 and 9.5; RFC 9980).
var (
	keyNames = map[byte]string{
		1: "RSA", 3: "RSA", 17: "DSA", 19: "ECDSA", 22: "EdDSA", 27: "Ed25519", 28: "Ed448",
		30: "ML-DSA-65+Ed25519", 31: "ML-DSA-87+Ed448", 32: "SLH-DSA-SHAKE-128s", 33: "SLH-DSA-SHAKE-128f", 34: "SLH-DSA-SHAKE-256s",
	}
	hashNames = map[byte]string{
		1: "MD5", 2: "SHA-1", 3: "RIPEMD-160", 8: "SHA-256", 9: "SHA-384", 10: "SHA-512", 11: "SHA-224", 12: "SHA3-256", 14: "SHA3-512",
	}
)

func (f signatureForm) name() string {
	key, hash := keyNames[f.algorithm], hashNames[f.hash]
	if key == "" || hash == "" {
		return ""
	}
	return "openpgp " + key + "/" + hash
}

// weak says what makes a signature forgeable, "" when nothing does.
func (f signatureForm) weak() string {
	switch {
	case f.algorithm == 17:
		return "DSA"
	case f.hash >= 1 && f.hash <= 3:
		return hashNames[f.hash]
	}
	return ""
}
