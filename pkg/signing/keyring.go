package signing

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// maxKeyring is the largest keyring file read, in bytes.
const maxKeyring = 4 << 20

// Keyring holds the OpenPGP keys that may have signed. It is made by ParseKeyring, and safe for concurrent use.
type Keyring struct {
	byFingerprint map[string][]*signingKey // upper-case hexadecimal, of primary keys and subkeys
	byID          map[uint64][]*signingKey
}

// ParseKeyring reads OpenPGP public keys: armored blocks, any text between them (gpg --armor --export), or one binary
// file (gpg --export). A key found several times is put together from all of its copies, so that a copy without the
// revocation cannot hide it, and a revocation certificate counts wherever it stands. A key whose parts do not hold, or
// that carries a revocation that cannot be checked, is a Problem and not used; so is a private key.
//
// SHA-1 counts in a key's signatures on itself up to 2019-01-18.
func ParseKeyring(text []byte) (*Keyring, []Problem) {
	ring := &Keyring{byFingerprint: map[string][]*signingKey{}, byID: map[uint64][]*signingKey{}}
	if len(text) > maxKeyring {
		return ring, tooLarge(len(text), maxKeyring)
	}
	r := &keyReader{known: map[string]*keyParts{}}
	if len(text) > 0 && text[0]&0x80 != 0 && !bytes.Contains(text, []byte("-----BEGIN PGP")) {
		r.block(text, 0)
	} else {
		r.armor(text)
	}
	r.assignRevocations()
	c := &checker{left: maxEffort, found: &r.problems}
	for _, k := range r.keys {
		entries, err := k.evaluate(c)
		if errors.Is(err, errEffort) {
			r.add(k.line, "key %s and those behind it: %v", fingerprint(k.primary), err)
			break
		}
		if err != nil {
			r.add(k.line, "key %s: %v", fingerprint(k.primary), err)
			continue
		}
		for _, e := range entries {
			f := fingerprint(e.public)
			ring.byFingerprint[f] = append(ring.byFingerprint[f], e)
			ring.byID[e.public.KeyId] = append(ring.byID[e.public.KeyId], e)
		}
	}
	return ring, r.all()
}

func fingerprint(key *packet.PublicKey) string { return fmt.Sprintf("%X", key.Fingerprint) }

// keyReader gathers the parts of keys; what holds of them is found out when all are there.
type keyReader struct {
	problems
	keys    []*keyParts
	known   map[string]*keyParts // by fingerprint
	orphans []orphan
}

// orphan is a revocation certificate that does not follow its key.
type orphan struct {
	line int
	sig  *packet.Signature
}

// armor reads every block of a text.
func (r *keyReader) armor(text []byte) {
	in := lines{rest: text}
	var blocks, other bool
	for {
		line, ok := in.nextFilled()
		if !ok {
			break
		}
		if !bytes.HasPrefix(line, []byte("-----BEGIN")) {
			other = other || line[0] != '#'
			continue
		}
		blocks = true
		start := in.n
		label, _ := between(line, "-----BEGIN ")
		switch {
		case strings.Contains(string(line[:min(len(line), 100)]), "PRIVATE KEY"):
			r.add(start, "this is a private key: remove it, revoke it, and export the public key of a new one with gpg --armor --export")
		case label != "PGP PUBLIC KEY BLOCK":
			r.add(start, "this is no block of OpenPGP public keys: export them with gpg --armor --export")
		default:
			data, err := in.armored(label)
			if err != nil {
				r.add(start, "%v: export the keys again with gpg --armor --export", err)
				continue
			}
			r.block(data, start)
		}
	}
	if !blocks && other {
		r.add(0, "there is no OpenPGP public key in the file: export keys with gpg --armor --export")
	}
}

// block reads the packets of one block, which holds any number of keys.
func (r *keyReader) block(data []byte, line int) {
	at := place{line: line, first: true}
	defer func() {
		if p := recover(); p != nil {
			at.spoil(errDamaged)
			r.add(line, "the keys cannot be read: export them again with gpg --armor --export")
		}
	}()
	for len(data) > 0 {
		p, rest, err := nextPacket(data)
		if err != nil {
			at.spoil(errDamaged)
			r.add(line, "the block is damaged: export the keys again with gpg --armor --export")
			return
		}
		data = rest
		r.packet(p, &at)
	}
}
