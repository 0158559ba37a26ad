package plan

import (
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// direct is a built-in function without topdown's machinery. It reports false for anything but the plain case, which
// topdown then decides, errors included.
type direct func(m *machine, args []*ast.Term) (*ast.Term, bool)

var directs = map[string]direct{
	ast.Equal.Name:         func(_ *machine, a []*ast.Term) (*ast.Term, bool) { return truth(equal(a[0], a[1])) },
	ast.NotEqual.Name:      func(_ *machine, a []*ast.Term) (*ast.Term, bool) { return truth(!equal(a[0], a[1])) },
	ast.GreaterThan.Name:   func(_ *machine, a []*ast.Term) (*ast.Term, bool) { return truth(order(a) > 0) },
	ast.GreaterThanEq.Name: func(_ *machine, a []*ast.Term) (*ast.Term, bool) { return truth(order(a) >= 0) },
	ast.LessThan.Name:      func(_ *machine, a []*ast.Term) (*ast.Term, bool) { return truth(order(a) < 0) },
	ast.LessThanEq.Name:    func(_ *machine, a []*ast.Term) (*ast.Term, bool) { return truth(order(a) <= 0) },
	ast.Count.Name:         directCount,
	ast.Member.Name:        directMember,
	ast.Contains.Name:      onStrings(strings.Contains),
	ast.StartsWith.Name:    onStrings(strings.HasPrefix),
	ast.EndsWith.Name:      onStrings(strings.HasSuffix),
	ast.Concat.Name:        directConcat,
	ast.Sprintf.Name:       directSprintf,
	ast.ArrayConcat.Name:   directArrayConcat,
	ast.ObjectGet.Name:     directObjectGet,
	ast.RegexMatch.Name:    directRegexMatch,
	ast.IsString.Name:      isA[ast.String],
	ast.IsNumber.Name:      isA[ast.Number],
	ast.IsBoolean.Name:     isA[ast.Boolean],
	ast.IsNull.Name:        isA[ast.Null],
	ast.IsArray.Name:       isA[*ast.Array],
	ast.IsObject.Name:      isA[ast.Object],
	ast.IsSet.Name:         isA[ast.Set],
}

func truth(v bool) (*ast.Term, bool) { return ast.InternedTerm(v), true }

func order(a []*ast.Term) int { return a[0].Value.Compare(a[1].Value) }

func isA[T ast.Value](_ *machine, a []*ast.Term) (*ast.Term, bool) {
	_, ok := a[0].Value.(T)
	return truth(ok)
}

// twoStrings returns two arguments that are strings.
func twoStrings(a []*ast.Term) (string, string, bool) {
	x, ok := a[0].Value.(ast.String)
	if !ok {
		return "", "", false
	}
	y, ok := a[1].Value.(ast.String)
	return string(x), string(y), ok
}

func onStrings(f func(a, b string) bool) direct {
	return func(_ *machine, a []*ast.Term) (*ast.Term, bool) {
		x, y, ok := twoStrings(a)
		if !ok {
			return nil, false
		}
		return truth(f(x, y))
	}
}

func directCount(_ *machine, a []*ast.Term) (*ast.Term, bool) {
	n, ok := length(a[0].Value)
	if !ok {
		return nil, false
	}
	return ast.InternedTerm(n), true
}

func directMember(_ *machine, a []*ast.Term) (*ast.Term, bool) {
	switch c := a[1].Value.(type) {
	case ast.Set:
		return truth(c.Contains(a[0]))
	case *ast.Array:
		for i := range c.Len() {
			if equal(c.Elem(i), a[0]) {
				return truth(true)
			}
		}
		return truth(false)
	}
	return nil, false
}

func directConcat(_ *machine, a []*ast.Term) (*ast.Term, bool) {
	separator, ok := a[0].Value.(ast.String)
	if !ok {
		return nil, false
	}
	parts, ok := a[1].Value.(*ast.Array)
	if !ok || parts.Len() > 64 { // long texts are topdown's: it looks for cancellation meanwhile
		return nil, false
	}
	var room [8]string
	texts := room[:0]
	for i := range parts.Len() {
		s, ok := parts.Elem(i).Value.(ast.String)
		if !ok {
			return nil, false
		}
		texts = append(texts, string(s))
	}
	return ast.StringTerm(strings.Join(texts, string(separator))), true
}

func directArrayConcat(_ *machine, a []*ast.Term) (*ast.Term, bool) {
	x, ok1 := a[0].Value.(*ast.Array)
	y, ok2 := a[1].Value.(*ast.Array)
	switch {
	case !ok1 || !ok2:
		return nil, false
	case x.Len() == 0:
		return a[1], true
	case y.Len() == 0:
		return a[0], true
	}
	both := make([]*ast.Term, 0, x.Len()+y.Len())
	for i := range x.Len() {
		both = append(both, x.Elem(i))
	}
	for i := range y.Len() {
		both = append(both, y.Elem(i))
	}
	return ast.ArrayTerm(both...), true
}

func directObjectGet(_ *machine, a []*ast.Term) (*ast.Term, bool) {
	object, ok := a[0].Value.(ast.Object)
	if !ok {
		return nil, false
	}
	if _, ok := a[1].Value.(*ast.Array); ok { // a path
		return nil, false
	}
	if v := object.Get(a[1]); v != nil {
		return v, true
	}
	return a[2], true
}

func directRegexMatch(m *machine, a []*ast.Term) (*ast.Term, bool) {
	pattern, text, ok := twoStrings(a)
	if !ok {
		return nil, false
	}
	re := m.patterns[pattern]
	if re == nil {
		var err error
		if re, err = regexp.Compile(pattern); err != nil {
			return nil, false
		}
		if len(m.patterns) < maxKept {
			m.patterns[strings.Clone(pattern)] = re
		}
	}
	return truth(re.MatchString(text))
}

// directSprintf knows %s, %q, %v and %d; anything else in a format is left to topdown, and so are a missing argument, one
// too many and one of a type that the verb is not for.
func directSprintf(m *machine, a []*ast.Term) (*ast.Term, bool) {
	format, ok := a[0].Value.(ast.String)
	if !ok {
		return nil, false
	}
	args, ok := a[1].Value.(*ast.Array)
	if !ok {
		return nil, false
	}
	out, ok := appendFormat(m.text[:0], string(format), args)
	m.text = out[:0]
	if !ok {
		return nil, false
	}
	return ast.StringTerm(string(out)), true
}

func appendFormat(out []byte, format string, args *ast.Array) ([]byte, bool) {
	next := 0
	for {
		at := strings.IndexByte(format, '%')
		if at < 0 {
			return append(out, format...), next == args.Len()
		}
		out = append(out, format[:at]...)
		if at+1 >= len(format) || next >= args.Len() {
			return out, false
		}
		verb := format[at+1]
		format = format[at+2:]
		switch v := args.Elem(next).Value.(type) {
		case ast.String:
			switch verb {
			case 's', 'v':
				out = append(out, v...)
			case 'q':
				if !plain(string(v)) {
					return out, false
				}
				out = append(append(append(out, '"'), v...), '"')
			default:
				return out, false
			}
		case ast.Number:
			// Small whole numbers are spelt as they are written.
			if verb != 'v' && verb != 'd' || len(v) > 15 || !whole(string(v)) {
				return out, false
			}
			out = append(out, v...)
		default:
			return out, false
		}
		next++
	}
}

// plain reports whether quoting leaves a text as it is.
func plain(s string) bool {
	return !slices.ContainsFunc([]byte(s), func(c byte) bool { return c < ' ' || c > '~' || c == '"' || c == '\\' })
}

// whole reports whether a number is written with digits only, the first of them no idle zero.
func whole(s string) bool {
	if s == "0" {
		return true
	}
	return s != "" && s[0] != '0' && !strings.ContainsFunc(s, func(c rune) bool { return c < '0' || c > '9' })
}
