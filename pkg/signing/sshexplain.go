package signing

import (
	"strings"

	"golang.org/x/crypto/ssh"
)

// sshBlob is what an SSH signature consists of (PROTOCOL.sshsig, "Blob format").
type sshBlob struct {
	Magic         [6]byte
	Version       uint32
	PublicKey     string
	Namespace     string
	Reserved      string
	HashAlgorithm string
	Signature     string
}

// explainSSH tells why the library refuses a signature: it has one kind of error for a damaged signature, a weak one and
// one of a type it does not know.
func (s *Signature) explainSSH(data []byte) {
	var blob sshBlob
	if err := ssh.Unmarshal(data, &blob); err != nil || string(blob.Magic[:]) != "SSHSIG" {
		s.fail(codeMalformed, "the signature is damaged: sign the commit again")
		return
	}
	if blob.Version != 1 {
		s.fail(codeUnsupported, "version %d of SSH signatures is not supported: sign with version 1", blob.Version)
		return
	}
	key, err := ssh.ParsePublicKey([]byte(blob.PublicKey))
	switch {
	case err != nil && sshKnows(blob.PublicKey):
		s.fail(codeMalformed, "the key in the signature is damaged: sign the commit again")
		return
	case err != nil:
		s.fail(codeUnsupported, "the key in the signature is of a type that is not supported: sign with an ed25519, ECDSA or RSA key")
		return
	}
	s.Key = ssh.FingerprintSHA256(plainKey(key))
	var sig ssh.Signature
	switch err := ssh.Unmarshal([]byte(blob.Signature), &sig); {
	case err != nil:
		s.fail(codeMalformed, "the signature is damaged: sign the commit again")
	case blob.HashAlgorithm == "sha1" || blob.HashAlgorithm == "md5":
		s.fail(codeWeak, "the signature is weak (%s): sign with SHA-512", blob.HashAlgorithm)
	case blob.HashAlgorithm != "sha256" && blob.HashAlgorithm != "sha512":
		s.fail(codeUnsupported, "the signature's hash algorithm is not supported: sign with sha256 or sha512")
	case key.Type() == ssh.KeyAlgoRSA && sig.Format == ssh.KeyAlgoRSA:
		s.Algorithm = ssh.KeyAlgoRSA
		s.fail(codeWeak, "the signature is weak (RSA with SHA-1): sign with rsa-sha2-512 or an ed25519 key")
	default:
		s.fail(codeMalformed, "the signature is damaged, or of another type than its key: sign the commit again")
	}
}

// sshKnows reports whether the library can read keys of this type, so that one it cannot read is damaged.
func sshKnows(blob string) bool {
	for _, kind := range []string{
		ssh.KeyAlgoRSA, algoDSA, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521,
		ssh.KeyAlgoSKECDSA256, ssh.KeyAlgoED25519, ssh.KeyAlgoSKED25519,
		ssh.CertAlgoRSAv01, ssh.CertAlgoECDSA256v01, ssh.CertAlgoECDSA384v01, ssh.CertAlgoECDSA521v01,
		ssh.CertAlgoSKECDSA256v01, ssh.CertAlgoED25519v01, ssh.CertAlgoSKED25519v01,
	} {
		if strings.HasPrefix(blob, sshString(kind)) {
			return true
		}
	}
	return false
}
