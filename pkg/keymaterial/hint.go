package keymaterial

import (
	"cmp"
	"math/bits"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// hint tells quickly that a text holds no name that an expression fits: every match has some words in it, whatever their case.
// The zero hint tells nothing.
type hint struct{ steps []step }

// step is what a text has to hold, and what looks for that.
type step struct {
	need
	words *words
}

// need is what a text has to hold: the words of mask, and what all of some needs are and any of others. The zero need is nothing.
type need struct {
	mask     uint64
	all, any []need
}

const (
	minWord = 3  // how long a word must be to tell anything
	maxSet  = 32 // how many texts an expression may stand for
)

func newHint(re *regexp.Regexp) hint {
	parsed, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return hint{}
	}
	var list wordList
	n, ok := list.need(parsed.Simplify())
	if !ok {
		return hint{}
	}
	few := n.fewest(list)
	return hint{[]step{{few, newWords(few.words(), list...)}, {n, newWords(n.words(), list...)}}}
}

// wordList is the words that were found in an expression.
type wordList []string

// need is what every match of an expression holds; not ok when that is nothing.
func (l *wordList) need(re *syntax.Regexp) (n need, ok bool) {
	if set := texts(re); set != nil {
		return l.oneOf(set)
	}
	switch re.Op {
	case syntax.OpCapture, syntax.OpPlus:
		return l.need(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return l.need(re.Sub[0])
		}
	case syntax.OpConcat:
		return l.row(re.Sub)
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			part, ok := l.need(sub)
			if !ok {
				return need{}, false
			}
			n.any = append(n.any, part)
		}
		return n, true
	}
	return need{}, false
}

// row is what a row of expressions needs. Neighbours that stand for a few texts are taken together: "otel|otlp" is parsed as "ot" and
// one of two endings.
func (l *wordList) row(parts []*syntax.Regexp) (n need, ok bool) {
	take := func(part need, tells bool) {
		if tells {
			n.all = append(n.all, part)
		}
	}
	set := []string{""}
	for _, part := range parts {
		more := texts(part)
		if more != nil && len(set)*len(more) <= maxSet {
			set = cross(set, more)
			continue
		}
		take(l.oneOf(set))
		if set = more; more == nil {
			set = []string{""}
			take(l.need(part))
		}
	}
	take(l.oneOf(set))
	return n, len(n.all) > 0
}

// texts is all that an expression matches, in small letters, when that is a few texts; else nil.
func texts(re *syntax.Regexp) (set []string) {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return []string{""}
	case syntax.OpLiteral:
		return []string{strings.ToLower(string(re.Rune))}
	case syntax.OpCapture:
		return texts(re.Sub[0])
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			more := texts(sub)
			if more == nil || len(set)+len(more) > maxSet {
				return nil
			}
			set = append(set, more...)
		}
	case syntax.OpConcat:
		set = []string{""}
		for _, sub := range re.Sub {
			more := texts(sub)
			if more == nil || len(set)*len(more) > maxSet {
				return nil
			}
			set = cross(set, more)
		}
	}
	return set
}

func cross(set, more []string) (out []string) {
	for _, a := range set {
		for _, b := range more {
			out = append(out, a+b)
		}
	}
	return out
}

// oneOf needs one of some words; not ok when one of them tells nothing.
func (l *wordList) oneOf(set []string) (n need, ok bool) {
	short := func(word string) bool {
		return len(word) < minWord || strings.ContainsFunc(word, func(r rune) bool { return r >= 0x80 })
	}
	if slices.ContainsFunc(set, short) {
		return need{}, false
	}
	for _, word := range set {
		i := slices.Index(*l, word)
		if i < 0 {
			i = len(*l)
			*l = append(*l, word)
		}
		n.any = append(n.any, need{mask: bitOf(i)})
	}
	return n, true
}

// met reports whether words that were found are all that is needed.
func (n *need) met(found uint64) bool {
	if found&n.mask != n.mask {
		return false
	}
	for i := range n.all {
		if !n.all[i].met(found) {
			return false
		}
	}
	for i := range n.any {
		if n.any[i].met(found) {
			return true
		}
	}
	return len(n.any) == 0
}

// words are all that a need is about.
func (n *need) words() uint64 {
	w := n.mask
	for _, part := range slices.Concat(n.all, n.any) {
		w |= part.words()
	}
	return w
}

// fewest is the part of a need that is quickest looked for: of what is needed together, that with the fewest words, and the longest.
func (n *need) fewest(list []string) need {
	part := need{mask: n.mask}
	for i := range n.any {
		part.any = append(part.any, n.any[i].fewest(list))
	}
	if len(n.all) > 0 {
		best := slices.MinFunc(n.all, func(a, b need) int {
			return cmp.Or(bits.OnesCount64(a.words())-bits.OnesCount64(b.words()), b.shortest(list)-a.shortest(list))
		})
		part.all = []need{best.fewest(list)}
	}
	return part
}

// shortest is how long the shortest word is that a need is about.
func (n *need) shortest(list []string) (length int) {
	w := n.words()
	for i, word := range list {
		if w&bitOf(i) != 0 && (length == 0 || len(word) < length) {
			length = len(word)
		}
	}
	return length
}

// excludes reports that no name in a text fits.
func (h *hint) excludes(text []byte) bool {
	if len(h.steps) == 0 || folds(text) {
		return false
	}
	for i := range h.steps {
		if s := &h.steps[i]; !s.met(s.words.in(text, s.met)) {
			return true
		}
	}
	return false
}
