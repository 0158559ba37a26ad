package plan

import "strings"

// taint tells which attributes of a resource the configuration makes from something sensitive. nil is nothing.
type taint struct {
	all   bool
	names map[string]*taint // by attribute or block
}

func (t *taint) covers() bool { return t != nil && t.all }

// below is the taint of an attribute.
func (t *taint) below(key []byte) *taint {
	switch {
	case t == nil:
		return nil
	case t.all:
		return t
	}
	return t.names[string(key)]
}

// merge adds up what two say.
func (t *taint) merge(other *taint) *taint {
	switch {
	case t == nil:
		return other
	case other == nil || t.all:
		return t
	case other.all:
		return other
	}
	for name, below := range other.names {
		t.names[name] = t.names[name].merge(below)
	}
	return t
}

// withoutKeys takes the keys of instances out of an address: module.a["x"].b[0] becomes module.a.b.
func withoutKeys(address string) string {
	if !strings.Contains(address, "[") {
		return address
	}
	var b strings.Builder
	inside, quoted := false, false
	for i := 0; i < len(address); i++ {
		switch c := address[i]; {
		case quoted && c == '\\':
			i++
		case inside && c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			inside = true
		case inside && c == ']':
			inside = false
		case !inside:
			b.WriteByte(c)
		}
	}
	return b.String()
}
