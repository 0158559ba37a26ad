package keymaterial_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	km "github.com/claire-de-binare/cdbgate/pkg/keymaterial"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func mark(kind string, encrypted bool, line int) km.Mark {
	return km.Mark{Kind: kind, Encrypted: encrypted, Line: line}
}

// begin and last are the lines around a key, put together here for scanners that read this file.
func begin(label string) string { return "-----" + "BEGIN " + label + "-----\n" }
func last(label string) string  { return "-----" + "END " + label + "-----\n" }

// body is base64 that is no key.
func body(n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(strings.Repeat("QUJD", 16) + "\n")
	}
	return b.String()
}

func armored(label string) string { return begin(label) + body(3) + last(label) }

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// keys makes a key of each kind.
func keys() map[string]string {
	r := must(rsa.GenerateKey(rand.Reader, 2048))
	e := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	_, ed := must2(ed25519.GenerateKey(rand.Reader))
	//lint:ignore SA1019 keys like it exist
	old := must(x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(r), []byte("x"), x509.PEMCipherAES256))
	n := big.NewInt(1 << 40)
	d := must(asn1.Marshal(struct {
		V             int
		P, Q, G, Y, X *big.Int
	}{0, new(big.Int).Lsh(n, 1000), n, n, n, n}))
	return map[string]string{
		"PKCS #1":           block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(r)),
		"PKCS #8":           block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(ed))),
		"EC":                block("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(e))),
		"DSA":               block("DSA PRIVATE KEY", d),
		"encrypted PKCS #1": string(pem.EncodeToMemory(old)),
		"OpenSSH":           string(pem.EncodeToMemory(must(ssh.MarshalPrivateKey(ed, "me ... you")))),
		"encrypted OpenSSH": string(pem.EncodeToMemory(must(ssh.MarshalPrivateKeyWithPassphrase(ed, "", []byte("x"))))),
	}
}

func must2[A, B any](a A, b B, err error) (A, B) {
	if err != nil {
		panic(err)
	}
	return a, b
}

// TestRealKeys: each key is one, as it is and as files of other kinds have it.
func TestRealKeys(t *testing.T) {
	for name, key := range keys() {
		encrypted := strings.HasPrefix(name, "encrypted")
		yaml := "a:\n  b: |\n    " + strings.ReplaceAll(key, "\n", "\n    ")
		goes := strings.ReplaceAll(key, "\n", "\\n\" +\n\t\"")
		for how, tt := range map[string]struct {
			text string
			line int
		}{
			"as it is":        {key, 1},
			"behind text":     {"# mine\n\n" + key, 3},
			"CRLF":            {strings.ReplaceAll(key, "\n", "\r\n"), 1},
			"YAML":            {yaml, 3},
			"JSON":            {`{"a": "` + strings.ReplaceAll(strings.ReplaceAll(key, "\n", `\n`), "/", `\/`) + `"}`, 1},
			"a program":       {"k := \"" + goes + "\"", 1},
			"no last line":    {key[:strings.Index(key, "-----END")], 1},
			"a mark of order": {"\uFEFF" + key, 1},
			"UTF-16":          {utf16(key), 1},
		} {
			if got := km.Marks("x", []byte(tt.text)); !slices.Equal(got, []km.Mark{mark(km.PrivateKey, encrypted, tt.line)}) {
				t.Errorf("%s, %s: got %v", name, how, got)
			}
		}
	}
}

func utf16(text string) string {
	b := []byte{0xff, 0xfe}
	for i := range len(text) {
		b = append(b, text[i], 0)
	}
	return string(b)
}

func TestMarks(t *testing.T) {
	p := "PRIVATE KEY"
	age := "AGE-SECRET-" + "KEY-1" + strings.Repeat("QPZRY9X8GF", 5) + "2TVDW0S3"
	ppk := func(cipher string) string {
		return "PuTTY-User-Key-" + "File-3: ssh-ed25519\r\nEncryption: " + cipher + "\r\nComment: me\r\nPrivate-" + "Lines: 1\r\n" + body(1)
	}
	tests := []struct {
		name, path, text string
		want             []km.Mark
	}{
		{"PKCS #8, encrypted", "", armored("ENCRYPTED " + p), []km.Mark{mark(km.PrivateKey, true, 1)}},
		{"two", "", armored("RSA "+p) + "\n" + armored(p), []km.Mark{mark(km.PrivateKey, false, 1), mark(km.PrivateKey, false, 7)}},
		{"a first without a last line", "", begin(p) + body(2) + armored("EC "+p), []km.Mark{mark(km.PrivateKey, false, 1), mark(km.PrivateKey, false, 4)}},
		{"one line", "", strings.ReplaceAll(armored(p), "\n", " "), []km.Mark{mark(km.PrivateKey, false, 1)}},
		{"short lines", "", begin(p) + strings.Repeat(strings.Repeat("QUJD", 5)+"\n", 4) + last(p), []km.Mark{mark(km.PrivateKey, false, 1)}},
		{"SSH2", "", "---- " + "BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: \"x\"\n" + body(2) + "---- END SSH2 ENCRYPTED PRIVATE KEY ----\n", []km.Mark{mark(km.PrivateKey, true, 1)}},
		{"cosign", "", armored("ENCRYPTED COSIGN " + p), []km.Mark{mark(km.CosignKey, true, 1)}},
		{"sigstore", "", armored("ENCRYPTED SIGSTORE " + p), []km.Mark{mark(km.CosignKey, true, 1)}},
		{"cosign, open", "", armored("COSIGN " + p), []km.Mark{mark(km.CosignKey, false, 1)}},
		{"ellipsis in a field", "", begin("RSA "+p) + "Comment: see ... there\n\n" + body(2) + last("RSA "+p), []km.Mark{mark(km.PrivateKey, false, 1)}},
		{"age", "", "# created\n" + age + "\n", []km.Mark{mark(km.AgeKey, false, 2)}},
		{"PuTTY", "", ppk("none"), []km.Mark{mark(km.PrivateKey, false, 1)}},
		{"PuTTY, encrypted", "", ppk("aes256-cbc"), []km.Mark{mark(km.PrivateKey, true, 1)}},
		{"JKS", "", "\xfe\xed\xfe\xed\x00\x00\x00\x02\x00\x00\x00\x01", []km.Mark{mark(km.JavaKeystore, true, 1)}},
		{"JCEKS", "", "\xce\xce\xce\xce\x00\x00\x00\x02\x00\x00\x00\x01", []km.Mark{mark(km.JavaKeystore, true, 1)}},
		{"BER", "", "\x30\x80\x02\x01\x03\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", []km.Mark{mark(km.PKCS12, true, 1)}},
		{"dotenv", "a/.env", "A=1", []km.Mark{mark(km.Dotenv, false, 1)}},
		{"dotenv, local", ".env.local", "", []km.Mark{mark(km.Dotenv, false, 1)}},
		{"dotenv, named", `c:\x\prod.env`, "", []km.Mark{mark(km.Dotenv, false, 1)}},
		{"dotenv with a key", "env", "\n" + armored(p), []km.Mark{mark(km.Dotenv, false, 1), mark(km.PrivateKey, false, 2)}},

		{"public", "", armored("PUBLIC KEY") + armored("CERTIFICATE") + armored("PGP PUBLIC KEY BLOCK") + "ssh-rsa " + body(4), nil},
		{"only a first line", "", "the file begins with " + begin(p) + " and has a key in it", nil},
		{"a program", "", "if x.startswith('" + strings.TrimSpace(begin(p)) + "') {\n  y = '" + strings.Repeat("0123456789abcdef", 4) + "' }", nil},
		{"constants", "", "const a = \"" + strings.TrimSpace(begin(p)) + "\"\nconst b = \"" + strings.TrimSpace(last(p)) + "\"\n" + body(1), nil},
		{"dots", "", begin(p) + body(1) + "...\n" + last(p), nil},
		{"ellipsis", "", begin(p) + "MIIE…\n" + last(p), nil},
		{"redacted", "", begin(p) + body(1) + "[REDACTED]\n" + last(p), nil},
		{"prose", "", begin(p) + "put your own private key right here between these lines please\n" + last(p), nil},
		{"no age", "", "AGE-SECRET-" + "KEY-1...", nil},
		{"an age recipient", "", "age1" + strings.Repeat("q", 58), nil},
		{"Mach-O", "", "\xfe\xed\xfa\xce\x00\x00\x00\x02\x00\x00\x00\x01", nil},
		{"no dotenv", "environment.ts", "", nil},
		{"a program named env", "bin/env", "\x7fELF\x00\x00", nil},
		{"empty", "", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := km.Marks(tt.path, []byte(tt.text)); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// TestDER: keys without armor.
func TestDER(t *testing.T) {
	e := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	for _, der := range [][]byte{must(x509.MarshalPKCS8PrivateKey(e)), must(x509.MarshalECPrivateKey(e))} {
		if got := km.Marks("", der); !slices.Equal(got, []km.Mark{mark(km.PrivateKey, false, 1)}) {
			t.Errorf("got %v", got)
		}
	}
	if got := km.Marks("", must(x509.MarshalPKIXPublicKey(&e.PublicKey))); got != nil {
		t.Errorf("a public key: got %v", got)
	}
}

// command runs a shell line in a new folder, and skips where its first word is no command.
func command(t *testing.T, line string) (dir string) {
	t.Helper()
	if _, err := exec.LookPath(strings.Fields(line)[0]); err != nil {
		t.Skip(err)
	}
	dir = t.TempDir()
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GNUPGHOME="+dir, "HOME="+dir, "TF_CLI_CONFIG_FILE=/dev/null", "CHECKPOINT_DISABLE=1", "TF_DATA_DIR=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return dir
}

// TestCommands reads what the usual commands write to the file out.
func TestCommands(t *testing.T) {
	p12 := "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout k -out c 2>&1 && openssl pkcs12 -export -inkey k -in c -out out "
	gpg := "gpg --batch --quiet --pinentry-mode loopback --passphrase '%' --quick-gen-key x ed25519 && gpg --batch --pinentry-mode loopback --passphrase '%' --armor --export-secret-keys >out; gpgconf --kill all"
	tests := []struct {
		name, line string
		want       []km.Mark
	}{
		{"ssh-keygen", "ssh-keygen -q -t ed25519 -N '' -f out", []km.Mark{mark(km.PrivateKey, false, 1)}},
		{"ssh-keygen with a passphrase", "ssh-keygen -q -t ed25519 -N xxxxx -f out", []km.Mark{mark(km.PrivateKey, true, 1)}},
		{"ssh-keygen, PEM", "ssh-keygen -q -t rsa -m PEM -N xxxxx -f out", []km.Mark{mark(km.PrivateKey, true, 1)}},
		{"openssl", "openssl genpkey -algorithm ed25519 -out out", []km.Mark{mark(km.PrivateKey, false, 1)}},
		{"openssl, encrypted", "openssl genpkey -algorithm ed25519 -aes256 -pass pass:x -out out", []km.Mark{mark(km.PrivateKey, true, 1)}},
		{"openssl with parameters", "openssl ecparam -name prime256v1 -genkey -out out", []km.Mark{mark(km.PrivateKey, false, 4)}},
		{"openssl, PKCS #12", p12 + "-passout pass:x", []km.Mark{mark(km.PKCS12, true, 1)}},
		{"openssl, PKCS #12, open", p12 + "-keypbe NONE -certpbe NONE -nomaciter -passout pass:", []km.Mark{mark(km.PKCS12, false, 1)}},
		{"gpg", strings.ReplaceAll(gpg, "%", ""), []km.Mark{mark(km.PrivateKey, false, 1)}},
		{"gpg with a passphrase", strings.ReplaceAll(gpg, "%", "x"), []km.Mark{mark(km.PrivateKey, true, 1)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			data := must(os.ReadFile(command(t, tt.line) + "/out"))
			if got := km.Marks("out", data); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// TestTerraform reads a real plan and a real state, and what `show` makes of them.
func TestTerraform(t *testing.T) {
	dir := command(t, `terraform -version >v && printf 'resource "terraform_data" "a" {\n  input = "x"\n}\n' >main.tf && terraform init -no-color && terraform plan -no-color -out=plan &&
		terraform show -json plan >plan.json && terraform apply -no-color plan && terraform show -json >state.json`)
	for name, kind := range map[string]string{"plan": km.TerraformPlan, "plan.json": km.TerraformPlan, "terraform.tfstate": km.TerraformState, "state.json": km.TerraformState} {
		data := must(os.ReadFile(dir + "/" + name))
		if got := km.Marks("x", data); !slices.Equal(got, []km.Mark{mark(kind, false, 1)}) {
			t.Errorf("%s: got %v", name, got)
		}
		if cut := data[:len(data)*9/10]; name != "state.json" && len(km.Marks("x", cut)) != 1 {
			t.Errorf("%s, cut: no mark", name)
		}
	}
}

func TestTerraformJSON(t *testing.T) {
	tests := []struct {
		name, text string
		want       []km.Mark
	}{
		{"version 3", `{"version": 3, "terraform_version": "0.11.1", "serial": 1, "modules": []}`, []km.Mark{mark(km.TerraformState, false, 1)}},
		{"OpenTofu, encrypted", `{"serial": 1, "lineage": "x", "meta": {}, "encrypted_data": "x", "encryption_version": "v0"}`, []km.Mark{mark(km.TerraformState, true, 1)}},
		{"a plan", `{"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": []}`, []km.Mark{mark(km.TerraformPlan, false, 1)}},
		{"nested only", `{"a": {"version": 4, "terraform_version": "1.9.0", "serial": 1, "resources": []}}`, nil},
		{"a version", `{"version": 1, "terraform_version": "1.9.0"}`, nil},
		{"an array", `[{"terraform_version": "1.9.0"}]`, nil},
	}
	for _, tt := range tests {
		if got := km.Marks("x.json", []byte(tt.text)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestKubeconfig(t *testing.T) {
	head := "apiVersion: v1\nkind: Config\nclusters: []\nusers:\n"
	user := func(lines ...string) string { return "- name: x\n  user:\n    " + strings.Join(lines, "\n    ") + "\n" }
	data := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("x"), 60))
	tests := []struct {
		name, text string
		want       []km.Mark
	}{
		{"key", head + user("client-certificate-data: "+data, "client-key-data: "+data), []km.Mark{mark(km.Kubeconfig, false, 8)}},
		{"token", head + user("token: "+data), []km.Mark{mark(km.Kubeconfig, false, 7)}},
		{"two users", head + user("username: x", "password: "+data) + user("token: "+data), []km.Mark{mark(km.Kubeconfig, false, 8), mark(km.Kubeconfig, false, 11)}},
		{"JSON", `{"kind": "Config", "apiVersion": "v1", "users": [{"name": "x", "user": {"token": "` + data + `"}}]}`, []km.Mark{mark(km.Kubeconfig, false, 1)}},
		{"a second document", "a: 1\n---\n" + head + user("token: "+data), []km.Mark{mark(km.Kubeconfig, false, 9)}},
		{"a template", head + "{{ if .X }}\n" + user("token: "+data) + "{{ end }}\n", []km.Mark{mark(km.Kubeconfig, false, 8)}},
		{"files", head + user("client-certificate: a.crt", "client-key: a.key", "tokenFile: t"), nil},
		{"exec", head + user("exec:", "  command: aws", "  args: [token]"), nil},
		{"provider", head + user("auth-provider:", "  name: oidc"), nil},
		{"omitted", head + user("client-key-data: DATA+OMITTED", "token: REDACTED"), nil},
		{"a reference", head + user("token: ${TOKEN}"), nil},
		{"another kind", strings.ReplaceAll(head, "Config", "ConfigMap") + user("token: "+data), nil},
		{"another version", strings.ReplaceAll(head, "v1", "x/v2") + user("token: "+data), nil},
	}
	for _, tt := range tests {
		if got := km.Marks("config", []byte(tt.text)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}
