package isolate

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

const (
	// maxMessages is how much of its messages an outcome holds, in bytes.
	maxMessages = 4 << 10
	// tailSize is how much is kept until the command ends: control sequences take most of what some programs print.
	tailSize = 64 << 10
)

// tail keeps the end of what is written to it.
type tail struct {
	text []byte
	cut  bool
}

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	if len(t.text) > 2*tailSize {
		n := copy(t.text, t.text[len(t.text)-tailSize:])
		t.text, t.cut = t.text[:n], true
	}
	return len(p), nil
}

// messages words the tail for an outcome. Values are hidden after control characters went, which could stand in their midst.
func (t *tail) messages(secrets []string) string {
	text := hide(printable(string(t.text)), secrets)
	if t.cut && len(secrets) > 0 {
		text = text[min(len(text), len(secrets[0])):] // it may begin with the end of a secret
	}
	const mark = "…"
	if len(text) > maxMessages || t.cut {
		text = mark + strings.ToValidUTF8(text[max(0, len(text)-maxMessages+len(mark)):], "")
	}
	return strings.TrimRightFunc(text, unicode.IsSpace)
}

// hide replaces values, also where they are wrapped, and one at the end of which only the beginning is there, as when the command
// was ended while it printed it.
func hide(text string, secrets []string) string {
	plain, at := unwrap(text)
	type span struct{ from, to int }
	var spans []span
	for _, secret := range secrets {
		for from := 0; ; {
			i := strings.Index(plain[from:], secret)
			if i < 0 {
				break
			}
			spans = append(spans, span{from + i, from + i + len(secret)})
			from += i + len(secret)
		}
		for n := min(len(secret)-1, len(plain)); n >= minSecret; n-- {
			if strings.HasSuffix(plain, secret[:n]) {
				spans = append(spans, span{len(plain) - n, len(plain)})
				break
			}
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var out strings.Builder
	done, end := 0, 0 // in text, in plain
	for _, s := range spans {
		if s.from >= end {
			out.WriteString(text[done:at[s.from]])
			out.WriteString(hidden)
		}
		if s.to > end {
			end, done = s.to, at[s.to-1]+1
		}
	}
	return out.String() + text[done:]
}

// unwrap drops line feeds and tabs. at tells for each byte that stays where it was.
func unwrap(text string) (plain string, at []int) {
	out := make([]byte, 0, len(text))
	for i := range len(text) {
		if c := text[i]; c != '\n' && c != '\t' {
			out = append(out, c)
			at = append(at, i)
		}
	}
	return string(out), at
}

// escape matches what terminals take for commands: control sequences, strings such as titles and hyperlinks, and the rest of
// ECMA-48, in their forms with ESC.
var escape = regexp.MustCompile(`\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])`)

// printable drops escape sequences and what else could steer a terminal or hide text: control and format characters. A carriage
// return, with which progress is shown, begins a line.
func printable(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = escape.ReplaceAllString(text, "")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			return -1
		}
		return r
	}, text)
}
