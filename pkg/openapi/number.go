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
	mantissa, exponent := text, ""
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa, exponent = text[:i], strings.TrimPrefix(text[i+1:], "+")
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	short := strings.TrimRight(digits, "0")
	if short == "" {
		return "0"
	}
	power := int64(len(digits) - len(short) - len(fraction))
	if exponent != "" {
		n, err := strconv.ParseInt(exponent, 10, 32)
		if err != nil {
			return sign + text // beyond any number that is meant
		}
		power += n
	}
	return sign + short + "e" + strconv.FormatInt(power, 10)
}
