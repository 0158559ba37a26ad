package signing

import (
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// place is where in a key the reader is.
type place struct {
	line     int
	first    bool // no key has begun
	key      *keyParts
	identity *identityParts
	subkey   *subkeyParts
}

func (at *place) spoil(why error) {
	if at.key != nil {
		at.key.broken = why
	}
}

func (r *keyReader) packet(p rawPacket, at *place) {
	if p.tag != tagSignature && p.tag != tagTrust {
		at.identity, at.subkey = nil, nil
	}
	switch p.tag {
	case tagSignature:
		r.signature(p, at)
	case tagPublicKey:
		r.primary(p, at)
	case tagSecretKey, tagSecretSubkey:
		at.spoil(errDamaged) // what follows would be lost, a revocation for one
		at.first, at.key = false, nil
		r.add(at.line, "there is a private key among the public ones: remove it, revoke it, and export the public key of a new one with gpg --armor --export")
	case tagUserID:
		switch {
		case at.key == nil:
		case len(p.body) > maxIdentity:
			r.add(at.line, "an identity of the key %s has %d bytes, at most %d are read: export the key without it", fingerprint(at.key.primary), len(p.body), maxIdentity)
		default:
			at.identity = at.key.identity(string(p.body))
		}
	case tagPublicSubkey:
		if at.key == nil {
			break
		}
		// Subkeys of unknown kinds are for encryption as a rule; a signature of such a kind would not be read either.
		at.subkey = &subkeyParts{}
		if sub, err := readPublicKey(p); err == nil && sub.IsSubkey && sub.CanSign() {
			at.subkey = at.key.subkey(sub)
		}
	case tagUserAttribute, tagMarker, tagTrust, tagPadding:
	default:
		if p.tag < tagNonCritical {
			at.spoil(errDamaged)
			at.key = nil
			r.add(at.line, "the block holds what does not belong into a public key: export the keys again with gpg --armor --export")
		}
	}
}

// primary starts a key, or goes on with one seen before.
func (r *keyReader) primary(p rawPacket, at *place) {
	at.first, at.key = false, nil
	key, err := readPublicKey(p)
	switch {
	case err != nil:
		r.add(at.line, "a key is left out, since %v: export it again, or list another", err)
		return
	case key.IsSubkey || !key.CanSign():
		r.add(at.line, "a key is left out, since it is not for signing: export it again, or list another")
		return
	}
	f := fingerprint(key)
	if at.key = r.known[f]; at.key == nil {
		at.key = &keyParts{line: at.line, primary: key}
		r.known[f] = at.key
		r.keys = append(r.keys, at.key)
	}
}

// signature hangs a signature on the part it is about.
func (r *keyReader) signature(p rawPacket, at *place) {
	sig, form, err := readSignature(p)
	kind := packet.SignatureType(form.kind)
	if err != nil {
		// Other people's signatures come in all ages and kinds. A revocation must not be lost among them.
		switch {
		case kind == packet.SigTypeSubkeyRevocation && at.subkey != nil:
			at.subkey.broken = errRevocation
		case kind == packet.SigTypeKeyRevocation || kind == packet.SigTypeSubkeyRevocation:
			at.spoil(errRevocation)
			if at.first {
				r.add(at.line, "a revocation certificate cannot be read: export the revoked key instead")
			}
		case kind == packet.SigTypeCertificationRevocation && at.identity != nil && form.version >= 4:
			at.identity.doubtful = true
		}
		return
	}
	switch k := at.key; {
	case kind == packet.SigTypeKeyRevocation && at.first:
		r.orphans = append(r.orphans, orphan{at.line, sig})
	case k == nil:
	case kind == packet.SigTypeKeyRevocation:
		k.revocations = append(k.revocations, sig)
	case kind == packet.SigTypeDirectSignature && sig.CheckKeyIdOrFingerprint(k.primary):
		k.direct = append(k.direct, sig)
	case kind == packet.SigTypeSubkeyBinding && at.subkey != nil:
		at.subkey.bindings = append(at.subkey.bindings, sig)
	case kind == packet.SigTypeSubkeyRevocation && at.subkey != nil:
		at.subkey.revocations = append(at.subkey.revocations, sig)
	case kind == packet.SigTypeSubkeyRevocation:
		k.broken = errRevocation
	case at.identity == nil || !sig.CheckKeyIdOrFingerprint(k.primary):
	case kind == packet.SigTypeCertificationRevocation:
		at.identity.revocations = append(at.identity.revocations, sig)
	case kind >= packet.SigTypeGenericCert && kind <= packet.SigTypePositiveCert:
		at.identity.certificates = append(at.identity.certificates, sig)
	}
}

// assignRevocations gives revocation certificates that stand alone to their keys.
func (r *keyReader) assignRevocations() {
	byID := map[uint64][]*keyParts{}
	if len(r.orphans) > 0 {
		for _, k := range r.keys {
			byID[k.primary.KeyId] = append(byID[k.primary.KeyId], k)
		}
	}
	for _, o := range r.orphans {
		found := false
		if o.sig.IssuerKeyId != nil {
			for _, k := range byID[*o.sig.IssuerKeyId] {
				if o.sig.CheckKeyIdOrFingerprint(k.primary) {
					k.revocations = append(k.revocations, o.sig)
					found = true
				}
			}
		}
		if !found {
			r.add(o.line, "a revocation certificate is for a key that is not in the file: add the key, or remove the certificate")
		}
	}
}
