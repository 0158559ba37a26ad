package keymaterial

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzWords compares the one pass with a look for each word.
func FuzzWords(f *testing.F) {
	f.Add("secret key bkg", "a SECRET, and a bkg")
	f.Add("ab abc", "xABab")
	f.Add("users config kind", "kind: Config\nusers:")
	f.Fuzz(func(t *testing.T, list, text string) {
		list = strings.Map(func(r rune) rune {
			if r >= 0x80 || r-'A' < 26 && r >= 'A' {
				return -1
			}
			return r
		}, list)
		var some []string
		for _, word := range strings.Fields(list) {
			if len(word) > 1 {
				some = append(some, word)
			}
		}
		want := uint64(0)
		for i, word := range some {
			if bytes.Contains(lower(text), []byte(word)) {
				want |= bitOf(i)
			}
		}
		if got := newWords(^uint64(0), some...).in([]byte(text), func(uint64) bool { return false }); got != want {
			t.Errorf("%q in %q: %b, want %b", some, text, got, want)
		}
	})
}

func lower(text string) []byte {
	b := []byte(text)
	for i, c := range b {
		if c-'A' < 26 {
			b[i] = c + ('a' - 'A')
		}
	}
	return b
}
