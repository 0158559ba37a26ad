package shell

import "strings"

// fielder makes words of the pieces of one.
type fielder struct {
	out     []field
	current field
	text    []byte
	whole   string // the text when it is one piece
	open    bool
}

func (f *fielder) add(p piece, s string) {
	if !f.open {
		f.current.from, f.open = p.from, true
		f.whole = s
	}
	f.current.spans = append(f.current.spans, span{len(f.text), len(s), p.from, p.to})
	f.text = append(f.text, s...)
	f.current.to = p.to
}

func (f *fielder) finish() {
	if f.open {
		if len(f.current.spans) > 1 || f.whole == "" {
			f.whole = string(f.text)
		}
		f.current.string = f.whole
		f.out = append(f.out, f.current)
	}
	f.current, f.text, f.open = field{}, f.text[:0], false
}

// blanks are what parts words.
const blanks = " \t\n"

// split adds a text whose blanks part words.
func (f *fielder) split(p piece, rest string) {
	for rest != "" {
		switch at := strings.IndexAny(rest, blanks); {
		case at < 0:
			f.add(p, rest)
			return
		case at == 0:
			f.finish()
			rest = strings.TrimLeft(rest, blanks)
		default:
			f.add(p, rest[:at])
			rest = rest[at:]
		}
	}
}

// piece adds a piece of a word that stands for a text.
func (f *fielder) piece(p piece, s string) {
	switch {
	case strings.Contains(s, separator):
		for i, element := range strings.Split(s, separator) {
			if i > 0 {
				f.finish()
			}
			f.add(p, element)
		}
	case p.split:
		f.split(p, s)
	default:
		f.add(p, s)
	}
}
