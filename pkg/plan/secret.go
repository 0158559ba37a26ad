package plan

import (
	"bytes"
	"encoding/binary"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of the search for secrets.
const (
	// minSecret is the shortest string, in runes, that is looked for elsewhere: shorter ones are everywhere.
	minSecret = 4
	// maxSecret is how much of a secret is looked for, in bytes. What holds a secret holds its beginning.
	maxSecret = 64
	// maxSecrets is how many are told apart. With more of them every value counts as sensitive.
	maxSecrets = 1 << 20
)

// findings are secrets as they are come upon.
type findings struct {
	texts, numbers map[string]struct{}
}

func newFindings() *findings {
	return &findings{map[string]struct{}{}, map[string]struct{}{}}
}

// add takes the value at n, with all below it.
func (f *findings) add(t *tree, n int32) {
	switch t.kind(n) {
	case '"':
		f.addText(t.text(n))
	case '0':
		if len(f.numbers) <= maxSecrets {
			f.numbers[canonical(t.nodes[n].raw)] = struct{}{}
		}
	case '{', '[':
		for _, kid := range t.children(n) {
			f.add(t, kid)
		}
	}
}

func (f *findings) addText(text []byte) {
	// A file's last line feed is trimmed by whoever uses the secret.
	text = bytes.TrimSpace(text)
	if utf8.RuneCount(text[:min(len(text), maxSecret)]) < minSecret {
		return
	}
	f.insert(text)
	if bytes.IndexFunc(text, func(r rune) bool { return r < 0x20 || strings.ContainsRune("\"\\<>&", r) }) >= 0 {
		// As it looks inside a JSON string, plain and in the tool's own jsonencode.
		quoted := appendQuoted(nil, text, 2*maxSecret)
		quoted = bytes.TrimSuffix(quoted[1:], []byte("…"))
		f.insert(bytes.TrimSuffix(quoted, []byte(`"`)))
		f.insert([]byte(strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`).Replace(strings.TrimSuffix(string(quoted), `"`))))
	}
}

func (f *findings) insert(text []byte) {
	if len(f.texts) <= maxSecrets {
		f.texts[string(text[:min(len(text), maxSecret)])] = struct{}{}
	}
}

// addMarked takes what a mark covers of a value.
func (f *findings) addMarked(t *tree, value, mark int32) {
	switch {
	case !t.marked(mark) || value == none:
	case t.hides(mark, value):
		f.add(t, value)
	case t.kind(value) == '[':
		marks := t.children(mark)
		for i, kid := range t.children(value) {
			if i < len(marks) {
				f.addMarked(t, kid, marks[i])
			}
		}
	case t.kind(value) == '{':
		marks := t.children(mark)
		for _, kid := range t.children(value) {
			f.addMarked(t, kid, t.member(&marks, t.nodes[kid].key))
		}
	}
}

// secrets finds secrets in text, in time linear in it.
type secrets struct {
	all     bool     // everything is one
	texts   []string // sorted, and none of them begins with another
	numbers map[string]struct{}
	filter  []uint64 // a bit for each hash of four bytes that a text begins with
	shift   int
}

func index(found []*findings) *secrets {
	all := newFindings()
	for _, f := range found {
		maps.Copy(all.texts, f.texts)
		maps.Copy(all.numbers, f.numbers)
	}
	s := &secrets{numbers: all.numbers}
	if len(all.texts) > maxSecrets || len(all.numbers) > maxSecrets {
		s.all = true
		return s
	}
	for _, text := range slices.Sorted(maps.Keys(all.texts)) {
		if n := len(s.texts); n == 0 || !strings.HasPrefix(text, s.texts[n-1]) {
			s.texts = append(s.texts, text)
		}
	}
	width := min(max(bits.Len(uint(len(s.texts)))+5, 10), 22)
	s.shift = 32 - width
	s.filter = make([]uint64, 1<<width/64)
	for _, text := range s.texts {
		h := s.hash([]byte(text))
		s.filter[h>>6] |= 1 << (h & 63)
	}
	return s
}

// hash mixes the first four bytes.
func (s *secrets) hash(text []byte) uint32 {
	return binary.LittleEndian.Uint32(text) * 2654435761 >> s.shift
}

// in reports whether a secret stands anywhere in text.
func (s *secrets) in(text []byte) bool {
	if s.all {
		return true
	}
	if len(s.texts) == 0 {
		return false
	}
	for i := 0; i+4 <= len(text); i++ {
		h := s.hash(text[i:])
		if s.filter[h>>6]&(1<<(h&63)) != 0 && s.begins(text[i:]) {
			return true
		}
	}
	return false
}

// begins reports whether text begins with a secret. Only the last one not behind text can be it: another between the two
// would begin with it.
func (s *secrets) begins(text []byte) bool {
	text = text[:min(len(text), maxSecret)]
	low, high := 0, len(s.texts)
	for low < high {
		if middle := (low + high) / 2; s.texts[middle] <= string(text) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low > 0 && len(s.texts[low-1]) <= len(text) && s.texts[low-1] == string(text[:len(s.texts[low-1])])
}

// number reports whether a JSON number is one of the secret ones.
func (s *secrets) number(raw []byte) bool {
	if len(s.numbers) == 0 {
		return s.all
	}
	_, ok := s.numbers[canonical(raw)]
	return ok || s.all
}

// holds reports whether a secret is, or is in, the value at n.
func (s *secrets) holds(t *tree, n int32) bool {
	switch t.kind(n) {
	case 0, 'n':
		return false
	case '"':
		text := t.text(n)
		return s.in(text) || numeric(text) && s.number(text)
	case '0':
		return s.number(t.nodes[n].raw) || s.in(t.nodes[n].raw)
	case '{', '[':
		for _, kid := range t.children(n) {
			if s.in(t.nodes[kid].key) || s.holds(t, kid) {
				return true
			}
		}
	}
	return s.all
}

// numeric reports whether text is a JSON number.
func numeric(text []byte) bool {
	if len(text) == 0 || kindOf(text[0]) != '0' {
		return false
	}
	s := &scanner{data: text}
	return s.number(0) == len(text)
}
