package secretscan

import (
	"regexp"
	"testing"
)

// TestPatterns: patterns that are tried together fit what one of them fits.
func TestPatterns(t *testing.T) {
	list := []any{`(?i)\.ppk$`, `(^|/)\.env$`, `\Qa.b`, `x|^y`, `(?s)z.z`, ``}
	paths := []string{"k.PPK", "K.ppk", ".ENV", "a/.env", "a.b", "a-b", "axb", "y", "ay", "z\nz", "Z\nz", "q", "é"}
	for n := range len(list) {
		some, err := patterns(list[:n])
		if err != nil {
			t.Fatal(err)
		}
		re, err := anyOf(some)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			want := false
			for _, one := range list[:n] {
				want = want || regexp.MustCompile(one.(string)).MatchString(path)
			}
			if matches(re, path) != want {
				t.Errorf("%q, %q: want %v", list[:n], path, want)
			}
		}
	}
	if _, err := patterns([]any{"a)|(b"}); err == nil {
		t.Error("two halves of patterns are taken")
	}
}
