package openapi

import (
	"strconv"
	"strings"
)

// sameNumber reports whether two JSON numbers have one value: 1, 1.0 and 10e-1 have.
func sameNumber(a, b string) bool { return a == b || canonicalNumber(a) == canonicalNumber(b) }

// canonicalNumber spells a JSON number in one way, digits and power of ten, without computing it: a number of a few characters
// may have a billion digits.
func canonicalNumber(text string) string {
	sign := ""
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		sign, text = "-", rest
	}
	mantissa, power := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		n, err := strconv.Atoi(strings.TrimPrefix(text[i+1:], "+"))
		if err != nil {
			return sign + text // beyond any number that is meant
		}
		mantissa, power = text[:i], n
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	power -= len(fraction)
	short := strings.TrimRight(digits, "0")
	if short == "" {
		return "0"
	}
	return sign + short + "e" + strconv.Itoa(power+len(digits)-len(short))
}
