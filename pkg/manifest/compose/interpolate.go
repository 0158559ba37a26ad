package compose

import (
	"errors"
	"strconv"
	"strings"
	"sync"

	"github.com/compose-spec/compose-go/v2/interpolation"
	cgo "github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// variables holds what ${NAME} may stand for: committed .env files, nothing else.
type variables map[string]string

var errTemplate = errors.New("invalid interpolation")

// expand replaces the variables in s. It differs from Docker in one thing: a variable without a value and without a
// default stays a reference, ${NAME}, where Docker would put an empty string. So a rule can tell a value that is set
// from outside from one that is written down. For the same reason an escaped dollar stays escaped where it would look like
// a reference otherwise: $${NAME} and $$NAME.
func (vars variables) expand(s string) (string, error) {
	if !strings.Contains(s, "$") {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '$' || i+1 == len(s) {
			b.WriteByte(s[i])
			i++
			continue
		}
		switch next := s[i+1]; {
		case next == '$':
			b.WriteString(dollar(s[i+2:]))
			i += 2
		case nameStart(next):
			end := nameEnd(s, i+1)
			b.WriteString(vars.reference(s[i+1 : end]))
			i = end
		case next == '{':
			end := closing(s, i+1)
			if end < 0 {
				return s, errTemplate
			}
			value, err := vars.braced(s[i+2 : end])
			if err != nil {
				return s, err
			}
			b.WriteString(value)
			i = end + 1
		default:
			b.WriteByte('$')
			i++
		}
	}
	return b.String(), nil
}

// dollar writes a literal dollar sign in front of rest.
func dollar(rest string) string {
	if rest != "" && (rest[0] == '{' || nameStart(rest[0])) {
		return "$$"
	}
	return "$"
}

func (vars variables) reference(name string) string {
	if v, ok := vars[name]; ok {
		return v
	}
	return "${" + name + "}"
}

// braced evaluates what stands between the braces: NAME, NAME:-word, NAME-word, NAME:+word, NAME+word, NAME:?word, NAME?word.
func (vars variables) braced(inner string) (string, error) {
	if inner == "" || !nameStart(inner[0]) {
		return "", errTemplate
	}
	end := nameEnd(inner, 0)
	name, rest := inner[:end], inner[end:]
	value, set := vars[name]
	if rest == "" {
		return vars.reference(name), nil
	}
	if strings.HasPrefix(rest, ":") {
		rest = rest[1:]
		set = set && value != ""
	}
	if rest == "" {
		return "", errTemplate
	}
	operator, word := rest[0], rest[1:]
	switch {
	case operator == '-' && set, operator == '?' && set:
		return value, nil
	case operator == '-', operator == '+' && set:
		return vars.expand(word)
	case operator == '+':
		return "", nil
	case operator == '?':
		// Docker stops here. A gate has no values and needs none to judge that this one comes from outside.
		return "${" + name + "}", nil
	}
	return "", errTemplate
}

func nameStart(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }

func nameEnd(s string, i int) int {
	for i < len(s) && (nameStart(s[i]) || s[i] >= '0' && s[i] <= '9') {
		i++
	}
	return i
}

// closing returns the index of the brace that closes the one at s[open], -1 when there is none.
func closing(s string, open int) int {
	depth := 0
	for i := open; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// unresolved reports whether a variable without a value is left in s.
func unresolved(s string) bool { return missing(s) != "" }

// missing returns the name of the first variable left in s, "" when there is none.
func missing(s string) string {
	for {
		i := strings.Index(s, "${")
		if i < 0 {
			return ""
		}
		escaped := i > 0 && s[i-1] == '$'
		if s = s[i+2:]; escaped {
			continue
		}
		if end := nameEnd(s, 0); end > 0 && nameStart(s[0]) && end < len(s) && s[end] == '}' {
			return s[:end]
		}
	}
}

// typed is a tree of the attributes that are no strings: "*" stands for any key, "[]" for any item.
type typed struct {
	next map[string]*typed
	leaf bool
	cast interpolation.Cast // nil for sizes and durations, which are written as strings and typed later
}

// typedAttributes are the attributes compose-go casts after interpolation, and the sizes and durations.
var typedAttributes = sync.OnceValue(func() *typed {
	root := &typed{}
	for path, cast := range cgo.ToOptions(&types.ConfigDetails{}, nil).Interpolate.TypeCastMapping {
		root.add(path.Parts(), cast)
	}
	for _, path := range []string{
		"mem_limit", "mem_reservation", "memswap_limit", "mem_swappiness", "shm_size", "stop_grace_period",
		"healthcheck.interval", "healthcheck.timeout", "healthcheck.start_period", "healthcheck.start_interval",
		"deploy.resources.limits.cpus", "deploy.resources.limits.memory", "deploy.resources.limits.pids",
		"deploy.resources.reservations.cpus", "deploy.resources.reservations.memory",
		"deploy.update_config.delay", "deploy.update_config.monitor",
		"deploy.rollback_config.delay", "deploy.rollback_config.monitor",
		"deploy.restart_policy.delay", "deploy.restart_policy.window",
		"volumes.[].tmpfs.size", "volumes.[].tmpfs.mode", "volumes.[].bind.create_host_path",
		"build.shm_size", "build.no_cache", "build.pull", "build.privileged", "configs.[].mode", "secrets.[].mode",
	} {
		root.add(append([]string{"services", "*"}, strings.Split(path, ".")...), nil)
	}
	return root
})

func (t *typed) add(path []string, cast interpolation.Cast) {
	for _, step := range path {
		if t.next == nil {
			t.next = map[string]*typed{}
		}
		if t.next[step] == nil {
			t.next[step] = &typed{}
		}
		t = t.next[step]
	}
	t.leaf, t.cast = true, cast
}

// step follows one key, or "[]" for an item, in all the trees at once.
func step(trees []*typed, key string) []*typed {
	var out []*typed
	for _, t := range trees {
		if n := t.next[key]; n != nil {
			out = append(out, n)
		}
		if n := t.next["*"]; n != nil {
			out = append(out, n)
		}
	}
	return out
}

// interpolate expands every string of a model in place and casts those that stand for a number or a boolean. fault is
// called for each that cannot be expanded; it stays as written.
func (vars variables) interpolate(model map[string]any, fault func(path []any)) {
	vars.walk(model, []*typed{typedAttributes()}, nil, fault)
}

func (vars variables) walk(v any, trees []*typed, path []any, fault func([]any)) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			v[k] = vars.walk(e, step(trees, k), append(path[:len(path):len(path)], k), fault)
		}
	case []any:
		items := step(trees, "[]")
		for i, e := range v {
			v[i] = vars.walk(e, items, append(path[:len(path):len(path)], i), fault)
		}
	case string:
		s, err := vars.expand(v)
		if err != nil {
			if fault != nil {
				fault(path)
			}
			return v
		}
		for _, t := range trees {
			if t.cast == nil || unresolved(s) {
				continue
			}
			// What cannot be cast is left to the typed conversion, which names the attribute.
			if c, ok := castTo(t.cast, s); ok {
				return c
			}
		}
		return s
	}
	return v
}

// booleans are the words Compose takes for one beside true and false. They are cast here, because compose-go logs a
// warning for each.
var booleans = map[string]string{
	"y": "true", "yes": "true", "on": "true",
	"n": "false", "no": "false", "off": "false",
}

func castTo(cast interpolation.Cast, s string) (any, bool) {
	if word, ok := booleans[strings.ToLower(s)]; ok {
		s = word
	}
	v, err := cast(s)
	if f, ok := v.(float32); ok {
		// Through its text, so that 0.1 stays 0.1.
		v, err = strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64)
	}
	return v, err == nil
}
