package archive_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/archive"
)

func BenchmarkWalk(b *testing.B) {
	var files []file
	for i := range 1000 {
		files = append(files, file{fmt.Sprintf("dir/%d.txt", i), strings.Repeat(fmt.Sprintf("line %d of a text\n", i), 200)})
	}
	for _, bench := range []struct {
		name string
		data []byte
	}{{"zip", zipped(files...)}, {"tar", tarred(files...)}, {"tar.gz", gzipped(tarred(files...))}, {"text", []byte(strings.Repeat("PK is a text\n", 300_000))}} {
		b.Run(bench.name, func(b *testing.B) {
			total := 0
			for b.Loop() {
				total = 0
				_, err := archive.Walk(context.Background(), "a", bench.data, archive.Limits{}, func(_ string, text []byte) error { total += len(text); return nil })
				check(err)
			}
			b.SetBytes(int64(total))
		})
	}
}
