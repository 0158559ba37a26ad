package secrets

import "crypto/rand"

// veil holds texts that must not be printed. They are kept combined with a pad that the process makes up when it starts, so
// that printers which follow pointers and unexported fields (there are such in test libraries) show noise.
type veil struct {
	secret   []byte   // what gitleaks calls the secret
	match    []byte   // the whole match
	raw      []byte   // the text of the file that the match stands for; differs from match when decoded
	prefix   int      // so many bytes at the beginning of match are known to be harmless
	siblings [][]byte // secrets of the findings that a composite rule required
}

var pad = newPad()

func newPad() [64]byte {
	var p [64]byte
	_, _ = rand.Read(p[:]) // never fails: crypto/rand ends the process first
	return p
}

func cover(s string) []byte {
	b := []byte(s)
	for i := range b {
		b[i] ^= pad[i%len(pad)]
	}
	return b
}

func uncover(b []byte) string {
	c := make([]byte, len(b))
	for i := range b {
		c[i] = b[i] ^ pad[i%len(pad)]
	}
	return string(c)
}
