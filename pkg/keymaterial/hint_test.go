package keymaterial

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

// TestHint: a hint excludes no text that an expression fits, and excludes most others.
func TestHint(t *testing.T) {
	for pattern, words := range map[string][]string{
		`(?i)bkg[_.-]*db[_.-]*dsn`:       {"bkg"},
		`(?i)(a[0-9]+)*jwt_?secret`:      {"secret"},
		`(?:(?i)bkg_x)|(?:otel_token)`:   {"bkg_x", "otel_token"},
		`(one|other)_name`:               {"_name"},
		`.*`:                             nil,
		`a|b`:                            nil,
		`(?i)x?y*`:                       nil,
		`(token){2,}`:                    {"token"},
		`(token)*`:                       nil,
		`[A-Z]+_KEY`:                     {"_key"},
		`(?i)(secret|password|api[_-]k)`: {"secret", "password", "api"},
	} {
		h := newHint(regexp.MustCompile(pattern))
		if got := strings.Join(words, " "); string(bytes.Join(h.words, []byte(" "))) != got {
			t.Errorf("%s: %q, want %q", pattern, h.words, words)
		}
	}
	h := newHint(regexp.MustCompile(`(?i)jwt_secret`))
	for text, want := range map[string]bool{
		"JWT_SECRET=x": false, "a jwt_sEcReT": false, "": true, "JWT": true, "nothing here": true, "jwt_\u017fecret=x": false, "jwt_secre": true,
	} {
		if got := h.excludes([]byte(text)); got != want {
			t.Errorf("%q: excluded %v", text, got)
		}
	}
}
