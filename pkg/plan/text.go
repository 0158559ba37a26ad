package plan

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// unquote adds to dst what the text between two quotes stands for. As in encoding/json, what is no Unicode becomes U+FFFD.
func unquote(dst, quoted []byte) []byte {
	for i := 0; i < len(quoted); {
		if quoted[i] != '\\' {
			r, size := utf8.DecodeRune(quoted[i:])
			dst = utf8.AppendRune(dst, r)
			i += size
			continue
		}
		c := quoted[i+1]
		i += 2
		switch c {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r := fourHex(quoted[i:])
			i += 4
			if utf16.IsSurrogate(r) {
				pair := unicode.ReplacementChar
				if i+6 <= len(quoted) && quoted[i] == '\\' && quoted[i+1] == 'u' {
					pair = utf16.DecodeRune(r, fourHex(quoted[i+2:]))
				}
				if r = pair; r != unicode.ReplacementChar {
					i += 6
				}
			}
			dst = utf8.AppendRune(dst, r)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

func fourHex(digits []byte) (r rune) {
	for _, c := range digits[:4] {
		r = r<<4 | hexDigit(c)
	}
	return r
}

// appendQuoted adds text as a JSON string of printable characters on one line, of at most limit runes with its quotes; the
// last rune is … when it does not fit.
func appendQuoted(dst, text []byte, limit int) []byte {
	dst = append(dst, '"')
	used := 2
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		before := len(dst)
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == '\t':
			dst = append(dst, `\t`...)
		case r == '\r':
			dst = append(dst, `\r`...)
		case unicode.IsPrint(r):
			dst = utf8.AppendRune(dst, r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			dst = fmt.Appendf(dst, `\u%04x\u%04x`, high, low)
		default:
			dst = fmt.Appendf(dst, `\u%04x`, r)
		}
		used += utf8.RuneCount(dst[before:])
		if used > limit {
			return append(dst[:before], "…"...)
		}
		text = text[size:]
	}
	return append(dst, '"')
}

// canonical writes a JSON number so that equal numbers have equal text, without ever computing it: 1e400 stays 1e400. A
// number whose exponent has more than 15 digits stays as it is.
func canonical(number []byte) string {
	mantissa, exponent := number, 0
	if i := bytes.IndexAny(number, "eE"); i >= 0 {
		mantissa = number[:i]
		e := bytes.TrimLeft(number[i+1:], "+")
		digits := bytes.TrimPrefix(e, []byte("-"))
		if digits = bytes.TrimLeft(digits, "0"); len(digits) > 15 {
			return string(number)
		}
		for _, c := range digits {
			exponent = exponent*10 + int(c-'0')
		}
		if e[0] == '-' {
			exponent = -exponent
		}
	}
	negative := mantissa[0] == '-'
	mantissa = bytes.TrimPrefix(mantissa, []byte("-"))
	whole, fraction, _ := bytes.Cut(mantissa, []byte("."))
	digits := append(append(make([]byte, 0, len(mantissa)), whole...), fraction...)
	exponent -= len(fraction)
	digits = bytes.TrimLeft(digits, "0")
	if len(digits) == 0 {
		return "0"
	}
	short := bytes.TrimRight(digits, "0")
	exponent += len(digits) - len(short)
	sign := ""
	if negative {
		sign = "-"
	}
	return fmt.Sprintf("%s%se%d", sign, short, exponent)
}

// sameNumber reports whether two JSON numbers are one.
func sameNumber(a, b []byte) bool {
	return bytes.Equal(a, b) || canonical(a) == canonical(b)
}
