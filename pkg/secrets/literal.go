package secrets

import (
	"regexp/syntax"
	"slices"
	"unicode"
)

const (
	maxLiterals      = 64 // of one anchor: more of them find little that fewer do not
	maxLiteralLength = 14
	maxClass         = 10 // letters, of which either case, that stand for one another
)

// anchor is a part of an expression that every match (or every match of one of its alternatives) must hold.
type anchor struct {
	literals []string         // lower-case ASCII: the part begins with one of them, in any case
	rest     *syntax.Regexp   // the part and all that follows, with the assertions directly before it
	lead     []*syntax.Regexp // what a match has before the part
}

// anchors finds for each alternative of re the part by which to look for it. It finds none when one alternative has no part
// that begins with two or more fixed letters. Texts that hold one of the runes of foldsToASCII must not be searched by them.
func anchors(re *syntax.Regexp) []anchor {
	parts := flatten(re)
	if len(parts) == 1 && parts[0].Op == syntax.OpAlternate {
		var all []anchor
		for _, alternative := range parts[0].Sub {
			one := anchors(alternative)
			if one == nil {
				return nil
			}
			all = append(all, one...)
		}
		return all
	}
	at, literals := bestPart(parts)
	if at < 0 {
		return nil
	}
	from := at
	for from > 0 && isAssertion(parts[from-1]) {
		from--
	}
	rest := &syntax.Regexp{Op: syntax.OpConcat, Sub: parts[from:]}
	return []anchor{{literals: literals, rest: rest, lead: parts[:at]}}
}

// flatten is the sequence of parts that re consists of; groups are opened.
func flatten(re *syntax.Regexp) []*syntax.Regexp {
	switch re.Op {
	case syntax.OpCapture:
		return flatten(re.Sub[0])
	case syntax.OpConcat:
		var parts []*syntax.Regexp
		for _, sub := range re.Sub {
			parts = append(parts, flatten(sub)...)
		}
		return parts
	}
	return []*syntax.Regexp{re}
}

func isAssertion(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary,
		syntax.OpNoWordBoundary, syntax.OpEmptyMatch:
		return true
	}
	return false
}

// bestPart is the part whose shortest literal is longest, and the first such; a part with a bounded way from the beginning
// of the match beats any other.
func bestPart(parts []*syntax.Regexp) (at int, literals []string) {
	at, best := -1, 1
	for i := range parts {
		if isAssertion(parts[i]) {
			continue
		}
		set, _ := sequencePrefixes(parts[i:])
		shortest := maxLiteralLength
		for _, s := range set {
			shortest = min(shortest, len(s))
		}
		if shortest > best && (at < 0 || sumLength(parts[:i]) != unbounded) {
			at, best, literals = i, shortest, set
		}
	}
	return at, literals
}

// prefixes is a set of lower-case texts one of which every match of re begins with, and whether each is a match as a whole.
func prefixes(re *syntax.Regexp) (set []string, whole bool) {
	switch re.Op {
	case syntax.OpLiteral:
		return literalPrefix(re.Rune)
	case syntax.OpCharClass:
		return classPrefixes(re.Rune)
	case syntax.OpCapture:
		return prefixes(re.Sub[0])
	case syntax.OpConcat:
		return sequencePrefixes(re.Sub)
	case syntax.OpAlternate:
		return alternatePrefixes(re.Sub)
	case syntax.OpPlus:
		set, _ = prefixes(re.Sub[0])
		return set, false
	case syntax.OpRepeat:
		return repeatPrefixes(re)
	}
	return []string{""}, isAssertion(re)
}

func literalPrefix(runes []rune) ([]string, bool) {
	var b []byte
	for _, r := range runes {
		if r > unicode.MaxASCII || len(b) == maxLiteralLength {
			return []string{string(b)}, false
		}
		b = append(b, byte(unicode.ToLower(r)))
	}
	return []string{string(b)}, true
}

// classPrefixes leaves out the runes of foldsToASCII: they come with "k" and "s" when case is ignored.
func classPrefixes(ranges []rune) ([]string, bool) {
	var set []string
	for i := 0; i < len(ranges); i += 2 {
		low, high := ranges[i], ranges[i+1]
		if low == high && isFoldingRune(low) {
			continue
		}
		if high > unicode.MaxASCII || len(set)+int(high-low) >= 2*maxClass {
			return []string{""}, false
		}
		for r := low; r <= high; r++ {
			set = append(set, string(unicode.ToLower(r)))
		}
	}
	slices.Sort(set)
	set = slices.Compact(set)
	if len(set) == 0 || len(set) > maxClass {
		return []string{""}, false
	}
	return set, true
}

func sequencePrefixes(parts []*syntax.Regexp) ([]string, bool) {
	set := []string{""}
	for _, part := range parts {
		more, whole := prefixes(part)
		crossed, ok := cross(set, more)
		if !ok {
			return set, false
		}
		set = crossed
		if !whole {
			return set, false
		}
	}
	return set, true
}

// cross appends each of b to each of a, unless that would be too many or too long.
func cross(a, b []string) ([]string, bool) {
	if len(a)*len(b) > maxLiterals {
		return nil, false
	}
	var set []string
	for _, s := range a {
		for _, t := range b {
			if len(s)+len(t) > maxLiteralLength {
				return nil, false
			}
			set = append(set, s+t)
		}
	}
	slices.Sort(set)
	return slices.Compact(set), true
}

func alternatePrefixes(alternatives []*syntax.Regexp) (set []string, whole bool) {
	whole = true
	for _, alternative := range alternatives {
		more, w := prefixes(alternative)
		set, whole = append(set, more...), whole && w
	}
	slices.Sort(set)
	set = slices.Compact(set)
	if len(set) > maxLiterals {
		return []string{""}, false
	}
	return set, whole
}

func repeatPrefixes(re *syntax.Regexp) ([]string, bool) {
	set := []string{""}
	one, whole := prefixes(re.Sub[0])
	for range re.Min {
		crossed, ok := cross(set, one)
		if !ok {
			return set, false
		}
		set = crossed
		if !whole {
			return set, false
		}
	}
	return set, re.Min == re.Max
}

// foldsToASCII are the runes outside ASCII that an expression which ignores case takes for an ASCII letter, or that become
// one in lower case: K (Kelvin), ſ (long s) and İ (I with a dot).
var foldsToASCII = []string{"\u212a", "\u017f", "\u0130"}

func isFoldingRune(r rune) bool { return r == '\u212a' || r == '\u017f' || r == '\u0130' }
