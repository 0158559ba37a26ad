// Package signing tells who signed a git commit with OpenPGP or SSH (git commit -S), offline.
//
// Trust files go in as bytes (ParseAllowedSigners, ParseRevokedKeys, ParseKeyring), then a commit's payload and its
// gpgsig headers (Verify); facts come out: which key signed, whether the bytes fit, and what the trust files say of that
// key. The package judges nothing. An expired or a revoked key still verifies, and the facts say from when to when it is
// valid and that it is revoked: weighing that is the caller's part. It opens no files, runs no programs and reads no
// clock, and takes all it is given for hostile.
package signing

import (
	"fmt"
	"strings"
	"time"
)

// maxSignature is the largest signature block read, in bytes. One of RSA-16384 takes about 3 KiB.
const maxSignature = 64 << 10

// What is wrong with a signature that does not verify: the values of Signature.Code.
const (
	codeNone        = "none"        // the commit is not signed
	codeSeveral     = "several"     // more than one signature, or something around it
	codeMalformed   = "malformed"   // not what its format prescribes
	codeUnsupported = "unsupported" // a kind of signature that is not checked here
	codeBad         = "bad"         // does not fit the bytes, or is by a key that is not for signing
	codeUnknownKey  = "unknown-key" // OpenPGP: the key is needed for checking and not there
	codeNamespace   = "namespace"   // SSH: good, and made for something else than git
	codeWeak        = "weak"        // by an algorithm or a key that can be forged
	codeCertificate = "certificate" // SSH: by a certificate
)

// Trust is whose signatures count. The zero value trusts nobody.
type Trust struct {
	Allowed []AllowedSigner
	Revoked map[string]bool // fingerprints of SSH keys
	Keyring *Keyring
}

// Signature is all that is known of a commit's signature.
type Signature struct {
	Format string // "openpgp", "ssh", "x509" or "unknown"
	// Key is the fingerprint of the signing key: "SHA256:…", or the primary key's in upper-case hexadecimal. When the key
	// is in no keyring it is what the signature names: a fingerprint, possibly a subkey's, or a key id of 16 digits. ""
	// when unknown. Unless Verified it is only a claim.
	Key       string
	Algorithm string // "ssh-ed25519", "sk-ssh-ed25519@openssh.com", "rsa-sha2-512", "openpgp RSA/SHA-256"
	Namespace string // SSH only
	// Verified: the bytes were signed by Key, by sound algorithms, and Key is for signing. Nothing else: not that anyone
	// trusts the key, nor that it was valid.
	Verified bool
	Code     string    // "" when Verified, else "none", "several", "malformed", "unsupported", "bad", "unknown-key", "namespace", "weak" or "certificate"
	Problem  string    // the same in words
	Made     time.Time // OpenPGP: when the signature says it was made; zero for SSH, which does not say
	Expires  time.Time // OpenPGP: when the signature itself expires, zero for never
	// Signers is everything in the trust that Key stands for, whether Verified or not; empty for a key nobody listed.
	Signers []Signer
}

// Signer is one entry of the trust that a key matches.
type Signer struct {
	Source string // "allowed signers line 3", "OpenPGP keyring"
	// Principals are, for SSH, the line's patterns; for OpenPGP the mail addresses of the key's identities that are not
	// revoked, sorted (the whole identity when it has no address). Those are no patterns, and * ? ! and what cannot be
	// printed are U+FFFD in them.
	Principals    []string
	ForGit        bool // SSH: the line's namespaces allow "git"; always true for OpenPGP
	CertAuthority bool // SSH: the line is for certificates the key signed, not for the key itself
	Revoked       bool // SSH: the key is on the revoked list; OpenPGP: the key, its signing subkey or every identity is revoked
	RevokedWhy    string
	ValidAfter    time.Time // SSH: the option, zero for no bound; OpenPGP: creation of the signing key or subkey
	ValidBefore   time.Time // the last second of validity, zero for no bound. OpenPGP: the earliest expiry of primary key, signing subkey and what binds them
}

// Verify tells who made a signature over payload, the commit without its gpgsig headers. blocks are the values of those
// headers, one each. A nil trust is an empty one.
func Verify(payload []byte, blocks []string, trust *Trust) (s Signature) {
	s = Signature{Format: "unknown"}
	defer func() {
		// The libraries parse hostile data, and one that panics must not take the gate down.
		if p := recover(); p != nil {
			s = Signature{Format: s.Format}
			s.fail(codeMalformed, "the signature cannot be read: sign the commit again")
		}
	}()
	switch {
	case len(blocks) == 0:
		s.fail(codeNone, "the commit is not signed: sign it with git commit -S")
		return s
	case len(blocks) > 1:
		s.fail(codeSeveral, "the commit has %d signatures, and one is read: sign it once", len(blocks))
		return s
	case len(blocks[0]) > maxSignature:
		s.fail(codeMalformed, "the signature has %d bytes, at most %d are read: sign the commit again", len(blocks[0]), maxSignature)
		return s
	}
	if trust == nil {
		trust = &Trust{}
	}
	data := s.open(blocks[0])
	switch {
	case s.Code != "":
	case s.Format == "ssh":
		s.verifySSH(payload, data, trust)
	default:
		s.verifyOpenPGP(payload, data, trust.Keyring)
	}
	return s
}

// open takes the armor off a block. It sets Format, and Code when there is nothing to verify in it.
func (s *Signature) open(block string) (data []byte) {
	in := lines{rest: []byte(block)}
	var label string
	for leading := false; ; leading = true {
		line, ok := in.nextFilled()
		if !ok {
			s.fail(codeMalformed, "the signature has no BEGIN line: sign the commit again")
			return nil
		}
		if label, ok = between(line, "-----BEGIN "); !ok {
			continue
		}
		if leading {
			s.Format = formatOf(label)
			s.fail(codeSeveral, "there is something before the signature in its header: sign the commit again")
			return nil
		}
		break
	}
	s.Format = formatOf(label)
	switch {
	case s.Format == "x509":
		s.fail(codeUnsupported, "X.509 signatures are not supported: sign with an OpenPGP or an SSH key")
		return nil
	case label != "PGP SIGNATURE" && label != "SSH SIGNATURE":
		s.fail(codeUnsupported, "this is no signature git commit -S makes: sign with an OpenPGP or an SSH key")
		return nil
	}
	data, err := in.armored(label)
	if err != nil {
		s.fail(codeMalformed, "%v: sign the commit again", err)
		return nil
	}
	if line, more := in.nextFilled(); more {
		if strings.HasPrefix(string(line), "-----BEGIN ") {
			s.fail(codeSeveral, "the header holds more than one signature: sign the commit once")
		} else {
			s.fail(codeSeveral, "there is something behind the signature in its header: sign the commit again")
		}
		return nil
	}
	return data
}

func formatOf(label string) string {
	switch label {
	case "PGP SIGNATURE", "PGP MESSAGE":
		return "openpgp"
	case "SSH SIGNATURE":
		return "ssh"
	case "SIGNED MESSAGE":
		return "x509"
	}
	return "unknown"
}

func (s *Signature) fail(code, format string, args ...any) {
	s.Verified, s.Code, s.Problem = false, code, fmt.Sprintf(format, args...)
}
