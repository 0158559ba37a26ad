package keymaterial

import (
	"bytes"
	"regexp"
	"strings"
)

// A key in armor begins with a line such as RFC 7468 has; that of SSH2 (RFC 4716) has four hyphens and spaces.
var (
	beginLine = regexp.MustCompile(`-----BEGIN ([A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?)-----|---- BEGIN (SSH2 ENCRYPTED PRIVATE KEY) ----`)
	anyLine   = regexp.MustCompile(`---- ?(?:BEGIN|END) `)
	endLine   = regexp.MustCompile(`^---- ?END `)
	header    = regexp.MustCompile(`(?m)^[\t "'#*/>]*[A-Za-z][A-Za-z0-9-]*: .*$`)
	elision   = regexp.MustCompile(`\.\.\.|…|(?i:redacted)`)
	run       = regexp.MustCompile(`[A-Za-z0-9+/=]{40,}`)
	adjacent  = regexp.MustCompile(`^[\s"'` + "`" + `\\+,()#*>|;]*[A-Za-z0-9+/=]{40,}`)
	escapes   = strings.NewReplacer(`\\r`, "", `\\n`, "\n", `\r`, "", `\n`, "\n", `\/`, "/", `\u002b`, "+", `\u003d`, "=")
)

const (
	maxBody  = 64 << 10 // of a key, in bytes: OpenPGP keys with many signatures are the longest
	minToken = 16       // what no word of prose has, so that shorter lines can be a key's
)

// pemKeys finds the keys in armor. The first line alone is none: there has to be a line of at least 40 characters of base64 before
// the last line, or where that is missing, right behind the first. A body with "...", "…" or "REDACTED" in it is no key. Indentation,
// quotes, and line ends that are written as \n do not matter.
func pemKeys(text []byte) []Mark {
	if !bytes.Contains(text, []byte("PRIVATE KEY")) {
		return nil
	}
	var marks []Mark
	at := lines{text: text}
	for _, m := range beginLine.FindAllSubmatchIndex(text, -1) {
		label := "SSH2 ENCRYPTED PRIVATE KEY"
		if m[2] >= 0 {
			label = string(text[m[2]:m[3]])
		}
		rest, closed := text[m[1]:min(len(text), m[1]+maxBody)], false
		if end := anyLine.FindIndex(rest); end != nil {
			closed = endLine.Match(rest[end[0]:])
			rest = rest[:end[0]]
		}
		body := escapes.Replace(string(rest))
		if isBody(body, closed) {
			marks = append(marks, keyMark(label, body, at.of(m[0])))
		}
	}
	return marks
}

// isBody tells whether there is a key between its first and its last line.
func isBody(body string, closed bool) bool {
	body = strings.TrimLeft(body, "-")
	bare := header.ReplaceAllString(body, "")
	if !closed {
		return adjacent.MatchString(bare)
	}
	if elision.MatchString(bare) {
		return false
	}
	return run.MatchString(bare) || shortLines(bare)
}

// shortLines tells a body whose lines are all short: nothing but base64, and no line, the last apart, as short as a word.
func shortLines(body string) bool {
	tokens := strings.FieldsFunc(body, func(r rune) bool { return strings.ContainsRune(" \t\r\n\"'`+,\\-", r) })
	total := 0
	for i, t := range tokens {
		if i < len(tokens)-1 && len(t) < minToken || strings.Trim(t, alphabet) != "" {
			return false
		}
		total += len(t)
	}
	return total >= 40
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="

// keyMark tells what the first line and the body say about a key.
func keyMark(label, body string, line int) Mark {
	m := Mark{PrivateKey, strings.Contains(label, "ENCRYPTED"), line}
	switch {
	case strings.Contains(label, "COSIGN"), strings.Contains(label, "SIGSTORE"):
		m.Kind = CosignKey
	case label == "OPENSSH PRIVATE KEY":
		m.Encrypted = opensshEncrypted(body)
	case label == "PGP PRIVATE KEY BLOCK":
		m.Encrypted = pgpEncrypted(body)
	case strings.Contains(body, "Proc-Type: 4,ENCRYPTED"):
		m.Encrypted = true
	}
	return m
}
