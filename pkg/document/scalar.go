package document

import (
	"encoding/base64"
	"math/big"
	"strconv"
	"strings"
)

// number tells the two sorts of numbers apart, where a tag asks for one.
type number uint8

const (
	notNumber number = iota
	integral
	fractional
	infinite // or not a number at all: JSON has neither
)

// resolve turns a plain scalar into a value. num tells what sort of number it is; an infinite one has no text.
func (s Schema) resolve(in string) (kind Kind, text string, num number) {
	if in == "" {
		return Null, "", notNumber
	}
	switch c := in[0]; {
	case c >= '0' && c <= '9':
		if decimal(in) {
			return Number, in, integral
		}
		return s.resolveNumber(in)
	case c == '+' || c == '-' || c == '.':
		return s.resolveNumber(in)
	case c == '~' || c == 'n' || c == 'N' || c == 't' || c == 'T' || c == 'f' || c == 'F':
		return s.resolveWord(in)
	case c == 'y' || c == 'Y' || c == 'o' || c == 'O':
		return s.resolveWord(in)
	}
	return String, in, notNumber
}

// decimal reports whether in is a JSON integer of at most 18 digits without a sign: most numbers are.
func decimal(in string) bool {
	if len(in) > 18 || in[0] == '0' && len(in) > 1 {
		return false
	}
	for i := 0; i < len(in); i++ {
		if in[i] < '0' || in[i] > '9' {
			return false
		}
	}
	return true
}

func (s Schema) resolveWord(in string) (Kind, string, number) {
	if len(in) > 5 {
		return String, in, notNumber
	}
	switch in {
	case "~", "null", "Null", "NULL":
		return Null, "", notNumber
	case "true", "True", "TRUE":
		return Bool, "true", notNumber
	case "false", "False", "FALSE":
		return Bool, "false", notNumber
	}
	if s == Core {
		return String, in, notNumber
	}
	switch in {
	case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON":
		return Bool, "true", notNumber
	case "n", "N", "no", "No", "NO", "off", "Off", "OFF":
		return Bool, "false", notNumber
	}
	return String, in, notNumber
}

// resolveNumber reads what starts with a digit, a sign or a point.
func (s Schema) resolveNumber(in string) (Kind, string, number) {
	switch in {
	case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF":
		return Number, "", infinite
	}
	digits := in
	if s == Kubernetes {
		if strings.IndexByte(in, '_') >= 0 && (in[0] != '.' || isFloat(in)) {
			digits = strings.ReplaceAll(in, "_", "")
		}
		if text, ok := based11(digits); ok {
			return Number, text, integral
		}
	} else if text, ok := based12(digits); ok {
		return Number, text, integral
	}
	text, num := jsonNumber(digits)
	if num == notNumber {
		return String, in, notNumber
	}
	return Number, text, num
}

// isFloat reports what strconv takes for a float. Like that library, it is what decides on .5_5.
func isFloat(in string) bool {
	_, err := strconv.ParseFloat(in, 64)
	return err == nil
}

// based11 reads an integer as goyaml v2 does: 0777, 0o777, 0x1f, 0b101 with an optional sign, at most 64 bits. It reads
// decimal ones too, unless they are longer.
func based11(in string) (string, bool) {
	if i, err := strconv.ParseInt(in, 0, 64); err == nil {
		return strconv.FormatInt(i, 10), true
	}
	if u, err := strconv.ParseUint(in, 0, 64); err == nil {
		return strconv.FormatUint(u, 10), true
	}
	// A sign behind the base is an oddity of that library: 0b-11 is -3.
	if rest, ok := strings.CutPrefix(in, "0b"); ok {
		if i, err := strconv.ParseInt(rest, 2, 64); err == nil {
			return strconv.FormatInt(i, 10), true
		}
	}
	return "", false
}

// based12 reads 0o777 and 0x1f, the core schema's other integers, of any length.
func based12(in string) (string, bool) {
	base := 0
	switch {
	case len(in) < 3 || in[0] != '0':
		return "", false
	case in[1] == 'o':
		base = 8
	case in[1] == 'x':
		base = 16
	default:
		return "", false
	}
	if in[2] == '-' || in[2] == '+' || len(in) > 1000 {
		return "", false
	}
	i, ok := new(big.Int).SetString(in[2:], base)
	if !ok {
		return "", false
	}
	return i.String(), true
}

// jsonNumber spells a decimal number, [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?, as JSON does, keeping its
// digits. It is notNumber when in is something else or beyond a float64's range.
func jsonNumber(in string) (string, number) {
	rest := in
	sign := ""
	if rest[0] == '-' || rest[0] == '+' {
		if rest[0] == '-' {
			sign = "-"
		}
		rest = rest[1:]
	}
	whole, rest := leadingDigits(rest)
	fraction, num := "", integral
	if strings.HasPrefix(rest, ".") {
		num = fractional
		if fraction, rest = leadingDigits(rest[1:]); whole == "" && fraction == "" {
			return "", notNumber
		}
	} else if whole == "" {
		return "", notNumber
	}
	exponent := rest
	if rest != "" {
		num = fractional
		if rest[0] != 'e' && rest[0] != 'E' {
			return "", notNumber
		}
		rest = rest[1:]
		if rest != "" && (rest[0] == '-' || rest[0] == '+') {
			rest = rest[1:]
		}
		if digits, more := leadingDigits(rest); digits == "" || more != "" {
			return "", notNumber
		}
	}
	if exponent != "" || len(whole) > 300 {
		if !isFloat(in) {
			return "", notNumber
		}
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	if text := sign + whole + fraction + exponent; text != in {
		return text, num
	}
	return in, num
}

func leadingDigits(s string) (digits, rest string) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return s[:i], s[i:]
}

// resolveTagged turns a scalar with an explicit tag, in its short form, into a value; ok is false when they do not fit.
func (s Schema) resolveTagged(tag, in string) (kind Kind, text string, num number, ok bool) {
	kind, text, num = s.resolve(in)
	switch tag {
	case "!!null":
		return kind, text, num, kind == Null
	case "!!bool":
		return kind, text, num, kind == Bool
	case "!!int":
		return kind, text, num, kind == Number && num == integral
	case "!!float":
		return kind, text, num, kind == Number
	case "!!binary":
		data, err := base64.StdEncoding.DecodeString(in)
		return String, string([]rune(string(data))), notNumber, err == nil
	}
	return String, in, notNumber, true
}

// keyText spells a scalar as the key of a JSON object, the way sigs.k8s.io/yaml does.
func keyText(in string, kind Kind, text string, num number) string {
	switch {
	case kind == Null:
		return "null"
	case num == infinite:
		switch sign := strings.TrimLeft(in, "+"); {
		case strings.EqualFold(sign, ".nan"):
			return ".nan"
		default:
			return strings.ToLower(sign)
		}
	case num == fractional || num == integral && len(text) > 18:
		if num == integral && isUint64(text) {
			return text
		}
		f, _ := strconv.ParseFloat(text, 64)
		key := strconv.FormatFloat(f, 'g', -1, 32)
		switch key {
		case "+Inf":
			return ".inf"
		case "-Inf":
			return "-.inf"
		}
		return key
	}
	return text
}

func isUint64(s string) bool {
	if _, err := strconv.ParseInt(s, 10, 64); err == nil {
		return true
	}
	_, err := strconv.ParseUint(s, 10, 64)
	return err == nil
}
