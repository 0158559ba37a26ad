package isolate

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPrintable(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"plain\ttext\n", "plain\ttext\n"},
		{"\x1b[1;31mred\x1b[m", "red"},
		{"\x1b[?25l\x1b[2Kline", "line"},
		{"\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\", "link"},
		{"\x1bPdata\x1b\\x", "x"},
		{"\x1b(Bx\x1b7y\x1bMz", "xyz"},
		{"\x1b]unterminated", "unterminated"},
		{"10%\r50%\r\ndone", "10%\n50%\ndone"},
		{"a\u202eb\u200bc\u2028d\u009be\x7f", "abcde"},
		{"\xff\xfeü", "\uFFFDü"},
	} {
		if got := printable(tt.text); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}

// A text whose beginning is gone may begin with the end of a secret.
func TestMessagesCut(t *testing.T) {
	secret := strings.Repeat("0123456789", 20)
	var tl tail
	for range 2000 {
		_, _ = tl.Write([]byte(secret[1:] + secret))
	}
	if !tl.cut || len(tl.text) > 3*tailSize {
		t.Fatal(len(tl.text))
	}
	got := tl.messages(secrets([]string{"WORD=" + secret}))
	if !strings.HasPrefix(got, "…") || len(got) > maxMessages {
		t.Errorf("%d bytes: %.20q", len(got), got)
	}
	tl = tail{text: []byte(secret[50:] + "\nthe end"), cut: true}
	if got := tl.messages(secrets([]string{"WORD=" + secret})); strings.Contains(got, secret[50:]) {
		t.Errorf("%q", got)
	}
}

func TestSecrets(t *testing.T) {
	env := []string{"PATH=/usr/local/bin", "GOCACHE=/home/user/cache", "LC_ALL=de_DE.UTF-8", "A=short", "B=as long as this", "C=first line\n\n second line \n", "D=äöüäöüä", "E=äöüäöüäö", "F=as long as this"}
	if got, want := strings.Join(secrets(env), "|"), "äöüäöüäö|as long as this|second line|first line"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestHide(t *testing.T) {
	list := secrets([]string{"A=correct-horse", "B=horse-battery", "C=battery-staple"})
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{"nothing", "nothing"},
		{"correct-horse\ncorrect-horse\n", hidden + "\n" + hidden + "\n"},
		{"a correct-horse-battery-staple b", "a " + hidden + " b"},
		{"cor\n\trect-horse.", hidden + "."},
		{"ends in correct-h", "ends in " + hidden},
		{"ends in correc", "ends in correc"},
	} {
		if got := hide(tt.text, list); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
}

// FuzzMessages: no secret survives, nothing steers a terminal, and the size is kept.
func FuzzMessages(f *testing.F) {
	f.Add([]byte("it is correct-horse-battery!"), "correct-horse-battery", 1)
	f.Add([]byte("correct-\x1b[1mhorse\n-battery\r\x9b"), "correct-horse-battery\nsecond line", 3)
	f.Add([]byte("xxxxxxxxxxxxxxxxxxxx\xff\u202e\n"), "xxxxxxxx", 9000)
	f.Fuzz(func(t *testing.T, text []byte, value string, times int) {
		var tl tail
		for range max(1, min(times, 200<<10/max(1, len(text)))) {
			_, _ = tl.Write(text)
		}
		list := secrets([]string{"WORD=" + value})
		got := tl.messages(list)
		if !utf8.ValidString(got) || len(got) > maxMessages || len(tl.text) > 2*tailSize+len(text) {
			t.Errorf("%d bytes of %d: %q", len(got), len(tl.text), got)
		}
		for _, r := range got {
			if r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
				t.Fatalf("%q in %q", r, got)
			}
		}
		for _, secret := range list {
			if utf8.RuneCountInString(secret) < minSecret {
				t.Errorf("%q is hidden", secret)
			}
			// What replaces a secret may itself be part of one.
			for _, part := range strings.Split(got, hidden) {
				if plain, _ := unwrap(part); strings.Contains(plain, secret) {
					t.Errorf("%q in %q", secret, got)
				}
			}
		}
	})
}
