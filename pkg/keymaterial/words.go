package keymaterial

import "bytes"

// words finds the words of a set in a text in one pass, in small letters or capitals. It looks at two bytes at a time, and leaves out
// as many as it may without passing over the shortest word; where a pair is one that a word begins with, the word is compared.
type words struct {
	list   []string // in small letters, ASCII, of two bytes or more
	stride int
	pair   [1 << 16]uint16 // by pair of bytes: 1 + its index in spots, or 0
	spots  [][]spot
}

// spot is where a pair of bytes is in a word.
type spot struct{ word, offset int }

// newWords looks for those words of a list whose bits are set.
func newWords(set uint64, list ...string) *words {
	w := &words{list: list}
	for i, word := range list {
		if n := len(word) - 1; set&bitOf(i) != 0 && (w.stride == 0 || n < w.stride) {
			w.stride = n
		}
	}
	for i, word := range list {
		for offset := range w.stride {
			if set&bitOf(i) != 0 {
				w.add(word[offset], word[offset+1], spot{i, offset})
			}
		}
	}
	return w
}

// add notes a spot for a pair in all its cases.
func (w *words) add(a, b byte, at spot) {
	same := &w.pair[int(a)<<8|int(b)]
	if *same == 0 {
		w.spots = append(w.spots, nil)
		*same = uint16(len(w.spots))
	}
	w.spots[*same-1] = append(w.spots[*same-1], at)
	for _, first := range []byte{a, upper(a)} {
		for _, second := range []byte{b, upper(b)} {
			w.pair[int(first)<<8|int(second)] = *same
		}
	}
}

func upper(c byte) byte {
	if c-'a' < 26 {
		return c - ('a' - 'A')
	}
	return c
}

// in tells which words are in a text, until enough says that it knows enough. The 64th bit stands for all words from there on.
func (w *words) in(text []byte, enough func(found uint64) bool) (found uint64) {
	if w.stride == 0 {
		return 0
	}
	for i := 0; i+1 < len(text); i += w.stride {
		n := w.pair[int(text[i])<<8|int(text[i+1])]
		if n == 0 {
			continue
		}
		for _, s := range w.spots[n-1] {
			if bit := bitOf(s.word); found&bit == 0 && w.at(text, i-s.offset, s.word) {
				if found |= bit; enough(found) {
					return found
				}
			}
		}
	}
	return found
}

func bitOf(word int) uint64 { return 1 << min(word, 63) }

// at reports whether a word is at a place in a text.
func (w *words) at(text []byte, from, word int) bool {
	to := from + len(w.list[word])
	if from < 0 || to > len(text) {
		return false
	}
	for i, c := range text[from:to] {
		if c-'A' < 26 {
			c += 'a' - 'A'
		}
		if c != w.list[word][i] {
			return false
		}
	}
	return true
}

// Letters outside of ASCII whose other case is in it: with them a match may have none of a word's bytes.
var kelvin, longS = []byte("\u212a"), []byte("\u017f")

// folds reports whether a text has one of those.
func folds(text []byte) bool { return bytes.Contains(text, kelvin) || bytes.Contains(text, longS) }
