package signing

import (
	"bytes"
	"crypto/rsa"
	"fmt"
	"slices"
	"strings"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// minRSA is the shortest RSA key accepted, in bits (NIST SP 800-131A: shorter ones are disallowed).
const minRSA = 2048

// algoDSA is the type of DSA keys, which the library reads as well.
const algoDSA = "ssh-dss"

// maxNamespace is the longest namespace shown, in bytes.
const maxNamespace = 255

// verifySSH checks a signature as OpenSSH's PROTOCOL.sshsig describes it. The key is part of it.
func (s *Signature) verifySSH(payload, data []byte, trust *Trust) {
	sig, err := sshsig.ParseSignature(data)
	if err != nil {
		s.explainSSH(data)
		return
	}
	if len(sig.Namespace) > maxNamespace || !printable(sig.Namespace) {
		s.fail(codeMalformed, "the signature's namespace cannot be shown: sign the commit again")
		return
	}
	s.Namespace = sig.Namespace
	s.Algorithm = sig.Signature.Format
	s.Key = ssh.FingerprintSHA256(plainKey(sig.PublicKey))
	if _, ok := sig.PublicKey.(*ssh.Certificate); ok {
		s.Algorithm = sig.PublicKey.Type()
		s.fail(codeCertificate, "an SSH certificate signed, and certificate authorities are not supported: list the key %s itself among the allowed signers, and sign with it", s.Key)
		return
	}
	s.Signers = trust.sshSigners(s.Key)
	if why := weakSSH(sig.PublicKey, sig.Signature.Format); why != "" {
		s.fail(codeWeak, "the signature is weak (%s): sign with an ed25519 key", why)
		return
	}
	if s.checkSSHForm(sig); s.Code != "" {
		return
	}
	// With the namespace it names, to tell a signature for something else from one that is wrong.
	if err := sshsig.Verify(bytes.NewReader(payload), sig, sig.PublicKey, sig.HashAlgorithm, sig.Namespace); err != nil {
		s.fail(codeBad, "the signature does not fit the commit: it was changed after signing, sign it again")
		return
	}
	if s.Namespace != "git" {
		s.fail(codeNamespace, "the signature was made for %q, not for git: sign the commit with git commit -S", s.Namespace)
		return
	}
	s.Verified = true
}

// checkSSHForm refuses what the library lets pass, or refuses without a word why.
func (s *Signature) checkSSHForm(sig *sshsig.Signature) {
	kind := sig.PublicKey.Type()
	token := strings.HasPrefix(kind, "sk-")
	switch format := sig.Signature.Format; {
	case kind == ssh.KeyAlgoRSA: // the formats have been checked
	case strings.HasPrefix(format, "webauthn-"):
		s.fail(codeUnsupported, "signatures made through a browser (WebAuthn) are not supported: sign with ssh-keygen")
	case format != kind:
		s.fail(codeMalformed, "the signature is of another type than its key: sign the commit again")
	}
	switch rest := sig.Signature.Rest; {
	case s.Code != "":
	case token && len(rest) != 5:
		s.fail(codeMalformed, "the security key's signature lacks its counter: sign the commit again")
	case token && rest[0]&1 == 0:
		s.fail(codeUnsupported, "the security key signed without being touched, and such signatures are not checked: use a key made without no-touch-required")
	case !token && len(rest) > 0:
		s.fail(codeMalformed, "there is something behind the signature: sign the commit again")
	}
}

// weakSSH says what makes a key or an algorithm forgeable, "" when nothing does.
func weakSSH(key ssh.PublicKey, format string) string {
	switch {
	case key.Type() == algoDSA:
		return "DSA"
	case format == ssh.KeyAlgoRSA:
		return "SHA-1"
	}
	if c, ok := key.(ssh.CryptoPublicKey); ok {
		if k, ok := c.CryptoPublicKey().(*rsa.PublicKey); ok && k.N.BitLen() < minRSA {
			return fmt.Sprintf("RSA with %d bits, at least %d are needed", k.N.BitLen(), minRSA)
		}
	}
	return ""
}

// sshSigners is every line that lists the key.
func (t *Trust) sshSigners(fingerprint string) []Signer {
	var out []Signer
	for i := range t.Allowed {
		a := &t.Allowed[i]
		if a.Fingerprint != fingerprint {
			continue
		}
		signer := Signer{
			Source:        fmt.Sprintf("allowed signers line %d", a.Line),
			Principals:    slices.Clone(a.Principals),
			ForGit:        a.InNamespace("git"),
			CertAuthority: a.CertAuthority,
			ValidAfter:    a.ValidAfter,
			ValidBefore:   a.ValidBefore,
		}
		if t.Revoked[fingerprint] {
			signer.Revoked, signer.RevokedWhy = true, "the key is on the list of revoked SSH keys"
		}
		out = append(out, signer)
	}
	return out
}
