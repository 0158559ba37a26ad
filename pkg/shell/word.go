package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// field is one word that a command is given. from and to are where it is written in the script; without spans, all of its
// text is written there.
type field struct {
	text
	from, to int
}

// piece is a part of a word with the texts it may stand for.
type piece struct {
	values   []string
	from, to int
	split    bool // blanks in it part words: it came out of a variable without quotes
}

// word is a word of the script in pieces.
type word struct {
	pieces   []piece
	from, to int
}

const (
	maxCombinations = 32    // ways of filling in the variables of one command that are listed
	maxWays         = 1_000 // words of a command of which more than one way is listed
)

// words returns the words a command may be given, one list for each way of filling in its variables; never none.
func (r *reader) words(list []*syntax.Word) [][]field {
	fields := make([]field, 0, len(list))
	for _, w := range list {
		f, ok := r.simple(w)
		if !ok {
			return r.expand(list)
		}
		fields = append(fields, f)
	}
	return [][]field{fields}
}

// expand is words for a command with more than plain words.
func (r *reader) expand(list []*syntax.Word) [][]field {
	all := make([]word, 0, len(list))
	ways := 1
	for _, w := range list {
		from, to := r.origin(w.Pos(), w.End())
		for _, w := range expandBraces(w) {
			pieces := r.pieces(w)
			for _, p := range pieces {
				if ways <= maxCombinations {
					ways *= len(p.values)
				}
			}
			all = append(all, word{pieces, from, to})
		}
	}
	return combine(all, ways)
}

// combine fills in: every combination when they are few, else every value of each piece in some combination.
func combine(words []word, ways int) [][]field {
	product := ways <= maxCombinations
	switch {
	case len(words) > maxWays:
		ways = 1
	case !product:
		ways = maxValues
	}
	out := make([][]field, 0, ways)
	for way := range ways {
		f := &fielder{out: make([]field, 0, len(words))}
		n := way
		for _, w := range words {
			before := len(f.out)
			for _, p := range w.pieces {
				f.piece(p, p.values[n%len(p.values)])
				if product {
					n /= len(p.values)
				}
			}
			f.finish()
			if len(f.out) > before { // with its quotes
				f.out[before].from, f.out[len(f.out)-1].to = w.from, w.to
			}
		}
		out = append(out, f.out)
	}
	return out
}

// simple returns a word that is one literal.
func (r *reader) simple(w *syntax.Word) (field, bool) {
	if len(w.Parts) != 1 {
		return field{}, false
	}
	lit, ok := w.Parts[0].(*syntax.Lit)
	if !ok || strings.ContainsAny(lit.Value, `\{`) {
		return field{}, false
	}
	return r.literal(lit), true
}

func (r *reader) literal(lit *syntax.Lit) field {
	from, to := r.origin(lit.Pos(), lit.End())
	return field{text{string: lit.Value}, from, to}
}

// values returns what a word may stand for where the shell does not part it: in an assignment or a here document.
func (r *reader) values(w *syntax.Word) []string {
	if w == nil {
		return []string{""}
	}
	pieces := r.pieces(w)
	if len(pieces) > maxWays {
		return []string{unknown}
	}
	out := []string{""}
	for _, p := range pieces {
		var next []string
		for _, before := range out {
			for _, v := range p.values {
				if len(next) < maxValues {
					next = append(next, before+v)
				}
			}
		}
		out = next
	}
	return out
}

// pieces takes a word apart.
func (r *reader) pieces(w *syntax.Word) []piece {
	from, to := r.origin(w.Pos(), w.End())
	return r.parts(nil, w.Parts, [2]int{from, to}, unquoted)
}

// quoting is what a part of a word stands in.
type quoting uint8

const (
	unquoted quoting = iota
	doubleQuoted
	document // a here document
	verbatim // one in which nothing is filled in
)

// parts appends the pieces of the parts of a word, which stands at place.
func (r *reader) parts(out []piece, parts []syntax.WordPart, place [2]int, q quoting) []piece {
	for _, part := range parts {
		p := piece{from: place[0], to: place[1]}
		if pos := part.Pos(); pos.IsValid() {
			p.from, p.to = r.origin(pos, part.End())
		}
		switch part := part.(type) {
		case *syntax.Lit:
			p.values = []string{unescape(part.Value, q)}
		case *syntax.SglQuoted:
			p.from, p.to = p.from+1, max(p.from+1, p.to-1)
			p.values = []string{part.Value}
			if part.Dollar {
				p.from = min(p.from+1, p.to)
				p.values = []string{ansi(part.Value)}
			}
		case *syntax.DblQuoted:
			before := len(out)
			out = r.parts(out, part.Parts, [2]int{p.from, p.to}, doubleQuoted)
			if len(out) > before {
				continue
			}
			p.values = []string{""}
		case *syntax.ParamExp:
			p.values, p.split = r.parameter(part), q == unquoted
		case *syntax.CmdSubst:
			p.values, p.split = substituted(part), q == unquoted
		default:
			p.values = []string{unknown}
		}
		out = append(out, p)
	}
	return out
}
