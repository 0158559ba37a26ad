package plan

import "encoding/binary"

// maxDepth is how deep values may nest. Plans in the wild stay below 40.
const maxDepth = 200

// What can be wrong with JSON text, beside the message that names what was expected.
const (
	faultEnd  = "it ends too early"
	faultDeep = "values nest deeper than 200 levels"
	faultMany = "the object has more than 1000 properties, which no plan has"
)

// scanner checks JSON text (RFC 8259, and byte for byte what encoding/json takes). Every method is given where something
// begins and returns the place behind it, or -1 once there is a fault.
type scanner struct {
	data  []byte
	fault string // "" while all is well
	at    int    // where
}

func (s *scanner) fail(at int, fault string) int {
	if at >= len(s.data) {
		at, fault = len(s.data), faultEnd
	}
	s.at, s.fault = at, fault
	return -1
}

func (s *scanner) space(i int) int {
	for i < len(s.data) {
		switch s.data[i] {
		case ' ', '\n', '\t', '\r':
			i++
		default:
			return i
		}
	}
	return i
}

// value scans any value; depth is how many containers are open around it.
func (s *scanner) value(i, depth int) int {
	if i >= len(s.data) {
		return s.fail(i, faultEnd)
	}
	switch c := s.data[i]; c {
	case '"':
		return s.text(i)
	case '{':
		return s.object(i, depth, nil)
	case '[':
		return s.array(i, depth)
	case 't':
		return s.word(i, "true")
	case 'f':
		return s.word(i, "false")
	case 'n':
		return s.word(i, "null")
	default:
		if c == '-' || '0' <= c && c <= '9' {
			return s.number(i)
		}
	}
	return s.fail(i, "a value is expected")
}

// object scans an object and adds its members to all when that is not nil, as many as a plan may have.
func (s *scanner) object(i, depth int, all *[]member) int {
	if depth >= maxDepth {
		return s.fail(i, faultDeep)
	}
	i = s.space(i + 1)
	if i < len(s.data) && s.data[i] == '}' {
		return i + 1
	}
	for {
		if i >= len(s.data) || s.data[i] != '"' {
			return s.fail(i, "a property name in quotes is expected")
		}
		key := i
		if i = s.text(i); i < 0 {
			return -1
		}
		end := i
		if i = s.space(i); i >= len(s.data) || s.data[i] != ':' {
			return s.fail(i, "a colon is expected")
		}
		value := s.space(i + 1)
		if i = s.value(value, depth+1); i < 0 {
			return -1
		}
		if all != nil {
			if len(*all) == maxProperties {
				return s.fail(key, faultMany)
			}
			*all = append(*all, member{spanOf(key+1, end-1), spanOf(value, i)})
		}
		if i = s.space(i); i >= len(s.data) {
			return s.fail(i, faultEnd)
		}
		switch s.data[i] {
		case ',':
			i = s.space(i + 1)
		case '}':
			return i + 1
		default:
			return s.fail(i, "a comma or a closing brace is expected")
		}
	}
}

func (s *scanner) array(i, depth int) int {
	if depth >= maxDepth {
		return s.fail(i, faultDeep)
	}
	i = s.space(i + 1)
	if i < len(s.data) && s.data[i] == ']' {
		return i + 1
	}
	for {
		if i = s.value(i, depth+1); i < 0 {
			return -1
		}
		if i = s.space(i); i >= len(s.data) {
			return s.fail(i, faultEnd)
		}
		switch s.data[i] {
		case ',':
			i = s.space(i + 1)
		case ']':
			return i + 1
		default:
			return s.fail(i, "a comma or a closing bracket is expected")
		}
	}
}

func (s *scanner) word(i int, word string) int {
	for j := range len(word) {
		if i+j >= len(s.data) || s.data[i+j] != word[j] {
			return s.fail(i+j, "a value is expected")
		}
	}
	return i + len(word)
}

func (s *scanner) number(i int) int {
	if s.data[i] == '-' {
		i++
	}
	if i < len(s.data) && s.data[i] == '0' {
		i++
	} else if i = s.digits(i); i < 0 {
		return -1
	}
	if i < len(s.data) && s.data[i] == '.' {
		if i = s.digits(i + 1); i < 0 {
			return -1
		}
	}
	if i < len(s.data) && (s.data[i] == 'e' || s.data[i] == 'E') {
		i++
		if i < len(s.data) && (s.data[i] == '+' || s.data[i] == '-') {
			i++
		}
		return s.digits(i)
	}
	return i
}

// digits scans one digit or more.
func (s *scanner) digits(i int) int {
	start := i
	for i < len(s.data) && '0' <= s.data[i] && s.data[i] <= '9' {
		i++
	}
	if i == start {
		return s.fail(i, "a digit is expected")
	}
	return i
}

// text scans a string from its opening quote.
func (s *scanner) text(i int) int {
	i++
	for {
		// Eight bytes at once while none of them is a quote, a backslash or a control character.
		for i+8 <= len(s.data) && plain(binary.LittleEndian.Uint64(s.data[i:])) {
			i += 8
		}
		if i >= len(s.data) {
			return s.fail(i, faultEnd)
		}
		switch c := s.data[i]; {
		case c == '"':
			return i + 1
		case c == '\\':
			if i = s.escape(i); i < 0 {
				return -1
			}
		case c < 0x20:
			return s.fail(i, "a control character stands in a string")
		default:
			i++
		}
	}
}

// plain reports whether none of eight bytes ends the fast way through a string. It may say no for bytes that would not.
func plain(w uint64) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	quote, slash := w^(ones*'"'), w^(ones*'\\')
	return ((quote-ones)&^quote|(slash-ones)&^slash|(w-ones*0x20)&^w)&tops == 0
}

func (s *scanner) escape(i int) int {
	if i+1 >= len(s.data) {
		return s.fail(len(s.data), faultEnd)
	}
	switch s.data[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		for j := i + 2; j < i+6; j++ {
			if j >= len(s.data) {
				return s.fail(j, faultEnd)
			}
			if hexDigit(s.data[j]) < 0 {
				return s.fail(j, "a hexadecimal digit is expected")
			}
		}
		return i + 6
	}
	return s.fail(i+1, "no such escape")
}

func hexDigit(c byte) rune {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0')
	case 'a' <= c && c <= 'f':
		return rune(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return rune(c-'A') + 10
	}
	return -1
}
