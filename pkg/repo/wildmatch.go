package repo

import "strings"

// wildmatch matches a whole text as git does: ? and [] for one character, * for any number, \ to take the next one as it
// stands. In a path none of them matches a slash, and ** between slashes stands for any number of folders.
//
// Patterns come from the repository, so the work is bounded: one that takes more than maxSteps does not match, which has
// a file judged rather than ignored.
func wildmatch(pattern, text string, isPath bool) bool {
	m := matcher{isPath: isPath}
	return m.match(pattern, text) == matched
}

const maxSteps = 1 << 16

type outcome uint8

const (
	matched  outcome = iota
	failed           // this way; another length of the last star may do
	hopeless         // the text is used up: no length of any star will do
	nextStar         // a slash stands in the way of a single star: only an earlier ** may do
)

type matcher struct {
	isPath bool
	steps  int
}

func (m *matcher) match(p, t string) outcome {
	start := p
	for len(p) > 0 {
		if m.steps++; m.steps > maxSteps {
			return hopeless
		}
		if p[0] == '*' {
			return m.star(start, p, t)
		}
		if t == "" {
			return hopeless
		}
		switch p[0] {
		case '?':
			if m.isPath && t[0] == '/' {
				return failed
			}
			p = p[1:]
		case '[':
			rest, in, ok := class(p[1:], t[0])
			if !ok {
				return hopeless
			}
			if !in || m.isPath && t[0] == '/' {
				return failed
			}
			p = rest
		case '\\':
			if len(p) < 2 || p[1] != t[0] {
				return failed
			}
			p = p[2:]
		default:
			if p[0] != t[0] {
				return failed
			}
			p = p[1:]
		}
		t = t[1:]
	}
	if t != "" {
		return failed
	}
	return matched
}

// star matches a pattern that begins with * or **. start is where the pattern began, which git takes for the start of a
// component.
func (m *matcher) star(start, p, t string) outcome {
	before := len(start) - len(p)
	rest := strings.TrimLeft(p, "*")
	crosses := !m.isPath
	if m.isPath && len(p)-len(rest) > 1 {
		opens := before == 0 || start[before-1] == '/'
		closes := rest == "" || rest[0] == '/' || strings.HasPrefix(rest, `\/`)
		if opens && closes {
			if rest != "" && rest[0] == '/' && m.match(rest[1:], t) == matched {
				return matched // no folder at all
			}
			crosses = true
		}
	}
	if rest == "" {
		if !crosses && strings.Contains(t, "/") {
			return nextStar
		}
		return matched
	}
	if !crosses && rest[0] == '/' {
		slash := strings.IndexByte(t, '/')
		if slash < 0 {
			return hopeless
		}
		return m.match(rest, t[slash:])
	}
	for ; t != ""; t = t[1:] {
		if m.steps++; m.steps > maxSteps {
			return hopeless
		}
		switch got := m.match(rest, t); {
		case got != failed:
			if !crosses || got != nextStar {
				return got
			}
		case !crosses && t[0] == '/':
			return nextStar
		}
	}
	return hopeless
}

// class matches one character with a bracket expression, given without its [. ok is false when it has no end.
func class(p string, c byte) (rest string, in, ok bool) {
	negated := false
	if p != "" && (p[0] == '!' || p[0] == '^') {
		negated = true
		p = p[1:]
	}
	var last byte // start of a possible range; 0 when there is none
	for first := true; ; first = false {
		if p == "" {
			return "", false, false
		}
		if p[0] == ']' && !first {
			return p[1:], in != negated, true
		}
		switch {
		case p[0] == '\\':
			if len(p) < 2 {
				return "", false, false
			}
			last = p[1]
			in = in || c == last
			p = p[2:]
		case p[0] == '-' && last != 0 && len(p) > 1 && p[1] != ']':
			p = p[1:]
			if p[0] == '\\' {
				if p = p[1:]; p == "" {
					return "", false, false
				}
			}
			in = in || last <= c && c <= p[0]
			last = 0
			p = p[1:]
		case strings.HasPrefix(p, "[:"):
			end := strings.IndexByte(p[2:], ']')
			if end < 0 {
				return "", false, false
			}
			name, closed := strings.CutSuffix(p[2:2+end], ":")
			if !closed {
				last = '['
				in = in || c == '['
				p = p[1:]
				continue
			}
			is, known := posix[name]
			if !known {
				return "", false, false
			}
			in = in || is(c)
			last = 0
			p = p[2+end+1:]
		default:
			last = p[0]
			in = in || c == last
			p = p[1:]
		}
	}
}

func between(lo, hi byte) func(byte) bool { return func(c byte) bool { return lo <= c && c <= hi } }

func either(of ...func(byte) bool) func(byte) bool {
	return func(c byte) bool {
		for _, is := range of {
			if is(c) {
				return true
			}
		}
		return false
	}
}

var (
	digit = between('0', '9')
	lower = between('a', 'z')
	upper = between('A', 'Z')
	alnum = either(digit, lower, upper)
	graph = between('!', '~')
)

var posix = map[string]func(byte) bool{
	"alnum":  alnum,
	"alpha":  either(lower, upper),
	"blank":  func(c byte) bool { return c == ' ' || c == '\t' },
	"cntrl":  either(between(0, 0x1f), between(0x7f, 0x7f)),
	"digit":  digit,
	"graph":  graph,
	"lower":  lower,
	"print":  either(graph, between(' ', ' ')),
	"punct":  func(c byte) bool { return graph(c) && !alnum(c) },
	"space":  either(between('\t', '\r'), between(' ', ' ')),
	"upper":  upper,
	"xdigit": either(digit, between('a', 'f'), between('A', 'F')),
}
