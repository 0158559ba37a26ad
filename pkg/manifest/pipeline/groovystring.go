package pipeline

import "strings"

// literal reads the string at hand, which is the value of an argument. In one with double quotes the program's own
// expressions are holes.
func (g *groovy) literal(name string) argument {
	a := argument{name: name, literal: true}
	quote := g.text[g.i : g.i+1]
	double := quote == `"`
	if g.has(strings.Repeat(quote, 3)) {
		quote = strings.Repeat(quote, 3)
	}
	var b strings.Builder
	g.i += len(quote)
	a.from = g.i
	finish := func() argument {
		a.text, a.to = b.String(), g.i
		a.exact = a.text == g.text[a.from:a.to]
		return a
	}
	for g.i < len(g.text) {
		switch c := g.text[g.i]; {
		case g.has(quote):
			out := finish()
			g.i += len(quote)
			return out
		case c == '\\' && g.i+1 < len(g.text):
			g.i++
			switch c := g.text[g.i]; c {
			case 'n':
				b.WriteByte('\n')
			case 't':
				b.WriteByte('\t')
			case '\n':
			default:
				b.WriteByte(c)
			}
			g.i++
		case c == '\n' && len(quote) == 1:
			return finish() // not closed: a slash or an apostrophe that was no string
		case c == '$' && double:
			n := g.expression()
			if n > 1 {
				a.holes = append(a.holes, [2]int{b.Len(), b.Len() + n})
			}
			b.WriteString(g.text[g.i : g.i+n])
			g.i += n
		default:
			b.WriteByte(c)
			g.i++
		}
	}
	return finish()
}

// maxExpression bounds how far is looked for the end of an expression in a string.
const maxExpression = 1024

// expression returns the length of the $name.property or ${…} at hand.
func (g *groovy) expression() int {
	rest := g.text[g.i+1:]
	if !strings.HasPrefix(rest, "{") {
		n := 0
		for n < len(rest) && (rest[n] == '_' || letter(rest[n]) || n > 0 && (digit(rest[n]) || rest[n] == '.' && n+1 < len(rest) && letter(rest[n+1]))) {
			n++
		}
		return n + 1
	}
	for i, depth := 0, 0; i < min(len(rest), maxExpression); i++ {
		switch rest[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 2
			}
		}
	}
	return 1
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }
