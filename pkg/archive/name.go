package archive

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxInner is the longest path that is told, in bytes: PATH_MAX of Linux. It keeps what a hostile archive can make the answer hold
// small; a longer path ends in "…".
const maxInner = 4096

// join is the path of a file in an archive that itself is at inner.
func join(inner, name string) string {
	name = safe(path.Clean(name))
	if inner != "" {
		name = inner + "!" + name
	}
	if len(name) <= maxInner {
		return name
	}
	cut := maxInner - len("…")
	for cut > 0 && !utf8.RuneStart(name[cut]) {
		cut--
	}
	return name[:cut] + "…"
}

// safe makes a name fit to be printed: what controls a terminal, or is no UTF-8, becomes U+FFFD.
func safe(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(name, string(utf8.RuneError)))
}

// validText tells whether a text is UTF-8. The last rune of one that goes on may be cut.
func validText(b []byte, goesOn bool) bool {
	for i := 0; goesOn && i < utf8.UTFMax && len(b) > 0 && !utf8.Valid(b); i++ {
		b = b[:len(b)-1]
	}
	return utf8.Valid(b)
}
