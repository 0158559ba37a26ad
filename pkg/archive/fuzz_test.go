package archive_test

import (
	"context"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/archive"
)

// FuzzWalk: no panic, no endless walk, and no limit that gives way.
func FuzzWalk(f *testing.F) {
	zstd := "\x28\xb5\x2f\xfd\x24\x05\x29\x00\x00first\x19\x46\xa0\x2c"
	for _, data := range [][]byte{
		zipped(two...), tarred(two...), gzipped(tarred(two...)), zlibbed([]byte("first")), quoted(3, []byte("kernel")), []byte(zstd),
		join([]byte("before"), zipped(file{"a.zip", string(zipped(two...))}), gzipped([]byte("behind"))), []byte("BZh9\x17\x72\x45\x38\x50\x90\x00\x00\x00\x00"),
	} {
		f.Add("a.zip", data)
		f.Add("a.tar", data[:len(data)-len(data)/4])
	}
	limits := archive.Limits{Bytes: 1 << 20, EntryBytes: 1 << 16, Entries: 100, Depth: 4, Ratio: 500}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		begin, visits, total := time.Now(), 0, 0
		_, err := archive.Walk(context.Background(), name, data, limits, func(inner string, text []byte) error {
			visits++
			total += len(text)
			if len(text) > max(len(data), 1<<16) || len(text) == 0 || len(inner) > 4096 {
				t.Errorf("a text of %d bytes", len(text))
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if visits > 1000 || total > 16<<20+8*len(data) || time.Since(begin) > 10*time.Second {
			t.Errorf("%d visits of %d bytes in %v", visits, total, time.Since(begin))
		}
	})
}
