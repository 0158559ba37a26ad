package signing_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/pem"
	"slices"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/signing"
	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// A security key cannot be had in a test; what it signs can (OpenSSH's PROTOCOL.u2f).
func TestSSHSecurityKey(t *testing.T) {
	const kind, application = "sk-ssh-ed25519@openssh.com", "ssh:"
	pub, private, _ := ed25519.GenerateKey(rand.Reader)
	key, err := ssh.ParsePublicKey(ssh.Marshal(struct {
		Kind        string
		Key         []byte
		Application string
	}{kind, pub, application}))
	if err != nil {
		t.Fatal(err)
	}
	public := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
	touch := func(flags byte, rest ...byte) string {
		app, data := sha256.Sum256([]byte(application)), sha256.Sum256(signedData("git", "sha512", payload))
		counter := []byte{flags, 0, 0, 0, 7}
		sig := &ssh.Signature{
			Format: kind,
			Blob:   ed25519.Sign(private, slices.Concat(app[:], counter, data[:])),
			Rest:   append(counter, rest...),
		}
		return blob(key, "git", "sha512", sig)
	}
	trust := &signing.Trust{Allowed: allowed(t, "a@example.org "+public)}
	got := verify(t, payload, touch(1), trust)
	expect(t, got, "")
	if got.Algorithm != kind || len(got.Signers) != 1 {
		t.Fatalf("%+v", got)
	}
	expect(t, verify(t, payload, touch(5), trust), "") // touched, and a PIN given
	expect(t, verify(t, payload+"x", touch(1), trust), "bad")
	expect(t, verify(t, payload, touch(0), trust), "unsupported", "touched")
	expect(t, verify(t, payload, touch(1, 0), trust), "malformed")

	s := newShell(t)
	s.write("allowed", "a@example.org "+public+"\n")
	if !s.agrees(t, payload, touch(1), "git") || s.agrees(t, payload+"x", touch(1), "git") {
		t.Fatal("ssh-keygen does not agree")
	}
}

// signedData is what an SSH key signs (PROTOCOL.sshsig, "Signed Data").
func signedData(namespace, hash, message string) []byte {
	sum := sshsig.HashSHA512.Hash()
	sum.Write([]byte(message))
	return append([]byte("SSHSIG"), ssh.Marshal(struct{ Namespace, Reserved, Hash, Sum string }{namespace, "", hash, string(sum.Sum(nil))})...)
}

// blob puts an SSH signature together.
func blob(key ssh.PublicKey, namespace, hash string, sig *ssh.Signature) string {
	body := append(ssh.Marshal(struct{ Format, Blob string }{sig.Format, string(sig.Blob)}), sig.Rest...)
	return armor(append([]byte("SSHSIG"), ssh.Marshal(struct {
		Version                            uint32
		Key, Namespace, Reserved, Hash, It string
	}{1, string(key.Marshal()), namespace, "", hash, string(body)})...))
}

func armor(b []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "SSH SIGNATURE", Bytes: b}))
}

// dearmor decodes what lies between the first and the last line, headers and checksum aside.
func dearmor(t testing.TB, block string) []byte {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(block), "\n")
	var text string
	for _, line := range lines[1 : len(lines)-1] {
		if line == "" || strings.Contains(line, ":") {
			text = ""
		} else if !strings.HasPrefix(line, "=") {
			text += line
		}
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func replaceAt(b []byte, at int, with byte) []byte {
	b = slices.Clone(b)
	b[at] = with
	return b
}
