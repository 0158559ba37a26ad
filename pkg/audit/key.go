package audit

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// ParsePublicKey reads a public key as PEM (SubjectPublicKeyInfo), such as cosign.pub: Ed25519, or ECDSA over SHA-256 with
// signatures in ASN.1.
func ParsePublicKey(text []byte) (Verifier, error) {
	block, _ := pem.Decode(text)
	switch {
	case block == nil:
		return nil, errors.New("no PEM: give a public key that begins with -----BEGIN PUBLIC KEY-----")
	case block.Type != "PUBLIC KEY":
		return nil, fmt.Errorf("PEM of type %q: give the public key (-----BEGIN PUBLIC KEY-----)", block.Type)
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	switch k := key.(type) {
	case ed25519.PublicKey:
		return ed25519Key(k), nil
	case *ecdsa.PublicKey:
		return (*ecdsaKey)(k), nil
	}
	return nil, fmt.Errorf("a key of type %T: Ed25519 and ECDSA are understood", key)
}

var errWrong = errors.New("the signature is not by this key")

type ed25519Key ed25519.PublicKey

func (k ed25519Key) Verify(message, sig []byte) error {
	if !ed25519.Verify(ed25519.PublicKey(k), message, sig) {
		return errWrong
	}
	return nil
}

type ecdsaKey ecdsa.PublicKey

func (k *ecdsaKey) Verify(message, sig []byte) error {
	sum := sha256.Sum256(message)
	if !ecdsa.VerifyASN1((*ecdsa.PublicKey)(k), sum[:], sig) {
		return errWrong
	}
	return nil
}
