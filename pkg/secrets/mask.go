package secrets

import (
	"slices"
	"strings"
)

const (
	mask = "********"

	// maskUnit is how much of a secret must be in a line to be masked. Shorter pieces are in everything.
	maskUnit = 4
)

// Mask is a line of the file, or a part of one, in which everything that the line has in common with the secret is replaced
// by asterisks, always eight. So is the rest of the match, as the secret may be elsewhere in it than the rule says; only
// what leads up to a keyword of the rule and to the sign behind it stays. Pieces shorter than four bytes stay, unless they
// are the beginning of the secret at the end of the line or its end at the line's beginning.
func (f *Finding) Mask(line string) string {
	if f.veil == nil {
		return line
	}
	hide := make([]bool, len(line))
	for _, text := range f.veil.texts() {
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
			hideCommon(hide, line, part)
			hideCut(hide, line, part)
		}
	}
	return replaceHidden(line, hide)
}

// texts is all that must not be seen.
func (v *veil) texts() []string {
	texts := []string{uncover(v.secret), uncover(v.match)[v.prefix:], uncover(v.raw)}
	for _, s := range v.siblings {
		texts = append(texts, uncover(s))
	}
	return texts
}

// hideCommon marks what line and secret have in common.
func hideCommon(hide []bool, line, secret string) {
	unit := min(maskUnit, len(secret))
	if unit == 0 {
		return
	}
	pieces := make(map[string]bool, len(secret))
	for i := 0; i+unit <= len(secret); i++ {
		pieces[secret[i:i+unit]] = true
	}
	for i := 0; i+unit <= len(line); i++ {
		if pieces[line[i:i+unit]] {
			for j := i; j < i+unit; j++ {
				hide[j] = true
			}
		}
	}
}

// hideCut marks a piece of the secret that the line's beginning or end has cut off.
func hideCut(hide []bool, line, secret string) {
	for n := min(maskUnit, len(secret), len(line)); n > 1; n-- {
		if strings.HasSuffix(line, secret[:n]) {
			for j := len(line) - n; j < len(line); j++ {
				hide[j] = true
			}
		}
		if strings.HasPrefix(line, secret[len(secret)-n:]) {
			for j := range n {
				hide[j] = true
			}
		}
	}
}

func replaceHidden(line string, hide []bool) string {
	var b strings.Builder
	for i := 0; i < len(line); {
		n := slices.Index(hide[i:], !hide[i])
		if n < 0 {
			n = len(line) - i
		}
		if hide[i] {
			b.WriteString(mask)
		} else {
			b.WriteString(line[i : i+n])
		}
		i += n
	}
	return b.String()
}

// harmless is how much of the beginning of a match may be seen: what leads up to a keyword of the rule, and the signs behind
// that, if the secret and all groups come later.
func harmless(h *hit) int {
	end := len(h.match)
	for _, g := range append([]string{h.secret}, h.groups[min(1, len(h.groups)):]...) {
		if g != "" {
			end = min(end, max(strings.Index(h.match, g), 0))
		}
	}
	lower, last := strings.ToLower(h.match[:end]), 0
	for _, k := range h.rule.keywords {
		if n := strings.Index(lower, k); k != "" && n >= 0 && (last == 0 || n+len(k) < last) {
			last = n + len(k)
		}
	}
	if last == 0 || len(lower) != end {
		return 0
	}
	for last < end && strings.IndexByte(" \t=:>,|?\"'`", h.match[last]) >= 0 {
		last++
	}
	return last
}
