package signing

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// signingKey is a primary key or subkey of a keyring, with all that is known of it.
type signingKey struct {
	public  *packet.PublicKey
	primary string // fingerprint
	weak    string // why its signatures can be forged, "" when they cannot
	signs   bool   // it is bound to the primary key, and marked for signing
	signer  Signer
}

var (
	errRevocation = errors.New("it carries a revocation that cannot be checked, damaged or by another key: export it again, or remove it")
	errUnsigned   = errors.New("it does not vouch for itself: export it again with its identities")
	errBinding    = errors.New("the signature that binds it to its primary key is missing or wrong: export the key again")
	errCross      = errors.New("it does not vouch for its primary key: use cross-certify in gpg --edit-key, and export the key again")
)

// evaluate finds out what of a key holds. Validity is told, not judged: an expired or revoked key is one like any other.
//
// It is done here and not by the library's ReadEntity, which skips revocations it cannot parse, takes the expiry from one
// identity alone, and knows no direct-key signatures before version 6.
func (k *keyParts) evaluate(c *checker) (entries []*signingKey, err error) {
	defer rescue(&err)
	primary := &signingKey{public: k.primary, primary: fingerprint(k.primary), weak: weakKey(k.primary)}
	if primary.weak != "" {
		// What a forgeable key says of itself is not worth checking, and DSA numbers of any size take any time.
		c.found.add(k.line, "key %s is weak (%s), and its signatures do not count: list a new one", primary.primary, primary.weak)
		return []*signingKey{primary}, nil
	}
	if err := tooLong(k.primary); err != nil {
		return nil, err
	}
	if k.broken != nil {
		return nil, k.broken
	}
	s := Signer{Source: "OpenPGP keyring", ForGit: true}
	for _, sig := range k.revocations {
		if c.check(k.primary, func() error { return k.primary.VerifyRevocationSignature(sig) }) != nil {
			return nil, c.reason(errRevocation)
		}
		s.Revoked, s.RevokedWhy = true, revokedWhy("the key", sig)
	}
	self, err := k.identify(c, &s)
	if err != nil {
		return nil, c.reason(err)
	}
	primary.signs = self.FlagSign
	primary.signer = s
	primary.signer.ValidAfter = k.primary.CreationTime.UTC()
	entries = []*signingKey{primary}
	for _, sub := range k.subkeys {
		e, err := k.evaluateSubkey(sub, s, c)
		switch {
		case c.spent():
			return nil, errEffort
		case err != nil:
			c.found.add(k.line, "subkey %s: %v", fingerprint(sub.public), err)
		default:
			entries = append(entries, e)
		}
	}
	return entries, nil
}

// identify checks the identities. It fills in s, and returns the signature that says what the primary key is for.
func (k *keyParts) identify(c *checker, s *Signer) (self *packet.Signature, err error) {
	direct := newest(k.direct, func(sig *packet.Signature) error {
		return c.check(k.primary, func() error { return k.primary.VerifyDirectKeySignature(sig) })
	})
	if direct != nil {
		if err := sound(direct, k.primary); err != nil {
			return nil, err
		}
	}
	var live, revoked []*packet.Signature
	for _, id := range k.identities {
		cert, gone, err := k.certified(id, c)
		switch {
		case c.spent():
			return nil, errEffort
		case err != nil:
			c.found.add(k.line, "key %s, one of its identities: %v", fingerprint(k.primary), err)
		case cert == nil: // never the owner's
		case gone:
			revoked = append(revoked, cert)
		default:
			live = append(live, cert)
			s.Principals = append(s.Principals, principal(id.name))
		}
	}
	slices.Sort(s.Principals)
	s.Principals = slices.Compact(s.Principals)
	if len(live) == 0 && len(revoked) > 0 {
		live = revoked
		if !s.Revoked {
			s.Revoked, s.RevokedWhy = true, "every identity of the key is revoked"
		}
	}
	if self = k.self(direct, live); self == nil {
		return nil, errUnsigned
	}
	s.ValidBefore = earliest(lifetime(k.primary.CreationTime, self.KeyLifetimeSecs), lifetime(self.CreationTime, self.SigLifetimeSecs))
	for _, cert := range live {
		s.ValidBefore = earliest(s.ValidBefore, lifetime(cert.CreationTime, cert.SigLifetimeSecs))
	}
	return self, nil
}

// certified finds the owner's word on an identity, nil when there is none, and whether it has been taken back.
func (k *keyParts) certified(id *identityParts, c *checker) (cert *packet.Signature, revoked bool, err error) {
	holds := func(sig *packet.Signature) error {
		return c.check(k.primary, func() error { return k.primary.VerifyUserIdSignature(id.name, k.primary, sig) })
	}
	if cert = newest(id.certificates, holds); cert == nil {
		return nil, false, nil
	}
	if err := sound(cert, k.primary); err != nil {
		return nil, false, err
	}
	if id.doubtful {
		return nil, false, errRevocation
	}
	for _, sig := range id.revocations {
		// It says that the owner made it. When that cannot be checked, nor can it be passed over.
		if holds(sig) != nil {
			return nil, false, errRevocation
		}
		// As in GnuPG an identity that is certified again comes back.
		revoked = revoked || !sig.CreationTime.Before(cert.CreationTime)
	}
	return cert, revoked, nil
}

// self picks the signature that tells what the key is for and when it expires. In version 6 that is the direct-key one
// (RFC 9580, section 10.1.1). Before, it is the newest of those that say such things at all: GnuPG names a revoker by a
// direct-key signature that says nothing else, and renews a key through its identities. Of two of the same second it is
// the one that ends earlier.
func (k *keyParts) self(direct *packet.Signature, identities []*packet.Signature) *packet.Signature {
	if k.primary.Version >= 6 {
		return direct
	}
	var out *packet.Signature
	if direct != nil && (direct.FlagsValid || direct.KeyLifetimeSecs != nil) {
		out = direct
	}
	ends := func(sig *packet.Signature) time.Time { return lifetime(k.primary.CreationTime, sig.KeyLifetimeSecs) }
	for _, sig := range identities {
		switch {
		case out == nil || sig.CreationTime.After(out.CreationTime):
			out = sig
		case sig.CreationTime.Equal(out.CreationTime) && !ends(sig).IsZero() && ends(sig).Equal(earliest(ends(sig), ends(out))):
			out = sig
		}
	}
	return out
}

var revocationReasons = map[packet.ReasonForRevocation]string{
	packet.KeySuperseded:  "superseded",
	packet.KeyCompromised: "compromised",
	packet.KeyRetired:     "no longer used",
}

func revokedWhy(what string, sig *packet.Signature) string {
	why := fmt.Sprintf("%s was revoked on %s", what, sig.CreationTime.UTC().Format(time.DateOnly))
	if sig.RevocationReason == nil {
		return why
	}
	// The owner's own words are left out: they are anyone's text.
	reason, ok := revocationReasons[*sig.RevocationReason]
	if !ok {
		reason = "no reason given"
	}
	return why + " (" + reason + ")"
}
