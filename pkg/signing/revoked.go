package signing

import (
	"bytes"

	"golang.org/x/crypto/ssh"
)

// ParseRevokedKeys reads a list of revoked SSH keys as ssh-keygen -Y verify -r takes it: one public key a line, # for
// comments. It returns their fingerprints ("SHA256:…"). A certificate revokes the key it certifies.
//
// OpenSSH skips a line it cannot read. Here it is a Problem: a revocation that does not take effect should not go
// unnoticed. OpenSSH's binary lists (KRL) are not read.
func ParseRevokedKeys(text []byte) (fingerprints map[string]bool, found []Problem) {
	fingerprints = map[string]bool{}
	switch {
	case bytes.HasPrefix(text, []byte("SSHKRL\n\x00")):
		return fingerprints, []Problem{{Message: "the list is binary (a KRL): list the public keys instead, the line of each .pub file"}}
	case len(text) > maxAllowed:
		return fingerprints, tooLarge(len(text), maxAllowed)
	}
	var list problems
	in := lines{rest: text}
	for {
		line, ok := in.next()
		if !ok {
			return fingerprints, list.all()
		}
		line = bytes.TrimLeft(line, " \t")
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		fingerprint, err := revokedKey(line)
		if err != nil {
			list.add(in.n, "not revoked: %v", err)
			continue
		}
		fingerprints[fingerprint] = true
	}
}

func revokedKey(line []byte) (fingerprint string, err error) {
	defer rescue(&err)
	if err := checkLine(line); err != nil {
		return "", err
	}
	key, err := publicKey(line)
	if err != nil {
		return "", err
	}
	return ssh.FingerprintSHA256(plainKey(key)), nil
}

// plainKey is the key a certificate certifies, and any other key itself.
func plainKey(key ssh.PublicKey) ssh.PublicKey {
	if cert, ok := key.(*ssh.Certificate); ok {
		return cert.Key
	}
	return key
}
