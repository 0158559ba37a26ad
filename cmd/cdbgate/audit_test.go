package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/audit"
	"github.com/claire-de-binare/cdbgate/pkg/cli"
)

// headKey signs the heads of logs, or does not.
type headKey struct {
	ed25519.PrivateKey
	fail error
}

func (k *headKey) KeyID() string { return "test" }

func (k *headKey) Sign(_ context.Context, message []byte) ([]byte, error) {
	return ed25519.Sign(k.PrivateKey, message), k.fail
}

// keeper runs command lines in a folder, with logs under signed heads.
type keeper struct {
	t   *testing.T
	dir string
	key *headKey
}

func newKeeper(t *testing.T) *keeper {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k := &keeper{t, t.TempDir(), &headKey{PrivateKey: private}}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	k.write("key.pub", string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
	k.write("repo/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: example/web:1}]}\n")
	return k
}

func (k *keeper) path(name string) string { return filepath.Join(k.dir, name) }

func (k *keeper) write(name, text string) {
	k.t.Helper()
	if err := os.MkdirAll(filepath.Dir(k.path(name)), 0o700); err != nil {
		k.t.Fatal(err)
	}
	if err := os.WriteFile(k.path(name), []byte(text), 0o600); err != nil {
		k.t.Fatal(err)
	}
}

func (k *keeper) read(name string) string {
	k.t.Helper()
	text, err := os.ReadFile(k.path(name))
	if err != nil {
		k.t.Fatal(err)
	}
	return string(text)
}

func (k *keeper) run(args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	status = cli.Run(k.t.Context(), cli.Surroundings{
		Args: args, Getenv: func(string) string { return "" }, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Dir: k.dir,
		AuditLog: audit.Options{Signer: k.key, Verifier: verifier(k.key.Public().(ed25519.PublicKey))},
	})
	return status, out.String(), errs.String()
}

type verifier ed25519.PublicKey

func (v verifier) Verify(message, signature []byte) error {
	if !ed25519.Verify(ed25519.PublicKey(v), message, signature) {
		return errors.New("wrong")
	}
	return nil
}

// TestSignedLog: what a signed head proves on the command line, and that a log which is shorter than its head is not gone on with.
func TestSignedLog(t *testing.T) {
	k := newKeeper(t)
	record := func(want int) {
		t.Helper()
		if status, _, stderr := k.run("k8s-readiness", "-C", "repo", "--audit-log", "log"); status != want {
			t.Fatalf("exit status %d, want %d: %s", status, want, stderr)
		}
	}
	verify := func(want int, words string, args ...string) string {
		t.Helper()
		status, stdout, stderr := k.run(append([]string{"audit", "verify", "log", "--key", "key.pub", "--head"}, args...)...)
		if status != want || !strings.Contains(stdout+stderr, words) {
			t.Errorf("exit status %d, want %d and %q: %s%s", status, want, words, stdout, stderr)
		}
		return stdout
	}
	record(1)
	once, kept := k.read("log"), k.read("log.head")
	verify(0, "proven by the head signed at", "log.head")
	if status, stdout, _ := k.run("audit", "verify", "log"); status != 0 || !strings.Contains(stdout, "log.head lies beside it: prove the tail with --head log.head --key FILE") {
		t.Errorf("%d %s", status, stdout)
	}
	record(1)
	k.write("kept.head", kept)
	verify(0, "tail unproven", "kept.head")
	var out struct {
		Intact        bool
		Proven, Lines uint64
	}
	if err := json.Unmarshal([]byte(verify(0, "", "log.head", "-f", "json")), &out); err != nil || !out.Intact || out.Proven != out.Lines {
		t.Errorf("%+v, %v", out, err)
	}
	other := newKeeper(t)
	k.write("other.pub", other.read("key.pub"))
	if status, stdout, _ := k.run("audit", "verify", "log", "--head", "log.head", "--key", "other.pub"); status != 1 || !strings.Contains(stdout, "no signature of the head is by this key") {
		t.Errorf("%d %s", status, stdout)
	}
	k.write("junk.head", "junk")
	verify(2, "--head: junk.head: no DSSE envelope", "junk.head")
	verify(2, "--head: gone.head: no such file", "gone.head")

	k.write("log", once)
	verify(1, "it is missing: the head signed at", "log.head")
	record(2)
	if k.read("log") != once {
		t.Error("a log that was cut off was gone on with")
	}
	k.write("log.head", kept)
	record(1)
	k.key.fail = errors.New("the key is away")
	record(2)
}

// TestNotRecorded: a run whose record cannot be kept ends with exit status 2 and says nothing green.
func TestNotRecorded(t *testing.T) {
	k := newKeeper(t)
	var out, errs bytes.Buffer
	status := cli.Run(t.Context(), cli.Surroundings{
		Args: []string{"k8s-readiness", "-C", "repo"}, Getenv: func(string) string { return "" }, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Dir: k.dir,
		Audit: func(context.Context, []audit.Event) error { return errors.New("the record is closed") },
	})
	if status != 2 || out.Len() > 0 || !strings.Contains(errs.String(), "recording what was found: the record is closed") {
		t.Errorf("%d %s%s", status, out.Bytes(), errs.Bytes())
	}
	if os.Geteuid() == 0 {
		return // to whom nothing is read-only
	}
	if err := os.Mkdir(k.path("sealed"), 0o500); err != nil {
		t.Fatal(err)
	}
	if status, stdout, stderr := k.run("k8s-readiness", "-C", "repo", "--audit-log", "sealed/log"); status != 2 || stdout != "" || !strings.Contains(stderr, "permission denied") {
		t.Errorf("%d %s%s", status, stdout, stderr)
	}
}

// TestBrokenOff: gates that were interrupted are on record as well.
func TestBrokenOff(t *testing.T) {
	k := newKeeper(t)
	ctx, cancel := context.WithCancel(t.Context())
	var got []audit.Event
	status := cli.Run(ctx, cli.Surroundings{
		Args: []string{"k8s-readiness", "-C", "repo", "--audit-log", "log"}, Stdin: strings.NewReader(""), Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}, Dir: k.dir,
		Getenv: func(name string) string {
			if name == "XDG_CACHE_HOME" { // asked for when all is prepared
				cancel()
			}
			return ""
		},
		Audit: func(_ context.Context, e []audit.Event) error { got = e; return nil },
	})
	if status != 2 || len(got) != 1 || !strings.Contains(k.read("log"), `"verdict":"unusable"`) {
		t.Errorf("exit status %d, %+v", status, got)
	}
}
