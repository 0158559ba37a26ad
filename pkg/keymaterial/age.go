package keymaterial

import (
	"bytes"
	"regexp"
)

// ageKey is age's identity: Bech32 of 32 bytes and its checksum, 58 characters, in capitals or small letters. The one behind "PQ-"
// is no shorter.
var ageKey = regexp.MustCompile(`(?i)\bAGE-SECRET-KEY-(?:PQ-)?1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}`)

// ageKeys finds age's identities. They are never encrypted.
func ageKeys(text []byte) []Mark {
	if !bytes.Contains(text, []byte("AGE-SECRET-KEY-")) && !bytes.Contains(text, []byte("age-secret-key-")) {
		return nil
	}
	var marks []Mark
	at := lines{text: text}
	for _, m := range ageKey.FindAllIndex(text, -1) {
		marks = append(marks, Mark{AgeKey, false, at.of(m[0])})
	}
	return marks
}
