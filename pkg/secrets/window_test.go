package secrets

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// windowParts make expressions in which anchors are dense, and assertions decide.
var (
	windowLeads = []string{"", `\b`, `\B`, `^`, `(?m)^`, `x{0,3}`, `x{0,3}?`, `[abx]{0,2}`, `(?:x|xa)?`, `\w{0,4}?`, `.{0,3}`, `x*`, `\s{0,2}\b`, `(?:^|[;x])`}
	windowCores = []string{"ab", "aab", "(?:ab|ba)", "(?:ab|bab|aba)", "(?i)ab", "(a)(b)", "(?:ab){1,2}", "[ab]b"}
	windowTails = []string{
		"", "$", `\b`, `\B`, "(?m)$", `[a-c]{0,4}(?:;|$)`, `\w{2,5}(?:[ ;]|$)`, `(?:c{3}|$)`, `.{0,3}(?:\b|$)`, `[^;]{1,6};`, `[^;]*;`, `c+\z`,
		`x{2,6}(?:[;\n]|\b$)`, `(?:x{1,9}$|;)`, `[abx]{3,8}?(?:;|$)`, `(?:[a-x]{0,12}é|\b)`,
	}
)

// TestWindowsFindWhatTheWholeTextHas compares the search near anchors with that of the whole text.
func TestWindowsFindWhatTheWholeTextHas(t *testing.T) {
	pieces := []string{"a", "b", "ab", "ab", "ba", "c", "x", "xxx", ";", " ", "\n", "AB", "é", "\xc3", "\x80", "\xff", "ccc", "abab", "lorem ipsum dolor "}
	matches, near := 0, 0
	for i := range rounds(25_000) {
		r := rand.New(rand.NewPCG(seed(), uint64(i)))
		pattern := pick(r, windowLeads) + pick(r, windowCores) + pick(r, windowTails)
		if r.IntN(4) == 0 {
			pattern += "|" + pick(r, windowLeads) + pick(r, windowCores) + pick(r, windowTails)
		}
		rules, err := Load("", fmt.Appendf(nil, "[[rules]]\nid = \"x\"\nregex = '''%s'''\n", pattern), nil)
		if err != nil {
			t.Fatal(err)
		}
		room, one := newScratch(1, len(rules.meaning)), rules.rules[0]
		for range 6 {
			text := ""
			for range r.IntN(30) {
				text += pick(r, pieces)
			}
			want := one.regex().FindAllStringIndex(text, -1)
			room.begin()
			if room.collect(rules, text); one.anchors == nil {
				continue
			}
			if room.sortOut(rules, text); room.near[0].exhausted {
				continue
			}
			near++
			matches += len(want)
			have := findNear(one.regex(), text, room.near[0].found)
			if !slices.EqualFunc(want, have, slices.Equal[[]int]) {
				t.Fatalf("%s in %q: got %v, want %v; anchors %+v", pattern, text, have, want, room.near[0].found)
			}
		}
	}
	if near < rounds(25_000) || matches < rounds(25_000) {
		t.Errorf("%d searches, %d matches", near, matches)
	}
}
