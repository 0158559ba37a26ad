package manifest

import (
	"encoding/binary"
	"unicode/utf16"
)

// narrow turns UTF-16 into UTF-8. Any other text is returned as it is.
func narrow(text []byte) []byte {
	order := wideOrder(text)
	if order == nil {
		return text
	}
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = order.Uint16(text[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// wideOrder tells UTF-16 as YAML 1.2, section 5.2 does: by its byte order mark, or by a zero byte beside an ASCII one.
func wideOrder(text []byte) binary.ByteOrder {
	if len(text) < 2 || len(text)%2 != 0 {
		return nil
	}
	switch a, b := text[0], text[1]; {
	case a == 0xFF && b == 0xFE, b == 0 && printable(a):
		return binary.LittleEndian
	case a == 0xFE && b == 0xFF, a == 0 && printable(b):
		return binary.BigEndian
	}
	return nil
}

func printable(c byte) bool { return c >= ' ' && c < 0x7F || c == '\n' || c == '\r' || c == '\t' }
