package secretscan

import (
	"encoding/binary"
	"unicode/utf16"
)

// decoded is a text as UTF-8: what begins with the byte order mark of UTF-16, or has a zero in every second place, is read as that.
// Lines stay lines.
func decoded(text []byte) string {
	order, skip := utf16Order(text)
	if order == nil {
		return string(text)
	}
	units := make([]uint16, 0, len(text)/2)
	for i := skip; i+1 < len(text); i += 2 {
		units = append(units, order.Uint16(text[i:]))
	}
	return string(utf16.Decode(units))
}

// mostlyText reports whether a content is text but for some odd bytes: programs and pictures have far more of those.
func mostlyText(content []byte) bool {
	head := content[:min(len(content), sampled*16)]
	odd := 0
	for _, c := range head {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0x7f {
			odd++
		}
	}
	return odd*20 <= len(head)
}

// sampled is how much of a text is looked at, in bytes.
const sampled = 512

func utf16Order(text []byte) (binary.ByteOrder, int) {
	if len(text) < 4 {
		return nil, 0
	}
	switch {
	case text[0] == 0xff && text[1] == 0xfe && (text[2] != 0 || text[3] != 0):
		return binary.LittleEndian, 2
	case text[0] == 0xfe && text[1] == 0xff:
		return binary.BigEndian, 2
	}
	var zeros [2]int
	n := min(len(text), sampled) &^ 1
	for i := range n {
		if text[i] == 0 {
			zeros[i&1]++
		}
	}
	switch half := n / 2; {
	case zeros[1] > half*9/10 && zeros[0] <= half/10:
		return binary.LittleEndian, 0
	case zeros[0] > half*9/10 && zeros[1] <= half/10:
		return binary.BigEndian, 0
	}
	return nil, 0
}
