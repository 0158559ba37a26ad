package signing_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/signing"
)

func TestParseAllowedSigners(t *testing.T) {
	s := newShell(t)
	key := s.key("k", "ed25519")
	at := func(text string) time.Time {
		tm, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return tm
	}
	for _, c := range []struct {
		name, line string
		want       signing.AllowedSigner
	}{
		{"plain", "a@example.org " + key, signing.AllowedSigner{Principals: []string{"a@example.org"}}},
		{"without comment", "a@example.org " + strings.Join(strings.Fields(key)[:2], " "), signing.AllowedSigner{Principals: []string{"a@example.org"}}},
		{"tabs and blanks", " \ta@example.org \t " + strings.ReplaceAll(key, " ", "\t ") + " ", signing.AllowedSigner{Principals: []string{"a@example.org"}}},
		{"CRLF", "a@example.org " + key + "\r", signing.AllowedSigner{Principals: []string{"a@example.org"}}},
		{"several principals", "a@example.org,*@example.com,!b@example.com " + key, signing.AllowedSigner{Principals: []string{"a@example.org", "*@example.com", "!b@example.com"}}},
		{"quoted principals", `"A B,c@example.org" ` + key, signing.AllowedSigner{Principals: []string{"A B", "c@example.org"}}},
		{"certificate authority", "a@example.org Cert-Authority " + key, signing.AllowedSigner{Principals: []string{"a@example.org"}, CertAuthority: true}},
		{"namespaces", `a@example.org namespaces="git,f*" ` + key, signing.AllowedSigner{Principals: []string{"a@example.org"}, Namespaces: []string{"git", "f*"}}},
		{"options in capitals", `a@example.org NAMESPACES="git",VALID-AFTER="20240102Z" ` + key, signing.AllowedSigner{Principals: []string{"a@example.org"}, Namespaces: []string{"git"}, ValidAfter: at("2024-01-02T00:00:00Z")}},
		{"without zone", `a@example.org valid-after="20240102" ` + key, signing.AllowedSigner{Principals: []string{"a@example.org"}, ValidAfter: at("2024-01-02T00:00:00Z")}},
		{"minutes and seconds", `a@example.org valid-after="202401020304Z",valid-before="20240102030405" ` + key, signing.AllowedSigner{Principals: []string{"a@example.org"}, ValidAfter: at("2024-01-02T03:04:00Z"), ValidBefore: at("2024-01-02T03:04:05Z")}},
		{"everything", `a@example.org cert-authority,namespaces="git",valid-after="20240101",valid-before="20250101" ` + key, signing.AllowedSigner{Principals: []string{"a@example.org"}, CertAuthority: true, Namespaces: []string{"git"}, ValidAfter: at("2024-01-01T00:00:00Z"), ValidBefore: at("2025-01-01T00:00:00Z")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, problems := signing.ParseAllowedSigners([]byte("# comment\n\n" + c.line + "\n"))
			if len(problems) > 0 || len(got) != 1 {
				t.Fatalf("%+v, problems %v", got, problems)
			}
			a := got[0]
			if a.Line != 3 || a.Fingerprint != s.fingerprint(key) || a.Key == nil {
				t.Fatalf("%+v", a)
			}
			if !slices.Equal(a.Principals, c.want.Principals) || !slices.Equal(a.Namespaces, c.want.Namespaces) || (a.Namespaces == nil) != (c.want.Namespaces == nil) ||
				a.CertAuthority != c.want.CertAuthority || !a.ValidAfter.Equal(c.want.ValidAfter) || !a.ValidBefore.Equal(c.want.ValidBefore) {
				t.Fatalf("got %+v\nwant %+v", a, c.want)
			}
			if !s.reads(c.line) {
				t.Fatal("ssh-keygen does not read it")
			}
		})
	}
}

// reads asks ssh-keygen whether a line of allowed signers can be read at all.
func (s *shell) reads(line string) bool {
	s.Helper()
	if _, err := os.Stat(s.path("signature.sig")); err != nil {
		s.write("signature.sig", s.sign("k", "git"))
	}
	s.write("allowed", line+"\n")
	out, err := s.try(payload, "-Y", "find-principals", "-f", s.path("allowed"), "-s", s.path("signature.sig"), "-O", "verify-time=20240601Z")
	complaint := out
	if err != nil {
		complaint += err.Error()
	}
	for _, word := range []string{"invalid", "bad options", "missing", "unknown", "error in"} {
		if strings.Contains(complaint, word) {
			return false
		}
	}
	return true
}

func TestAllowedSignersProblems(t *testing.T) {
	s := newShell(t)
	key := s.key("k", "ed25519")
	other := s.key("other", "ecdsa")
	s.key("ca", "ed25519")
	s.run("", "-q", "-s", s.path("ca"), "-I", "id", s.path("other.pub"))
	cert := s.read("other-cert.pub")
	fields := strings.Fields(key)
	for _, c := range []struct{ name, line, says string }{
		{"principals alone", "a@example.org", "known option"},
		{"no base64", "a@example.org ssh-ed25519", "missing"},
		{"key alone", key, "known option"},
		{"damaged base64", "a@example.org ssh-ed25519 " + fields[1][:20] + "!" + fields[1][21:], "base64"},
		{"truncated key", "a@example.org ssh-ed25519 " + fields[1][:40], "damaged"},
		{"another type", "a@example.org ssh-rsa " + fields[1], "another type"},
		{"unknown type", "a@example.org ssh-ed448 AAAACXNzaC1lZDQ0OAAAAAEA", "not supported"},
		{"certificate", "a@example.org " + cert, "certificate"},
		{"private key", "-----BEGIN OPENSSH PRIVATE KEY-----", "private key"},
		{"unknown option", "a@example.org no-touch-required " + key, "known option"},
		{"unknown option with value", `a@example.org cert-authority,foo="x" ` + key, "known option"},
		{"flag with value", `a@example.org cert-authority="yes" ` + key, "commas"},
		{"repeated namespaces", `a@example.org namespaces="git",namespaces="file" ` + key, "twice"},
		{"repeated flag", "a@example.org cert-authority,CERT-AUTHORITY " + key, "twice"},
		{"repeated time", `a@example.org valid-after="20240101",valid-after="20240102" ` + key, "twice"},
		{"value without quotes", "a@example.org namespaces=git " + key, "quotes"},
		{"option without value", "a@example.org namespaces " + key, "quotes"},
		{"unclosed value", `a@example.org namespaces="git ` + key, "closing quote"},
		{"empty namespaces", `a@example.org namespaces="" ` + key, "empty"},
		{"blank between options", `a@example.org cert-authority, namespaces="git" ` + key, "known option"},
		{"comma at the end", "a@example.org cert-authority, " + key, "known option"},
		{"no comma", `a@example.org namespaces="git"cert-authority ` + key, "commas"},
		{"no time", `a@example.org valid-after="tomorrow" ` + key, "not a time"},
		{"no such day", `a@example.org valid-before="20240230" ` + key, "not a time"},
		{"a sign in the time", `a@example.org valid-before="2024010+" ` + key, "not a time"},
		{"year 1", `a@example.org valid-before="00010101Z" ` + key, "1970"},
		{"never valid", `a@example.org valid-after="20240101",valid-before="20230101" ` + key, "never be valid"},
		{"valid for no time", `a@example.org valid-after="20240101",valid-before="20240101" ` + key, "never be valid"},
		{"unclosed principals", `"a@example.org ` + key, "closing quote"},
		{"quote within principals", `a@example.org,"b c" ` + key, "quote"},
		{"text behind the quote", `"a@example.org"b ` + key, "quote"},
		{"no principals", `"" ` + key, "empty"},
		{"invalid UTF-8", "a\xff@example.org " + key, "printed"},
		{"byte order mark", "\ufeffa@example.org " + key, "printed"},
		{"long principal", strings.Repeat("a", 1024) + " " + key, "1024"},
		{"long line", "a@example.org " + key + strings.Repeat("x", 64<<10), "65536"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "first@example.org " + other + "\n" + c.line + "\nlast@example.org " + key + "\n"
			got, problems := signing.ParseAllowedSigners([]byte(text))
			if len(problems) != 1 || problems[0].Line != 2 || !strings.Contains(problems[0].Message, c.says) {
				t.Fatalf("problems %+v do not say %q", problems, c.says)
			}
			if strings.Contains(problems[0].Message, fields[1][:16]) {
				t.Fatalf("the problem quotes the key: %s", problems[0].Message)
			}
			if len(got) != 2 || got[0].Line != 1 || got[1].Line != 3 {
				t.Fatalf("the other lines: %+v", got)
			}
		})
	}
}

func TestAllowedSignersBounds(t *testing.T) {
	got, problems := signing.ParseAllowedSigners([]byte(strings.Repeat("#\n", 512<<10) + "#"))
	if len(got) != 0 || len(problems) != 1 || problems[0].Line != 0 || !strings.Contains(problems[0].Message, "1048576") {
		t.Fatalf("%v %v", got, problems)
	}
	_, problems = signing.ParseAllowedSigners([]byte(strings.Repeat("x\n", 1000)))
	if len(problems) != 101 || !strings.Contains(problems[100].Message, "900 more") {
		t.Fatalf("%d problems, the last %v", len(problems), problems[len(problems)-1])
	}
	for _, nothing := range []string{"", "\n\n", "# comment", " \t#\r\n"} {
		if got, problems := signing.ParseAllowedSigners([]byte(nothing)); len(got)+len(problems) != 0 {
			t.Fatalf("%q: %v %v", nothing, got, problems)
		}
	}
}

func TestInNamespace(t *testing.T) {
	for _, c := range []struct {
		patterns []string
		ns       string
		want     bool
	}{
		{nil, "git", true},
		{nil, "", true},
		{[]string{}, "git", false},
		{[]string{"git"}, "git", true},
		{[]string{"git"}, "Git", false},
		{[]string{"git"}, "gitx", false},
		{[]string{"file", "git"}, "git", true},
		{[]string{"*"}, "git", true},
		{[]string{"*"}, "", true},
		{[]string{"g*t"}, "gt", true},
		{[]string{"g?t"}, "git", true},
		{[]string{"g?t"}, "gt", false},
		{[]string{"*i*t*"}, "git", true},
		{[]string{"**a*"}, "git", false},
		{[]string{"*", "!git"}, "git", false},
		{[]string{"!git", "*"}, "git", false},
		{[]string{"!file", "*"}, "git", true},
		{[]string{"!file"}, "git", false},
		{[]string{"!f*", "git"}, "git", true},
		{[]string{"[g]it"}, "git", false},
		{[]string{"*"}, strings.Repeat("x", 1024), false},
	} {
		a := signing.AllowedSigner{Namespaces: c.patterns}
		if got := a.InNamespace(c.ns); got != c.want {
			t.Errorf("%q in %q: %v", c.ns, c.patterns, got)
		}
	}
	start := time.Now()
	a := signing.AllowedSigner{Namespaces: slices.Repeat([]string{strings.Repeat("*a", 500) + "b"}, 64)}
	if a.InNamespace(strings.Repeat("a", 1000)) || time.Since(start) > 5*time.Second {
		t.Fatalf("hostile patterns took %v", time.Since(start))
	}
}

// InNamespace and ssh-keygen agree.
func TestNamespacesAgree(t *testing.T) {
	s := newShell(t)
	key := s.key("k", "ed25519")
	block := s.sign("k", "git")
	for _, list := range []string{"git", "file", "*", "g*", "*,!git", "!git,*", "!file,*", "!file", "g?t,!gut", "git,git"} {
		line := `a@example.org namespaces="` + list + `" ` + key
		s.write("allowed", line+"\n")
		if got, want := allowed(t, line)[0].InNamespace("git"), s.agrees(t, payload, block, "git"); got != want {
			t.Errorf("%q: %v, ssh-keygen %v", list, got, want)
		}
	}
}

func TestParseRevokedKeys(t *testing.T) {
	s := newShell(t)
	key, other := s.key("k", "ed25519"), s.key("other", "ecdsa")
	s.key("ca", "ed25519")
	s.run("", "-q", "-s", s.path("ca"), "-I", "id", s.path("other.pub"))

	got, problems := signing.ParseRevokedKeys([]byte("# list\r\n\r\n  " + key + "\r\n" + s.read("other-cert.pub")))
	if len(problems) > 0 || len(got) != 2 || !got[s.fingerprint(key)] || !got[s.fingerprint(other)] {
		t.Fatalf("%v %v", got, problems)
	}
	got, problems = signing.ParseRevokedKeys([]byte(s.fingerprint(key) + "\n" + key + "\ncert-authority " + other + "\nssh-ed25519 AAAA\n"))
	if len(got) != 1 || len(problems) != 3 || problems[0].Line != 1 || problems[1].Line != 3 || problems[2].Line != 4 {
		t.Fatalf("%v %v", got, problems)
	}
	for _, p := range problems {
		if !strings.HasPrefix(p.Message, "not revoked: ") {
			t.Fatal(p)
		}
	}
	s.run("", "-q", "-k", "-f", s.path("krl"), s.path("k.pub"))
	b, err := os.ReadFile(s.path("krl"))
	if err != nil {
		t.Fatal(err)
	}
	got, problems = signing.ParseRevokedKeys(b)
	if len(got) != 0 || len(problems) != 1 || !strings.Contains(problems[0].Message, "KRL") {
		t.Fatalf("%v %v", got, problems)
	}
	if _, problems = signing.ParseRevokedKeys(make([]byte, 1<<20+1)); len(problems) != 1 {
		t.Fatal(problems)
	}
}
