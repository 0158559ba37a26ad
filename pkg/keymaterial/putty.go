package keymaterial

import (
	"bytes"
	"regexp"
	"strings"
)

// putty is the head of a PuTTY key, and the private part of one that is whole.
var (
	putty        = regexp.MustCompile(`(?m)^[ \t]*PuTTY-User-Key-File-[0-9]+: `)
	puttyCipher  = regexp.MustCompile(`(?m)^[ \t]*Encryption: *([^\s]+)`)
	puttyPrivate = regexp.MustCompile(`Private-Lines: *[0-9]+\s+[A-Za-z0-9+/=]{40,}`)
)

// puttyKeys finds keys in PuTTY's own form (.ppk), each up to the next.
func puttyKeys(text []byte) []Mark {
	if !bytes.Contains(text, []byte("PuTTY-User-Key-File-")) {
		return nil
	}
	var marks []Mark
	at := lines{text: text}
	places := putty.FindAllIndex(text, -1)
	for i, p := range places {
		end := min(len(text), p[1]+maxBody)
		if i+1 < len(places) {
			end = min(end, places[i+1][0])
		}
		body := text[p[1]:end]
		if !puttyPrivate.Match(body) {
			continue
		}
		cipher := puttyCipher.FindSubmatch(body)
		marks = append(marks, Mark{PrivateKey, cipher != nil && !strings.EqualFold(string(cipher[1]), "none"), at.of(p[0])})
	}
	return marks
}
