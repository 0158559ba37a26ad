package signing_test

import (
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/signing"
)

// What a gpgsig header may hold, and what it may not.
func TestBlocks(t *testing.T) {
	s := newShell(t)
	trust := &signing.Trust{Allowed: allowed(t, "a@example.org "+s.key("k", "ed25519"))}
	good := s.sign("k", "git")
	lines := strings.Split(strings.TrimSpace(good), "\n")
	cut := func(from, to int) string { return strings.Join(lines[from:to], "\n") }
	body := func(line string) string { return lines[0] + "\n" + line + "\n" + cut(1, len(lines)) }
	const x509 = "-----BEGIN SIGNED MESSAGE-----\nMIIB\n-----END SIGNED MESSAGE-----\n"
	for _, c := range []struct {
		name   string
		blocks []string
		format string
		code   string
		says   string
	}{
		{"as made", []string{good}, "ssh", "", ""},
		{"blank lines around", []string{"\n\n" + good + "\n \n"}, "ssh", "", ""},
		{"CRLF", []string{strings.ReplaceAll(good, "\n", "\r\n")}, "ssh", "", ""},
		{"no block", nil, "unknown", "none", "git commit -S"},
		{"two blocks", []string{good, good}, "unknown", "several", "2 signatures"},
		{"two armors", []string{good + good}, "ssh", "several", "more than one"},
		{"text in front", []string{"x\n" + good}, "ssh", "several", "before"},
		{"text behind", []string{good + "x\n"}, "ssh", "several", "behind"},
		{"another armor in front", []string{x509 + good}, "x509", "unsupported", ""},
		{"empty", []string{""}, "unknown", "malformed", "BEGIN"},
		{"garbage", []string{"\x00\xff garbage"}, "unknown", "malformed", "BEGIN"},
		{"x509", []string{x509}, "x509", "unsupported", "X.509"},
		{"a message", []string{"-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----"}, "openpgp", "unsupported", ""},
		{"another armor", []string{"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"}, "unknown", "unsupported", ""},
		{"no END line", []string{cut(0, len(lines)-1)}, "ssh", "malformed", "END"},
		{"another END line", []string{cut(0, len(lines)-1) + "\n-----END PGP SIGNATURE-----"}, "ssh", "malformed", "names"},
		{"BEGIN twice", []string{lines[0] + "\n" + good}, "ssh", "malformed", "END"},
		{"nothing inside", []string{lines[0] + "\n" + lines[len(lines)-1]}, "ssh", "malformed", "empty"},
		{"an armor header", []string{body("Comment: x\n")}, "ssh", "malformed", "base64"},
		{"an empty line", []string{body("")}, "ssh", "malformed", "base64"},
		{"no base64", []string{body("!")}, "ssh", "malformed", "base64"},
		{"too large", []string{good + strings.Repeat("\n", 64<<10)}, "unknown", "malformed", "65536"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := signing.Verify([]byte(payload), c.blocks, trust)
			consistent(t, got)
			expect(t, got, c.code, c.says)
			if got.Format != c.format {
				t.Fatalf("format %q, want %q", got.Format, c.format)
			}
		})
	}
}
