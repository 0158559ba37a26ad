package signing

import (
	"crypto/rsa"
	"errors"
	"fmt"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// maxEffort bounds the signatures checked for one keyring, in units of about 0.2 ms. A hostile file of 4 MiB has room for
// a hundred thousand; a key takes some two or three, so this is enough for a thousand keys of RSA with 4096 bits.
const maxEffort = 16384

var errEffort = errors.New("the keyring takes too much effort to check: split off what is not needed, or export with gpg --export-options export-minimal")

// checker checks signatures of keys on themselves, as long as it may.
type checker struct {
	left  int
	found *problems
}

func (c *checker) check(by *packet.PublicKey, holds func() error) error {
	if c.left -= effort(by); c.left < 0 {
		return errEffort
	}
	return holds()
}

// spent reports that a check was refused.
func (c *checker) spent() bool { return c.left < 0 }

// reason is err, unless it comes from the effort.
func (c *checker) reason(err error) error {
	if c.spent() {
		return errEffort
	}
	return err
}

// effort is what checking one signature takes, as measured. RSA takes time with the square of the key's length; the curves
// outside NIST's are computed with general numbers.
func effort(key *packet.PublicKey) int {
	if k, ok := key.PublicKey.(*rsa.PublicKey); ok {
		n := k.N.BitLen() / 2048
		return max(1, n*n)
	}
	switch key.PubKeyAlgo {
	case packet.PubKeyAlgoECDSA:
		switch curve, _ := key.Curve(); curve {
		case packet.CurveNistP256:
			return 1
		case packet.CurveNistP384, packet.CurveNistP521:
			return 16
		}
		return 96
	case packet.PubKeyAlgoSlhdsaShake128s, packet.PubKeyAlgoSlhdsaShake128f, packet.PubKeyAlgoSlhdsaShake256s:
		return 16
	}
	return 1
}

// maxRSA is the longest RSA key of a keyring, in bits: GnuPG makes no longer ones unless built to.
const maxRSA = 8192

func tooLong(key *packet.PublicKey) error {
	if k, ok := key.PublicKey.(*rsa.PublicKey); ok && k.N.BitLen() > maxRSA {
		return fmt.Errorf("it is of RSA with %d bits, at most %d are checked: list another", k.N.BitLen(), maxRSA)
	}
	return nil
}

// weakKey says why the signatures of a key can be forged, "" when they cannot.
func weakKey(key *packet.PublicKey) string {
	if key.PubKeyAlgo == packet.PubKeyAlgoDSA {
		return "DSA"
	}
	// The library's BitLength is the length the key claims.
	if k, ok := key.PublicKey.(*rsa.PublicKey); ok && k.N.BitLen() < minRSA {
		return fmt.Sprintf("RSA with %d bits, at least %d are needed", k.N.BitLen(), minRSA)
	}
	return ""
}
