package signing

import (
	"crypto"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// maxIdentity is the longest identity read, in bytes. GnuPG has the same limit.
const maxIdentity = 2048

// keyParts is a key as it was read, with nothing checked.
type keyParts struct {
	line        int
	primary     *packet.PublicKey
	direct      []*packet.Signature // of the key over itself
	revocations []*packet.Signature
	identities  []*identityParts
	subkeys     []*subkeyParts
	broken      error // why it is not used

	identityAt map[string]*identityParts
	subkeyAt   map[string]*subkeyParts
}

type identityParts struct {
	name         string
	certificates []*packet.Signature // by the primary key, as they say
	revocations  []*packet.Signature
	doubtful     bool // something that may revoke it cannot be read
}

type subkeyParts struct {
	public      *packet.PublicKey
	bindings    []*packet.Signature
	revocations []*packet.Signature
	broken      error
}

func (k *keyParts) identity(name string) *identityParts {
	if k.identityAt == nil {
		k.identityAt = map[string]*identityParts{}
	}
	id := k.identityAt[name]
	if id == nil {
		id = &identityParts{name: name}
		k.identityAt[name] = id
		k.identities = append(k.identities, id)
	}
	return id
}

func (k *keyParts) subkey(public *packet.PublicKey) *subkeyParts {
	if k.subkeyAt == nil {
		k.subkeyAt = map[string]*subkeyParts{}
	}
	f := string(public.Fingerprint)
	sub := k.subkeyAt[f]
	if sub == nil {
		sub = &subkeyParts{public: public}
		k.subkeyAt[f] = sub
		k.subkeys = append(k.subkeys, sub)
	}
	return sub
}

// sha1Until is the day from which SHA-1 no longer counts in a key's signatures on itself: the day GnuPG draws the line
// for signatures on other people's keys. It goes by the time the signature gives, which whoever finds a collision
// cannot choose: the owner's program writes it.
var sha1Until = time.Date(2019, 1, 19, 0, 0, 0, 0, time.UTC)

var (
	errSHA1     = errors.New("it vouches for itself with SHA-1 after 2019-01-18: renew it with gpg --quick-set-expire, and export it again")
	errVersion  = errors.New("its signature on itself is of another version than the key: export it again")
	errCritical = errors.New("its signature on itself makes demands that are not understood: renew it with gpg --quick-set-expire, and export it again")
)

// sound refuses a signature that does not count although it holds. An older one does not take its place: the newer one
// may have been made to end what the older one grants.
func sound(sig *packet.Signature, by *packet.PublicKey) error {
	switch {
	case sig.Version != by.Version:
		return errVersion
	case criticalNotation(sig):
		return errCritical
	case sig.Hash == crypto.SHA1 && !sig.CreationTime.Before(sha1Until):
		return errSHA1
	}
	return nil
}

// criticalNotation reports a demand on the reader (RFC 9580, section 5.2.3.24). None is known here. The library refuses
// only unknown subpackets.
func criticalNotation(sig *packet.Signature) bool {
	return slices.ContainsFunc(sig.Notations, func(n *packet.Notation) bool { return n.IsCritical })
}

// newest is the latest of the signatures that hold, nil when none does. One that does not hold is not the owner's.
func newest(sigs []*packet.Signature, holds func(*packet.Signature) error) *packet.Signature {
	sigs = slices.Clone(sigs)
	slices.SortStableFunc(sigs, func(a, b *packet.Signature) int { return b.CreationTime.Compare(a.CreationTime) })
	for _, sig := range sigs {
		if holds(sig) == nil {
			return sig
		}
	}
	return nil
}

// lifetime is when something made at a time ends, zero for never.
func lifetime(made time.Time, seconds *uint32) time.Time {
	if seconds == nil || *seconds == 0 {
		return time.Time{}
	}
	return made.Add(time.Duration(*seconds) * time.Second).UTC()
}

// earliest leaves out zero times: they are no bound.
func earliest(times ...time.Time) time.Time {
	var out time.Time
	for _, t := range times {
		if !t.IsZero() && (out.IsZero() || t.Before(out)) {
			out = t
		}
	}
	return out
}

// principal is the mail address an identity ends with in angle brackets; otherwise the identity as a whole. What would
// make it a pattern among the patterns of allowed signers is taken out: the key's owner chooses the text.
func principal(identity string) string {
	if rest, ok := strings.CutSuffix(strings.TrimSpace(identity), ">"); ok {
		if i := strings.LastIndexByte(rest, '<'); i >= 0 && strings.Contains(rest[i:], "@") {
			identity = rest[i+1:]
		}
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("*?!", r) || !printable(string(r)) {
			return '\uFFFD'
		}
		return r
	}, identity)
}
