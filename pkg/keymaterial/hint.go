package keymaterial

import (
	"bytes"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
)

// hint tells quickly that a text holds no name that an expression fits: every match has one of some words in it, whatever their
// case. The zero hint tells nothing.
type hint struct{ words [][]byte } // in small letters

// minWord is how long a word must be to tell anything.
const minWord = 3

func newHint(re *regexp.Regexp) hint {
	parsed, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return hint{}
	}
	var h hint
	words, _ := wordsOf(parsed.Simplify())
	for _, w := range words {
		h.words = append(h.words, []byte(w))
	}
	return h
}

// wordsOf lists words one of which is in every match of an expression.
func wordsOf(re *syntax.Regexp) ([]string, bool) {
	switch re.Op {
	case syntax.OpLiteral:
		word := strings.ToLower(string(re.Rune))
		for i := range len(word) {
			if word[i] >= 0x80 {
				return nil, false
			}
		}
		if len(word) < minWord {
			return nil, false
		}
		return []string{word}, true
	case syntax.OpCapture, syntax.OpPlus:
		return wordsOf(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return wordsOf(re.Sub[0])
		}
	case syntax.OpConcat:
		return bestOf(re.Sub)
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			words, ok := wordsOf(sub)
			if !ok {
				return nil, false
			}
			all = append(all, words...)
		}
		return all, true
	}
	return nil, false
}

// bestOf takes the part of a row whose shortest word is longest.
func bestOf(row []*syntax.Regexp) (best []string, ok bool) {
	length := 0
	for _, sub := range row {
		words, has := wordsOf(sub)
		if !has {
			continue
		}
		least := len(words[0])
		for _, w := range words {
			least = min(least, len(w))
		}
		if least > length {
			best, length, ok = words, least, true
		}
	}
	return best, ok
}

// Letters outside of ASCII whose other case is in it: with them a match may have none of a word's bytes.
var kelvin, longS = []byte("\u212a"), []byte("\u017f")

// lowered are buffers for texts in small letters.
var lowered = sync.Pool{New: func() any { return new([]byte) }}

// excludes reports that no name in a text fits.
func (h *hint) excludes(text []byte) bool {
	if len(h.words) == 0 || bytes.Contains(text, kelvin) || bytes.Contains(text, longS) {
		return false
	}
	buf := lowered.Get().(*[]byte)
	defer lowered.Put(buf)
	low := append((*buf)[:0], text...)
	for i, c := range low {
		if c-'A' < 26 {
			low[i] = c + ('a' - 'A')
		}
	}
	*buf = low
	if cap(low) > maxLowered {
		*buf = nil
	}
	for _, w := range h.words {
		if bytes.Contains(low, w) {
			return false
		}
	}
	return true
}

// maxLowered is how large a buffer is kept, in bytes.
const maxLowered = 4 << 20
