package keymaterial

import (
	"regexp"
	"strings"
	"testing"
)

// text writes down what a hint needs.
func (h *hint) text(n need) string {
	var parts []string
	for i, word := range h.steps[0].words.list {
		if n.mask&bitOf(i) != 0 {
			parts = append(parts, word)
		}
	}
	for i := range n.all {
		parts = append(parts, h.text(n.all[i]))
	}
	var either []string
	for i := range n.any {
		either = append(either, h.text(n.any[i]))
	}
	if len(either) == 1 {
		parts = append(parts, either...)
	} else if either != nil {
		parts = append(parts, "("+strings.Join(either, "|")+")")
	}
	return strings.Join(parts, " ")
}

// TestHint: a hint excludes no text that an expression fits, and excludes most others.
func TestHint(t *testing.T) {
	for pattern, want := range map[string]string{
		`(?i)bkg[_.-]*db[_.-]*dsn`:       "bkg; bkg dsn",
		`(?i)(a[0-9]+)*jwt_?secret`:      "secret; jwt secret",
		`(?:(?i)bkg_x)|(?:otel_token)`:   "(bkg_x|otel_token); (bkg_x|otel_token)",
		`(?i)x?otel(_key|-(one|other)-)`: "(otel_key|otel-one-|otel-other-); (otel_key|otel-one-|otel-other-)",
		`(one|other)_name`:               "(one_name|other_name); (one_name|other_name)",
		`.*`:                             "",
		`a|b`:                            "",
		`(?i)x?y*`:                       "",
		`(token){2,}`:                    "token; token token",
		`(token)*`:                       "",
		`[A-Z]+_KEY`:                     "_key; _key",
		`(?i)(secret|password|api[_-]k)`: "(secret|password|api); (secret|password|api)",
		`(?i)otel[a-z]*(key|token)`:      "otel; otel (key|token)",
		`(token|x)`:                      "",
	} {
		h := newHint(regexp.MustCompile(pattern))
		if len(h.steps) == 0 {
			if want != "" {
				t.Errorf("%s: nothing, want %s", pattern, want)
			}
			continue
		}
		if got := h.text(h.steps[0].need) + "; " + h.text(h.steps[1].need); got != want {
			t.Errorf("%s: %s, want %s", pattern, got, want)
		}
	}
	h := newHint(regexp.MustCompile(`(?i)jwt_secret|token-[a-z]*key`))
	for text, want := range map[string]bool{
		"JWT_SECRET=x": false, "a jwt_sEcReT": false, "": true, "JWT": true, "nothing here": true, "jwt_\u017fecret=x": false, "jwt_secre": true,
		"a token-": true, "key": true, "a token-, a key": false,
	} {
		if got := h.excludes([]byte(text)); got != want {
			t.Errorf("%q: excluded %v", text, got)
		}
	}
}

// TestHintManyWords: the words that have no bit of their own are told apart no more, and none is passed over.
func TestHintManyWords(t *testing.T) {
	var names []string
	for a := 'a'; a <= 'z'; a++ {
		for _, b := range "klmn" {
			names = append(names, "x"+string([]rune{a, b, a, b}))
		}
	}
	h := newHint(regexp.MustCompile("(" + strings.Join(names, "_end)|(") + "_end)"))
	for _, name := range names {
		if h.excludes([]byte("= " + name + "_END")) {
			t.Errorf("%s is excluded", name)
		}
	}
	if !h.excludes([]byte("xakak xzzzz")) {
		t.Error("nothing is excluded")
	}
}

// FuzzHint: no text is excluded in which an expression matches.
func FuzzHint(f *testing.F) {
	patterns := []string{
		`(?i)bkg[_.-]*db[_.-]*dsn|(?i)([a-z0-9]+_)*tls_(private_key|key_(pem|b64|base64))`,
		`(?i)([a-z0-9]+[_.-]+)*(otel|otlp)[_.-]*(token|secret|(api|access|ingest|ingestion)[_.-]*key)`,
		`(token){2,}x?(one|other|on)+_?(a|bcd)(?:)`, `\Qa.b\E(cde|cdf)*key`, `(?i)[ks]ecret|[^a]bcd`,
	}
	for _, text := range []string{"BKG-db_dsn", "a_tls_key_pem", "otel.api-key", "OTLPsecret", "tokentokenone_bcd", "a.bcdekey", "\u017fecret", "xbcd"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, pattern := range patterns {
			re := regexp.MustCompile(pattern)
			if h := newHint(re); re.MatchString(text) && h.excludes([]byte(text)) {
				t.Errorf("%q is excluded, and %s matches", text, pattern)
			}
		}
	})
}
