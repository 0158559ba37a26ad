package secrets

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/zricethezav/gitleaks/v8/detect/codec"
)

// TestDecodesTheSame compares each decoding pass with gitleaks'.
func TestDecodesTheSame(t *testing.T) {
	pieces := []string{
		"%", "%4", "%41", "%7e", "%7f", "%0a", "%zz", "%c3", "U+", "U+0041", "U+0041 ", "U+d800\n", "U+00e9\t", "u+0041 ", "\\", "\\\\", "\\u0041", "\\U004a",
		"\\u00", "\n", "\r\n", " ", "=", "==", "===", "a", "Z", "0", "9", "-", "_", "+", "/", "é", "\xff", "\x00", "abcdefghijklmnop", "YWJjZGVmZ2hpamtsbW5v",
		"dG9rZW4gPSBhYmNk", "616263646566676869", "6162636465666768616263646566676861", "DEADBEEFDEADBEEFDEADBEEFDEADBEEF", "u0041", "c3VwZXI_c2VjcmV0Pz8_",
		"c3VwZXI/c2VjcmV0Pz8/", "0000000000000000", "JTQxJTQyJTQzJTQ0", "ABCDEF", "0123456789",
	}
	passes := 0
	for i := range rounds(60_000) {
		r := rand.New(rand.NewPCG(seed(), uint64(i)))
		text := ""
		for range r.IntN(24) {
			text += pick(r, pieces)
		}
		decoder, theirs := codec.NewDecoder(), text
		var segments []*codec.EncodedSegment
		var buffer []encoded
		ours := &layer{text: text}
		for depth := 1; depth <= 6; depth++ {
			theirs, segments = decoder.Decode(theirs, segments)
			ours = decodeLayer(ours, &buffer)
			if (ours == nil) != (len(segments) == 0) {
				t.Fatalf("%q: pass %d: %d segments, here %v", text, depth, len(segments), ours)
			}
			if ours == nil {
				break
			}
			passes++
			if ours.text != theirs || len(ours.segments) != len(segments) {
				t.Fatalf("%q: pass %d: gitleaks %q, here %q", text, depth, theirs, ours.text)
			}
			samePlaces(t, r, text, ours, segments)
		}
	}
	if passes < rounds(30_000) {
		t.Errorf("only %d passes", passes)
	}
}

// samePlaces compares where stretches of the decoded text come from.
func samePlaces(t *testing.T, r *rand.Rand, text string, ours *layer, segments []*codec.EncodedSegment) {
	t.Helper()
	for range 4 {
		start := r.IntN(len(ours.text))
		at := span{start, start + r.IntN(len(ours.text)-start+1)}
		near, theirs := ours.overlapping(at), codec.SegmentsWithDecodedOverlap(segments, at.start, at.end)
		if len(near) != len(theirs) {
			t.Fatalf("%q: %v: %d and %d segments", text, at, len(near), len(theirs))
		}
		if len(near) == 0 {
			continue
		}
		index := codec.AdjustMatchIndex(theirs, []int{at.start, at.end})
		if got := ours.originOf(near, at); got.start != index[0] || got.end != index[1] {
			t.Fatalf("%q: %v: comes from %v, here from %v", text, at, index, got)
		}
		line := ours.lineOf(near)
		if got, want := ours.text[line.start:line.end], codec.CurrentLine(theirs, ours.text); got != want {
			t.Fatalf("%q: %v: line %q, here %q", text, at, want, got)
		}
		if got, want := strings.Join(ours.tags(near), " "), strings.Join(codec.Tags(theirs), " "); got != want {
			t.Fatalf("%q: %v: tags %q, here %q", text, at, want, got)
		}
	}
}

// TestMatcherSaysWhatTheExpressionSays compares automata with expressions.
func TestMatcherSaysWhatTheExpressionSays(t *testing.T) {
	pieces := []string{"a", "b", "ab", "x", "c", ";", " ", "\n", "AB", "é", "\xc3", "\xff", "tok_", "key", "secret", "1", "23", "=", "\"", "K", "\u212a", "ſ", "日本", "k", "_"}
	all := append([]string{}, configExpressions...)
	for _, lead := range windowLeads {
		for _, tail := range windowTails {
			all = append(all, lead+"ab"+tail, lead+tail)
		}
	}
	for i, e := range all {
		re := regexp.MustCompile(e)
		m := newMatcher(re)
		r := rand.New(rand.NewPCG(seed(), uint64(i)))
		for range rounds(150) {
			text := ""
			for range r.IntN(12) {
				text += pick(r, pieces)
			}
			if m.in(text) != re.MatchString(text) {
				t.Fatalf("%s in %q: not %v", e, text, m.in(text))
			}
		}
	}
}
