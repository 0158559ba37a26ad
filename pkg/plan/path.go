package plan

import "strconv"

// Bounds of a path, in bytes: where nothing more is added, and in runes, of a single step.
const (
	maxPath = 300
	maxStep = 100
)

// cutStep ends a path that is longer.
const cutStep = "…"

// path is a way into a value, as text that grows and shrinks with the walk.
type path []byte

// full reports whether no step fits any more, and marks the path as cut.
func (p *path) full() bool {
	if len(*p) < maxPath {
		return false
	}
	if n := len(*p); string((*p)[n-len(cutStep):]) != cutStep {
		*p = append(*p, cutStep...)
	}
	return true
}

// key adds a property's name: bare when it is an identifier, else in brackets and quotes.
func (p *path) key(name []byte) {
	switch {
	case p.full():
	case identifier(name) && len(name) <= maxStep:
		if len(*p) > 0 {
			*p = append(*p, '.')
		}
		*p = append(*p, name...)
	default:
		*p = append(appendQuoted(append(*p, '['), name, maxStep), ']')
	}
}

func (p *path) index(i int) {
	if !p.full() {
		*p = append(strconv.AppendInt(append(*p, '['), int64(i), 10), ']')
	}
}

// hidden adds a step that is not told.
func (p *path) hidden() {
	if !p.full() {
		*p = append(*p, `["`+sensitiveValue+`"]`...)
	}
}

func identifier(name []byte) bool {
	for i, c := range name {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_':
		case i > 0 && ('0' <= c && c <= '9' || c == '-'):
		default:
			return false
		}
	}
	return len(name) > 0
}
