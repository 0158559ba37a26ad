package helm

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"
	"time"
)

// maxRepeat bounds what functions may make out of a number: text/template has no limit of its own.
const maxRepeat = 100_000

// maxText bounds the text one function makes out of others.
const maxText = 16 << 20

var errTooLong = errors.New("makes too much of it")

// clock is what now returns. Any fixed time would do; findings must not depend on it.
var clock = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// certificate stands for what the functions that make keys and certificates return.
type certificate struct{ Cert, Key string }

var placeholder = certificate{
	Cert: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
	Key:  "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
}

// fixed replaces the template functions that depend on chance, on the clock or on the order of a map, and those that can
// be told to fill the memory.
func fixed() template.FuncMap {
	random := func(n int) (string, error) { return repeat(n, "x") }
	cert := func(...any) certificate { return placeholder }
	return template.FuncMap{
		"randAlphaNum": random, "randAlpha": random, "randAscii": random, "randBytes": random,
		"randNumeric": func(n int) (string, error) { return repeat(n, "0") },
		"randInt":     func(low, _ int) int { return low },
		"shuffle":     func(s string) string { return s },
		"uuidv4":      func() string { return "00000000-0000-4000-8000-000000000000" },

		"genPrivateKey": func(string) string { return placeholder.Key },
		"genCA":         cert, "genCAWithKey": cert, "genSelfSignedCert": cert, "genSelfSignedCertWithKey": cert,
		"genSignedCert": cert, "genSignedCertWithKey": cert, "buildCustomCert": cert,
		"bcrypt":     func(string) string { return "$2a$10$placeholder" },
		"htpasswd":   func(user, _ string) string { return user + ":$2a$10$placeholder" },
		"encryptAES": func(_, text string) string { return fmt.Sprintf("encrypted-%d", len(text)) },

		"now":            func() time.Time { return clock },
		"ago":            func(any) string { return "0s" },
		"date":           func(layout string, t any) string { return moment(t).Format(layout) },
		"htmlDate":       func(t any) string { return moment(t).Format(time.DateOnly) },
		"dateInZone":     inZone,
		"date_in_zone":   inZone,
		"htmlDateInZone": func(t any, zone string) string { return inZone(time.DateOnly, t, zone) },

		"keys": func(dicts ...map[string]any) []string {
			out := []string{}
			for _, d := range dicts {
				out = append(out, slices.Sorted(maps.Keys(d))...)
			}
			return out
		},
		"values": func(dict map[string]any) []any {
			out := []any{}
			for _, key := range slices.Sorted(maps.Keys(dict)) {
				out = append(out, dict[key])
			}
			return out
		},

		"repeat":  repeat,
		"indent":  indent,
		"nindent": func(n int, text string) (string, error) { s, err := indent(n, text); return "\n" + s, err },
		"until": func(n int) ([]int, error) {
			if n < 0 {
				return steps(0, n, -1)
			}
			return steps(0, n, 1)
		},
		"untilStep": steps,
		"seq":       sequence,
		"print":     func(args ...any) (string, error) { return bounded(fmt.Sprint(args...)) },
		"printf":    func(format string, args ...any) (string, error) { return bounded(fmt.Sprintf(format, args...)) },
	}
}

func repeat(n int, text string) (string, error) {
	if n < 0 || n > maxRepeat || n*len(text) > maxText {
		return "", errTooLong
	}
	return strings.Repeat(text, n), nil
}

func indent(n int, text string) (string, error) {
	pad, err := repeat(n, " ")
	if err != nil || (strings.Count(text, "\n")+1)*n > maxText {
		return "", errTooLong
	}
	return pad + strings.ReplaceAll(text, "\n", "\n"+pad), nil
}

func steps(from, to, step int) ([]int, error) {
	out := []int{}
	if step == 0 || to < from && step > 0 || to > from && step < 0 {
		return out, nil
	}
	for i := from; step > 0 && i < to || step < 0 && i > to; i += step {
		if len(out) == maxRepeat {
			return nil, errTooLong
		}
		out = append(out, i)
	}
	return out, nil
}

// sequence is seq as the shell knows it: last; first, last; first, step, last.
func sequence(params ...int) (string, error) {
	from, step, to := 1, 0, 0
	switch len(params) {
	case 1:
		to = params[0]
	case 2:
		from, to = params[0], params[1]
	case 3:
		from, step, to = params[0], params[1], params[2]
	default:
		return "", nil
	}
	direction := 1
	if to < from {
		direction = -1
	}
	if step == 0 && len(params) < 3 {
		step = direction
	}
	numbers, err := steps(from, to+direction, step)
	return strings.Trim(fmt.Sprint(numbers), "[]"), err
}

func bounded(text string) (string, error) {
	if len(text) > maxText {
		return "", errTooLong
	}
	return text, nil
}

// moment turns what date functions take into a time; what is none means now.
func moment(t any) time.Time {
	switch t := t.(type) {
	case time.Time:
		return t
	case *time.Time:
		return *t
	case int64:
		return time.Unix(t, 0).UTC()
	case int:
		return time.Unix(int64(t), 0).UTC()
	case int32:
		return time.Unix(int64(t), 0).UTC()
	}
	return clock
}

func inZone(layout string, t any, zone string) string {
	location, err := time.LoadLocation(zone)
	if err != nil {
		location = time.UTC
	}
	return moment(t).In(location).Format(layout)
}
