package linediff_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/patch/linediff"
)

// BenchmarkAdded compares versions of a file of one megabyte.
func BenchmarkAdded(b *testing.B) {
	var text lines
	for i := 0; i < 28000; i++ {
		switch i % 12 {
		case 10:
			text = append(text, []byte("}\n"))
		case 11:
			text = append(text, []byte("\n"))
		default:
			text = append(text, fmt.Appendf(nil, "\tvalue[%d] = compute(input, %d)\n", i, i*7))
		}
	}
	old, extra := text.join(), []byte("\tadded()\n")
	with := func(at ...int) []byte {
		l := slices.Clone(text)
		for _, i := range at {
			l = slices.Insert(l, i, extra)
		}
		return l.join()
	}
	move := slices.Concat(text[:9000], text[9120:9600], text[9000:9120], text[9600:]).join()
	for _, c := range []struct {
		name string
		now  []byte
	}{
		{"one line", with(14003)},
		{"block that slides", slices.Concat(text[:14000], text[13980:14000], text[14000:]).join()},
		{"two lines far apart", with(1000, 27000)},
		{"moved block", move},
		{"every line", bytes.ReplaceAll(old, []byte("value"), []byte("Value"))},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(old) + len(c.now)))
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := linediff.Added(old, c.now); !ok {
					b.Fatal("not sure")
				}
			}
		})
	}
}
