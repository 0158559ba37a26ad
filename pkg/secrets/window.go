package secrets

import (
	"regexp"
	"unicode/utf8"
)

// occurrence is a place where an anchor of a rule is in the text.
type occurrence struct {
	start  int // where the anchor begins
	from   int // no match with this anchor begins before; does not descend from one that is ok to the next
	behind int // see verdict
	ok     bool
}

// findNear finds what re finds in text, as FindAllStringIndex does, from the occurrences of the anchors of re (all of them, in
// order of their start).
//
// Why that is the same: a match holds an anchor at which the automaton said ok, so it does not begin before its `from`
// and ends before its `behind`. A window takes in both, with one rune more on either side for what assertions look at. It
// takes in the same way every other occurrence in it, so that no attempt to match from any of them meets the window's end
// and takes it for the end of the text. Windows that touch are one, so that matches shadow each other as in the whole.
func findNear(re *regexp.Regexp, text string, found []occurrence) [][]int {
	var all [][]int
	for i := 0; i < len(found); {
		if !found[i].ok {
			i++
			continue
		}
		from, to, next := window(text, found, i)
		for _, m := range re.FindAllStringIndex(text[from:to], -1) {
			all = append(all, []int{m[0] + from, m[1] + from})
		}
		i = next
	}
	return all
}

// window is the stretch of text around the occurrence i, and the first occurrence behind it.
func window(text string, found []occurrence, i int) (from, to, next int) {
	from = windowStart(text, found, i)
	to = found[i].behind
	for j := i - 1; j >= 0 && found[j].start >= from; j-- {
		to = max(to, found[j].behind)
	}
	next = i + 1
	ok := nextOK(found, next)
	for next < len(found) {
		touches := ok < len(found) && windowStart(text, found, ok) <= to
		if !touches && found[next].start >= to {
			break
		}
		to = max(to, found[next].behind)
		if next == ok {
			ok = nextOK(found, next+1)
		}
		next++
	}
	return from, min(to, len(text)), next
}

func nextOK(found []occurrence, i int) int {
	for i < len(found) && !found[i].ok {
		i++
	}
	return i
}

// windowStart leaves a rune between the window's start and the first byte that a match may have, starts where a rune
// starts, and not where an anchor does: an assertion in front of that would take it for the start of the text.
func windowStart(text string, found []occurrence, i int) int {
	from := runeBefore(text, found[i].from)
	for j := i - 1; j >= 0 && found[j].start >= from; j-- {
		if found[j].start == from {
			from = runeBefore(text, from)
		}
	}
	return from
}

// runeBefore is the start of a rune before offset i: of a byte that decoding cannot take for the middle of one.
func runeBefore(text string, i int) int {
	for i--; i > 0 && !utf8.RuneStart(text[i]); i-- {
	}
	return max(i, 0)
}
