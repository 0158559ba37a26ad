package audit_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
)

// testKey signs with a key of the test's own.
type testKey struct {
	key  crypto.Signer
	opts crypto.SignerOpts
	fail error
}

func (k *testKey) KeyID() string { return "test" }

func (k *testKey) Sign(_ context.Context, message []byte) ([]byte, error) {
	if k.fail != nil {
		return nil, k.fail
	}
	if k.opts == crypto.SHA256 {
		sum := sha256.Sum256(message)
		message = sum[:]
	}
	return k.key.Sign(rand.Reader, message, k.opts)
}

func newEd25519(t testing.TB) *testKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &testKey{key: key, opts: crypto.Hash(0)}
}

func newECDSA(t testing.TB) *testKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &testKey{key: key, opts: crypto.SHA256}
}

func (k *testKey) public(t testing.TB) audit.Verifier {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(k.key.Public())
	if err != nil {
		t.Fatal(err)
	}
	v, err := audit.ParsePublicKey(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// signed makes a log of so many events under signed heads.
func signed(t *testing.T, key *testKey, events int) (string, *audit.Log) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	l, err := audit.Open(t.Context(), path, audit.Options{Signer: key, Verifier: key.public(t)})
	if err != nil {
		t.Fatal(err)
	}
	for i := range events {
		if _, err := l.Append(t.Context(), []audit.Event{violation(fmt.Sprint(i))}); err != nil {
			t.Fatal(err)
		}
	}
	return path, l
}

// TestHead: a head is signed after every write, by either kind of key, and proves the log to its end.
func TestHead(t *testing.T) {
	for name, key := range map[string]*testKey{"Ed25519": newEd25519(t), "ECDSA": newECDSA(t)} {
		path, l := signed(t, key, 3)
		h, err := audit.ReadHead(audit.HeadFile(path), key.public(t))
		if err != nil {
			t.Fatal(name, err)
		}
		s, err := audit.VerifyHead(bytes.NewReader(read(t, path)), h)
		if err != nil || s.Proven != 4 || h.Seq != 4 || h.Hash != s.Hash || h.Log != s.Log || strings.Contains(s.String(), "unproven") || !s.Signed.Equal(h.Time) {
			t.Errorf("%s: %+v, %+v, %v", name, h, s, err)
		}
		// What follows is not proven by it, and says so.
		if _, err := audit.Append(t.Context(), path, []audit.Event{violation("unsigned")}); err != nil {
			t.Fatal(err)
		}
		s, err = audit.VerifyHead(bytes.NewReader(read(t, path)), h)
		if err != nil || s.Proven != 4 || s.Lines != 5 || !strings.Contains(s.String(), "proven to line 4") {
			t.Errorf("%s: %v, %v", name, s, err)
		}
		// The next signed write covers it.
		if _, err := l.Append(t.Context(), []audit.Event{violation("signed")}); err != nil {
			t.Fatal(err)
		}
		if h, err = audit.ReadHead(audit.HeadFile(path), key.public(t)); err != nil || h.Seq != 6 {
			t.Errorf("%s: %+v, %v", name, h, err)
		}
		if list, err := os.ReadDir(filepath.Dir(path)); err != nil || len(list) != 2 {
			t.Errorf("%s: %v, %v", name, list, err)
		}
	}
}

// TestHeadFindsAttacks: what the log alone cannot show.
func TestHeadFindsAttacks(t *testing.T) {
	key := newEd25519(t)
	path, _ := signed(t, key, 5)
	text := read(t, path)
	h, err := audit.ReadHead(audit.HeadFile(path), key.public(t))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(text, []byte{'\n'})
	cut := func(n int) []byte { return bytes.Join(lines[:n], nil) }
	// The log as it was at line 3, gone on with otherwise.
	rolled := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(rolled, cut(3), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if _, err := audit.Append(t.Context(), rolled, []audit.Event{violation("forged")}); err != nil {
			t.Fatal(err)
		}
	}
	_, other := write(t, 9)
	for name, c := range map[string]struct {
		text   []byte
		line   uint64
		reason string
	}{
		"the last line cut off": {cut(5), 6, "it is missing"},
		"most lines cut off":    {cut(1), 2, "it is missing"},
		"cut off within a line": {text[:len(text)-20], 6, "it is missing"},
		"rolled back":           {read(t, rolled), 6, "not the line that the head"},
		"another log":           {other, 1, "the head is of log"},
		"edited":                {bytes.Replace(text, []byte(`"fingerprint":"2"`), []byte(`"fingerprint":"9"`), 1), 4, "hash does not fit"},
		"edited behind it":      {append(bytes.Clone(text), "junk\n"...), 7, "not JSON"},
		"torn behind it":        {append(bytes.Clone(text), lines[2][:9]...), 7, "no end"},
		"nothing":               {nil, 1, "there is none"},
	} {
		s, err := audit.VerifyHead(bytes.NewReader(c.text), h)
		var broken *audit.BrokenError
		if !errors.As(err, &broken) || broken.Line != c.line || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: %v, want line %d: %s", name, err, c.line, c.reason)
		}
		if strings.HasSuffix(name, "behind it") && s.Proven != 6 {
			t.Errorf("%s: proven to line %d", name, s.Proven)
		}
	}
}

// TestHeadGuardsAppend: a log that was cut off, rolled back, exchanged or removed is not gone on with, so that no later head hides it.
func TestHeadGuardsAppend(t *testing.T) {
	key, stranger := newEd25519(t), newEd25519(t)
	_, other := write(t, 9)
	otherPath, _ := signed(t, stranger, 2)
	foreign := read(t, audit.HeadFile(otherPath))
	for name, c := range map[string]struct {
		attack func(path string, text []byte, lines [][]byte) error
		want   string
	}{
		"cut off": {func(path string, _ []byte, lines [][]byte) error {
			return os.WriteFile(path, bytes.Join(lines[:3], nil), 0o600)
		}, "it was cut off or rolled back"},
		"emptied":   {func(path string, _ []byte, _ [][]byte) error { return os.Truncate(path, 0) }, "gone or empty"},
		"removed":   {func(path string, _ []byte, _ [][]byte) error { return os.Remove(path) }, "gone or empty"},
		"exchanged": {func(path string, _ []byte, _ [][]byte) error { return os.WriteFile(path, other, 0o600) }, "is the head of log"},
		"rolled back": {func(path string, _ []byte, lines [][]byte) error {
			if err := os.WriteFile(path, bytes.Join(lines[:3], nil), 0o600); err != nil {
				return err
			}
			head := audit.HeadFile(path)
			if err := os.Rename(head, head+".kept"); err != nil {
				return err
			}
			for range 7 {
				if _, err := audit.Append(t.Context(), path, []audit.Event{violation("forged")}); err != nil {
					return err
				}
			}
			return os.Rename(head+".kept", head)
		}, "not the line that the head"},
		"head of another key": {func(path string, _ []byte, _ [][]byte) error {
			return os.WriteFile(audit.HeadFile(path), foreign, 0o600)
		}, "no signature of the head is by this key"},
		"head is junk": {func(path string, _ []byte, _ [][]byte) error {
			return os.WriteFile(audit.HeadFile(path), []byte("junk"), 0o600)
		}, "no DSSE envelope"},
		"head is a folder": {func(path string, _ []byte, _ [][]byte) error {
			return errors.Join(os.Remove(audit.HeadFile(path)), os.Mkdir(audit.HeadFile(path), 0o700))
		}, "it is a folder"},
	} {
		path, l := signed(t, key, 5)
		text := read(t, path)
		if err := c.attack(path, text, bytes.SplitAfter(text, []byte{'\n'})); err != nil {
			t.Fatal(name, err)
		}
		before, _ := os.ReadFile(path)
		_, err := l.Append(t.Context(), []audit.Event{violation("x")})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		if now, _ := os.ReadFile(path); !bytes.Equal(now, before) {
			t.Errorf("%s: the log changed", name)
		}
		// Whoever has no key to sign with sees accidents all the same.
		if name != "rolled back" && name != "head of another key" {
			if _, err := audit.Append(t.Context(), path, []audit.Event{violation("x")}); err == nil {
				t.Errorf("%s: gone on with, unsigned", name)
			}
		}
	}
}

// TestHeadAfterCrash: a process that died between its write and its head leaves a log that the next one signs again.
func TestHeadAfterCrash(t *testing.T) {
	key := newECDSA(t)
	path, l := signed(t, key, 2)
	key.fail = errors.New("the key is away")
	_, err := l.Append(t.Context(), []audit.Event{violation("x")})
	if !errors.As(err, new(*audit.HeadError)) || !errors.Is(err, key.fail) {
		t.Error(err)
	}
	if err := os.WriteFile(audit.HeadFile(path)+".new", []byte("half a he"), 0o600); err != nil {
		t.Fatal(err)
	}
	key.fail = nil
	if _, err := l.Append(t.Context(), []audit.Event{violation("y")}); err != nil {
		t.Fatal(err)
	}
	h, err := audit.ReadHead(audit.HeadFile(path), key.public(t))
	if s, err2 := audit.VerifyHead(bytes.NewReader(read(t, path)), h); err != nil || err2 != nil || s.Proven != 5 {
		t.Error(s, err, err2)
	}
	// A log that was begun unsigned is read whole before it gets its first head.
	_, text := write(t, 300)
	late := filepath.Join(t.TempDir(), "log")
	for want, edited := range map[string][]byte{"": text, "line 5: its hash does not fit": bytes.Replace(text, []byte(`"f3"`), []byte(`"f9"`), 1)} {
		if err := os.WriteFile(late, edited, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := audit.Open(t.Context(), late, audit.Options{Signer: key})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// TestOpenHead: what is no head is none, and no signature counts but one over its very payload and type.
func TestOpenHead(t *testing.T) {
	key := newEd25519(t)
	sum := fmt.Sprintf("sha256:%x", sha256.Sum256(nil))
	head := audit.Head{Log: strings.Repeat("A", 26), Seq: 7, Hash: sum, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 7200))}
	good, err := audit.SignHead(t.Context(), head, key)
	if err != nil {
		t.Fatal(err)
	}
	if h, err := audit.OpenHead(good, key.public(t)); err != nil || h.Seq != 7 || h.Hash != sum || !h.Time.Equal(head.Time) {
		t.Errorf("%+v, %v", h, err)
	}
	if _, err := audit.OpenHead(good, newEd25519(t).public(t)); !errors.Is(err, audit.ErrSignature) {
		t.Errorf("another key: %v", err)
	}
	if _, err := audit.OpenHead(good, newECDSA(t).public(t)); !errors.Is(err, audit.ErrSignature) {
		t.Errorf("a key of another kind: %v", err)
	}
	type parts struct {
		Payload     string              `json:"payload"`
		PayloadType string              `json:"payloadType"`
		Signatures  []map[string]string `json:"signatures"`
	}
	edit := func(change func(*parts)) []byte {
		var e parts
		if err := json.Unmarshal(good, &e); err != nil {
			t.Fatal(err)
		}
		change(&e)
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	recode := func(old, new string) []byte {
		return edit(func(e *parts) {
			text, err := base64.StdEncoding.DecodeString(e.Payload)
			if err != nil {
				t.Fatal(err)
			}
			e.Payload = base64.StdEncoding.EncodeToString(bytes.Replace(text, []byte(old), []byte(new), 1))
		})
	}
	for name, text := range map[string][]byte{
		"empty": nil, "no JSON": []byte("x"), "null": []byte("null"), "a list": []byte("[]"),
		"two values":     slices.Concat(good, good),
		"another type":   edit(func(e *parts) { e.PayloadType = "application/vnd.in-toto+json" }),
		"no signature":   edit(func(e *parts) { e.Signatures = nil }),
		"no base64":      edit(func(e *parts) { e.Payload = "!" }),
		"an empty one":   edit(func(e *parts) { e.Signatures[0]["sig"] = "" }),
		"no base64 sig":  edit(func(e *parts) { e.Signatures[0]["sig"] = "!" }),
		"edited line":    recode(`"seq":7`, `"seq":6`),
		"edited log":     recode("AAA", "BBB"),
		"edited time":    recode("2026", "2027"),
		"an unknown key": bytes.Replace(good, []byte("{"), []byte(`{"x":1,`), 1),
	} {
		if h, err := audit.OpenHead(text, key.public(t)); err == nil {
			t.Errorf("%s: %+v", name, h)
		}
	}
	// Signed, but no head.
	for name, h := range map[string]audit.Head{
		"no log": {Seq: 1, Hash: sum}, "no line": {Log: head.Log, Hash: sum}, "no hash": {Log: head.Log, Seq: 1}, "another hash": {Log: head.Log, Seq: 1, Hash: "sha256:00\""},
	} {
		text, err := audit.SignHead(t.Context(), h, key)
		if err != nil {
			t.Fatal(err)
		}
		if h, err := audit.OpenHead(text, key.public(t)); err == nil {
			t.Errorf("%s: %+v", name, h)
		}
	}
	for _, text := range []string{"", "x", "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n", "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n"} {
		if _, err := audit.ParsePublicKey([]byte(text)); err == nil {
			t.Errorf("%q is a public key", text)
		}
	}
}

// FuzzOpenHead: any bytes are read without harm.
func FuzzOpenHead(f *testing.F) {
	key := newEd25519(f)
	good, err := audit.SignHead(f.Context(), audit.Head{Log: strings.Repeat("A", 26), Seq: 7, Hash: fmt.Sprintf("sha256:%x", sha256.Sum256(nil))}, key)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, text []byte) {
		if h, err := audit.OpenHead(text, key.public(t)); err == nil && h.Seq != 7 {
			t.Errorf("%s: %+v", text, h)
		}
		_, _ = audit.OpenHead(text, nil)
	})
}
