package signing

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// maxAllowed is the largest file of allowed signers or revoked keys read, in bytes.
const maxAllowed = 1 << 20

// AllowedSigner is one line of an allowed_signers file.
type AllowedSigner struct {
	Line          int       // from 1
	Principals    []string  // patterns, as written (a comma-separated list, possibly quoted)
	Namespaces    []string  // patterns; nil: every namespace
	ValidAfter    time.Time // the first second of validity; zero: no bound
	ValidBefore   time.Time // the last second of validity; zero: no bound
	CertAuthority bool
	Key           ssh.PublicKey
	Fingerprint   string // SHA256:…
}

// ParseAllowedSigners reads an allowed_signers file as ssh-keygen(1) describes it under ALLOWED SIGNERS, with these
// differences. A line that cannot be read is a Problem and trusts nobody, and the other lines count. A time without Z
// is UTC, since the zone of whoever runs the gate must not decide who may sign. A time that does not exist (30
// February), an option given twice and a quote in the middle of the principals are refused.
func ParseAllowedSigners(text []byte) ([]AllowedSigner, []Problem) {
	if len(text) > maxAllowed {
		return nil, tooLarge(len(text), maxAllowed)
	}
	var (
		out   []AllowedSigner
		found problems
		in    = lines{rest: text}
	)
	for {
		line, ok := in.next()
		if !ok {
			return out, found.all()
		}
		line = bytes.TrimLeft(line, " \t")
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		signer, err := allowedSigner(line)
		if err != nil {
			found.add(in.n, "%v", err)
			continue
		}
		signer.Line = in.n
		out = append(out, signer)
	}
}

func allowedSigner(line []byte) (a AllowedSigner, err error) {
	defer rescue(&err)
	if err := checkLine(line); err != nil {
		return a, err
	}
	principals, rest, err := firstField(line)
	if err != nil {
		return a, err
	}
	if a.Principals, err = patternList(principals); err != nil {
		return a, fmt.Errorf("principals: %w", err)
	}
	if !startsWithKey(rest) {
		if rest, err = a.options(rest); err != nil {
			return a, err
		}
	}
	if a.Key, err = publicKey(rest); err != nil {
		return a, err
	}
	if _, ok := a.Key.(*ssh.Certificate); ok {
		return a, errors.New("this is a certificate: list the key itself, the .pub file without -cert")
	}
	a.Fingerprint = ssh.FingerprintSHA256(a.Key)
	return a, nil
}

// checkLine refuses what cannot be a line of a list of keys.
func checkLine(line []byte) error {
	switch {
	case len(line) > maxLine:
		return fmt.Errorf("the line has %d bytes, at most %d are read: shorten it", len(line), maxLine)
	case bytes.Contains(line, []byte("PRIVATE KEY-----")):
		return errors.New("this is a private key: remove it, make a new one, and list the .pub file's line")
	}
	return nil
}

// firstField is the list of principals, without its quotes.
func firstField(line []byte) (field string, rest []byte, err error) {
	if line[0] == '"' {
		inside, rest, closed := bytes.Cut(line[1:], []byte(`"`))
		switch {
		case !closed:
			return "", nil, errors.New(`principals: there is no closing quote: add a "`)
		case len(rest) > 0 && rest[0] != ' ' && rest[0] != '\t':
			return "", nil, errors.New("principals: text follows the closing quote: quote the whole list, or nothing")
		}
		return string(inside), trimBlanks(rest), nil
	}
	end := bytes.IndexAny(line, " \t")
	if end < 0 {
		end = len(line)
	}
	if bytes.IndexByte(line[:end], '"') >= 0 {
		return "", nil, errors.New("principals: a quote in the middle: quote the whole list, or nothing")
	}
	return string(line[:end]), trimBlanks(line[end:]), nil
}

func trimBlanks(b []byte) []byte { return bytes.Trim(b, " \t") }

// startsWithKey reports whether a key stands here, rather than options in front of one.
func startsWithKey(rest []byte) bool {
	for _, start := range []string{"ssh-", "ecdsa-", "sk-", "rsa-sha2-", "webauthn-"} {
		if bytes.HasPrefix(rest, []byte(start)) {
			return true
		}
	}
	return false
}

// publicKey reads "keytype base64 [comment]".
func publicKey(text []byte) (ssh.PublicKey, error) {
	fields := bytes.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\t' })
	if len(fields) < 2 {
		return nil, errors.New("the key is missing: add the line of the .pub file, type and base64")
	}
	kind, encoded := string(fields[0]), fields[1]
	blob := make([]byte, base64.StdEncoding.DecodedLen(len(encoded)))
	n, err := base64.StdEncoding.Decode(blob, encoded)
	if err != nil {
		return nil, errors.New("the key is not base64: copy the .pub file's line again")
	}
	key, err := ssh.ParsePublicKey(blob[:n])
	switch {
	case err != nil && !strings.HasPrefix(string(blob[:n]), sshString(kind)):
		return nil, errKeyType
	case err != nil:
		return nil, errors.New("the key is damaged, or of a type that is not supported: copy the .pub file's line again, or list an ed25519, ECDSA or RSA key")
	case key.Type() != kind:
		return nil, errKeyType
	}
	return key, nil
}

var errKeyType = errors.New("the key is of another type than the line says: copy the .pub file's line again")

// sshString is a text as the SSH protocol encodes it (RFC 4251, section 5).
func sshString(s string) string {
	return string([]byte{byte(len(s) >> 24), byte(len(s) >> 16), byte(len(s) >> 8), byte(len(s))}) + s
}

// rescue turns a panic of a library into an error.
func rescue(err *error) {
	if p := recover(); p != nil {
		*err = errors.New("this cannot be read: copy it again from where it was made")
	}
}
