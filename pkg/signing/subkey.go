package signing

import (
	"slices"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// evaluateSubkey finds out what of a subkey holds. s is what is known of its primary key.
func (k *keyParts) evaluateSubkey(sub *subkeyParts, s Signer, c *checker) (*signingKey, error) {
	e := &signingKey{public: sub.public, primary: fingerprint(k.primary), weak: weakKey(sub.public)}
	switch {
	case !slices.ContainsFunc(sub.bindings, func(sig *packet.Signature) bool { return sig.FlagSign }):
		return e, nil // not for signing: whether it is bound is not worth the effort
	case e.weak != "":
		c.found.add(k.line, "subkey %s is weak (%s), and its signatures do not count: make a new one", fingerprint(sub.public), e.weak)
		return e, nil
	case sub.broken != nil:
		return nil, sub.broken
	}
	if err := tooLong(sub.public); err != nil {
		return nil, err
	}
	for _, sig := range sub.revocations {
		if c.check(k.primary, func() error { return k.primary.VerifySubkeyRevocationSignature(sig, sub.public) }) != nil {
			return nil, errRevocation
		}
		if !s.Revoked {
			s.Revoked, s.RevokedWhy = true, revokedWhy("the subkey", sig)
		}
	}
	binding := newest(sub.bindings, func(sig *packet.Signature) error { return k.binds(sub.public, sig, c) })
	switch {
	case binding == nil && slices.ContainsFunc(sub.bindings, uncrossed):
		return nil, errCross
	case binding == nil:
		return nil, errBinding
	}
	if err := sound(binding, k.primary); err != nil {
		return nil, err
	}
	s.ValidAfter = sub.public.CreationTime.UTC()
	s.ValidBefore = earliest(s.ValidBefore, lifetime(sub.public.CreationTime, binding.KeyLifetimeSecs), lifetime(binding.CreationTime, binding.SigLifetimeSecs))
	if cross := binding.EmbeddedSignature; binding.FlagSign && cross != nil {
		if err := sound(cross, sub.public); err != nil {
			return nil, err
		}
		s.ValidBefore = earliest(s.ValidBefore, lifetime(cross.CreationTime, cross.SigLifetimeSecs))
	}
	e.signs, e.signer = binding.FlagSign, s
	return e, nil
}

// uncrossed reports that a signing subkey does not vouch for its primary key. It must: otherwise anyone could pass
// another's subkey off as their own.
func uncrossed(binding *packet.Signature) bool {
	return binding.FlagSign && binding.EmbeddedSignature == nil
}

// binds checks a signature of the primary key over a subkey. When the subkey is for signing, the library has it hold only
// together with the embedded signature of the subkey over the primary key.
func (k *keyParts) binds(sub *packet.PublicKey, sig *packet.Signature, c *checker) error {
	if sig.FlagSign {
		c.left -= effort(sub)
	}
	return c.check(k.primary, func() error { return k.primary.VerifyKeySignature(sub, sig) })
}
