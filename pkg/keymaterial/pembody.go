package keymaterial

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// around are what may be around a line of base64 in other texts. A "+" or "//" that is alone is theirs too.
const around = " \t\r\n\"'`,\\#*>;-"

// decoded is what the base64 of a body stands for, as far as it is some.
func decoded(body string) []byte {
	var b strings.Builder
	for line := range strings.Lines(header.ReplaceAllString(body, "")) {
		line = strings.Trim(line, around)
		if strings.HasPrefix(line, "=") {
			break // the checksum of OpenPGP
		}
		for token := range strings.FieldsSeq(line) {
			token = strings.Trim(token, around)
			if len(token) > 1 && token != "//" && strings.Trim(token, alphabet) == "" {
				b.WriteString(strings.TrimRight(token, "="))
			}
		}
	}
	text := b.String()
	data, err := base64.RawStdEncoding.DecodeString(text[:len(text)/4*4])
	if err != nil {
		return nil
	}
	if tail, err := base64.RawStdEncoding.DecodeString(text[len(text)/4*4:]); err == nil {
		data = append(data, tail...)
	}
	return data
}

// opensshEncrypted reads the name of the cipher behind the mark (OpenSSH's PROTOCOL.key). What cannot be read counts as open.
func opensshEncrypted(body string) bool {
	data, ok := bytes.CutPrefix(decoded(body), []byte("openssh-key-v1\x00"))
	if !ok || len(data) < 4 {
		return false
	}
	n := uint64(binary.BigEndian.Uint32(data))
	return n <= uint64(len(data)-4) && string(data[4:4+n]) != "none"
}

// pgpEncrypted tells whether all private keys of a block are encrypted or elsewhere. What cannot be read counts as open.
func pgpEncrypted(body string) bool {
	r := packet.NewReader(bytes.NewReader(decoded(body)))
	found := false
	for {
		p, err := r.Next()
		if err != nil {
			return found
		}
		if key, ok := p.(*packet.PrivateKey); ok {
			if !key.Encrypted && !key.Dummy() {
				return false
			}
			found = true
		}
	}
}
