package document

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

const bom = "\uFEFF"

// decode returns the text of src as UTF-8 without a byte order mark. UTF-16 is converted; UTF-8, by far the common
// case, is not copied: the text shares src's memory. On failure it returns what is wrong and the offset in text.
func decode(src []byte) (text string, bad int, problem string) {
	if order := utf16Order(src); order != nil {
		return decodeUTF16(src, order)
	}
	src = bytes.TrimPrefix(src, []byte(bom))
	text = unsafe.String(unsafe.SliceData(src), len(src))
	if i := strings.IndexByte(text, 0); i >= 0 {
		return text, i, "binary file"
	}
	if !utf8.ValidString(text) {
		return text, invalidUTF8(text), "not valid UTF-8"
	}
	return text, 0, ""
}

// utf16Order tells UTF-16 by its byte order mark, or by a zero byte beside an ASCII one as YAML 1.2, section 5.2 does.
func utf16Order(src []byte) binary.ByteOrder {
	if len(src) < 2 {
		return nil
	}
	switch a, b := src[0], src[1]; {
	case a == 0xFF && b == 0xFE && !(len(src) >= 4 && src[2] == 0 && src[3] == 0):
		return binary.LittleEndian
	case a == 0xFE && b == 0xFF:
		return binary.BigEndian
	case len(src)%2 != 0:
		return nil
	case b == 0 && textByte(a) && !(len(src) >= 4 && src[2] == 0 && src[3] == 0):
		return binary.LittleEndian
	case a == 0 && textByte(b):
		return binary.BigEndian
	}
	return nil
}

func textByte(c byte) bool { return c >= ' ' && c < 0x7F || c == '\n' || c == '\r' || c == '\t' }

func decodeUTF16(src []byte, order binary.ByteOrder) (text string, bad int, problem string) {
	if len(src)%2 != 0 {
		return "", 0, "not valid UTF-16: an odd number of bytes"
	}
	var b strings.Builder
	b.Grow(len(src)/2 + len(src)/8)
	for i := 0; i < len(src); i += 2 {
		r := rune(order.Uint16(src[i:]))
		if utf16.IsSurrogate(r) {
			low := rune(0)
			if i+2 < len(src) {
				low = rune(order.Uint16(src[i+2:]))
			}
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				return b.String(), b.Len(), "not valid UTF-16"
			}
			i += 2
		}
		switch {
		case r == 0:
			return b.String(), b.Len(), "binary file"
		case r == 0xFEFF && i == 0:
			continue
		}
		b.WriteRune(r)
	}
	return b.String(), 0, ""
}

// invalidUTF8 returns the offset of the first byte that is not UTF-8.
func invalidUTF8(text string) int {
	for i := 0; i < len(text); {
		r, w := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && w == 1 {
			return i
		}
		i += w
	}
	return len(text)
}
