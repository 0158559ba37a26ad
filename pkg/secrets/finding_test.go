package secrets

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
)

// canary is a secret that is none, in pieces so that no scanner takes it for one.
func canary() string { return "q8Zr5kT0" + "xWv2yB7n" + "Lm4P" }

func findCanary(t *testing.T, text string) []Finding {
	t.Helper()
	r, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	found, err := r.NewScanner(5).Scan(context.Background(), Fragment{Path: "a.go", FirstLine: 7, Text: text})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatal("the canary was not found")
	}
	return found
}

func TestFindingNeverShowsItsSecret(t *testing.T) {
	found := findCanary(t, "\n  token = \""+canary()+"\"\n")
	f := found[0]
	var printed bytes.Buffer
	type holder struct {
		f Finding
		p *Finding
		s []Finding
	}
	for _, v := range []any{f, &f, found, holder{f, &f, found}, map[string]any{"f": f}, [1]Finding{f}, f.veil, *f.veil} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
			fmt.Fprintf(&printed, verb+"\n", v)
		}
		_ = json.NewEncoder(&printed).Encode(v)
		_ = xml.NewEncoder(&printed).Encode(v)
		_ = gob.NewEncoder(&printed).Encode(v)
		for _, h := range []slog.Handler{slog.NewJSONHandler(&printed, nil), slog.NewTextHandler(&printed, nil)} {
			slog.New(h).Info("found", "it", v)
		}
	}
	deepPrint(&printed, reflect.ValueOf(found), 0)
	fmt.Fprint(&printed, f.Fingerprint("a.go", "abc"), f.Mask("  token = \""+canary()+"\""), f.Hash(nil))
	for n := 4; n <= len(canary()); n++ {
		piece := canary()[:n]
		for _, form := range []string{piece, fmt.Sprintf("%x", piece), fmt.Sprint([]byte(piece)), base64.StdEncoding.EncodeToString([]byte(piece))} {
			if strings.Contains(printed.String(), strings.Trim(form, "[]=")) {
				t.Fatalf("%d bytes of the secret were printed", n)
			}
		}
	}
}

// deepPrint prints as libraries do that follow every pointer and field.
func deepPrint(b *bytes.Buffer, v reflect.Value, depth int) {
	if depth > 8 || !v.IsValid() {
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		deepPrint(b, v.Elem(), depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			deepPrint(b, v.Field(i), depth+1)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			b.Write(v.Bytes())
			return
		}
		for i := range v.Len() {
			deepPrint(b, v.Index(i), depth+1)
		}
	case reflect.String:
		b.WriteString(v.String())
	}
}

func TestPlaceHashAndFingerprint(t *testing.T) {
	f := findCanary(t, "\n  token = \""+canary()+"\"\n")[0]
	if f.StartLine != 8 || f.EndLine != 8 || f.StartColumn != 3 || f.EndColumn != 3+len("token = \"")+len(canary())+1 {
		t.Errorf("lines %d-%d, columns %d-%d", f.StartLine, f.EndLine, f.StartColumn, f.EndColumn)
	}
	if got := f.Fingerprint("a.go", ""); got != "a.go:generic-api-key:8" {
		t.Error(got)
	}
	if got := f.Fingerprint("a.go", "c0ffee"); got != "c0ffee:a.go:generic-api-key:8" {
		t.Error(got)
	}
	same := findCanary(t, "key: "+canary())[0]
	if f.Hash([]byte("salt")) != same.Hash([]byte("salt")) || f.Hash([]byte("salt")) == f.Hash([]byte("pepper")) ||
		len(f.Hash(nil)) != 64 {
		t.Error("the hash is not one of secret and salt")
	}
	zero := Finding{}
	if zero.Mask("a line") != "a line" || zero.Hash(nil) == "" || fmt.Sprint(zero) == "" {
		t.Error("the zero finding is of no use")
	}
}

func TestMask(t *testing.T) {
	c := canary()
	plain := findCanary(t, "token = \""+c+"\"\n")[0]
	decoded := findCanary(t, "x "+base64.StdEncoding.EncodeToString([]byte("token = \""+c+"\" ..")))[0]
	if !decoded.Decoded {
		t.Fatal("it was not decoded")
	}
	for _, test := range []struct {
		f          Finding
		line, want string
	}{
		{plain, "token = \"" + c + "\"", "token = \"" + mask},
		{plain, "a(\"" + c + "\") and " + c + "!", "a(\"" + mask + ") and " + mask + "!"},
		{plain, "x " + c[:12], "x " + mask},
		{plain, c[5:] + " y", mask + " y"},
		{plain, "the end " + c[:3], "the end " + mask},
		{plain, c[len(c)-2:] + "; begin", mask + "; begin"},
		{plain, "nothing of it", "nothing of it"},
		{plain, "", ""},
		{decoded, "x " + base64.StdEncoding.EncodeToString([]byte("token = \""+c+"\" ..")), "x " + mask},
	} {
		if got := test.f.Mask(test.line); got != test.want {
			t.Errorf("%q: got %q, want %q", strings.ReplaceAll(test.line, c, "<canary>"), got, test.want)
		}
	}
}

func TestMaskHidesEachLineOfALongSecret(t *testing.T) {
	body := strings.Repeat("MIIEpAIBAAKCAQEA7bq9xZ\n", 8)
	text := "-----BEGIN RSA PRIVATE" + " KEY-----\n" + body + "-----END RSA PRIVATE" + " KEY-----\n"
	f := findCanary(t, text)[0]
	if got := f.Mask("MIIEpAIBAAKCAQEA7bq9xZ"); got != mask {
		t.Error(got)
	}
}

func TestBag(t *testing.T) {
	b := &bag{}
	for i := range 3 * manySecrets {
		b.secrets = append(b.secrets, fmt.Sprintf("<%d>", i))
		for secret, want := range map[string]bool{"<0>": true, "": true, ">": true, "0><": false, fmt.Sprint(i, ">"): true, "x": false, "0>\x00<1": false} {
			b.index = nil
			if b.holds(secret) != want {
				t.Fatalf("%d secrets: %q: not %v", len(b.secrets), secret, want)
			}
		}
	}
}
