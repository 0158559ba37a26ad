package plan_test

import (
	"bytes"
	"encoding/json"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/claire-de-binare/cdbgate/pkg/plan"
	"github.com/claire-de-binare/cdbgate/pkg/plan/synthetic"
)

// large is a plan of 15,000 changes and about 40 MB.
var large = sync.OnceValue(func() []byte { return synthetic.Plan(15000) })

func BenchmarkRead(b *testing.B) {
	data := large()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := plan.Read("plan.json", bytes.NewReader(data), 0); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecode is what encoding/json takes for the same bytes into a tree.
func BenchmarkDecode(b *testing.B) {
	data := large()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			b.Fatal(err)
		}
	}
}

// TestLarge reads the large plan from a file and holds the reader to three times its size, in all the memory the runtime asked
// for meanwhile. The bound on time is loose: it is there to catch what is not linear.
func TestLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 200 MB")
	}
	path := t.TempDir() + "/plan.json"
	data := synthetic.Plan(15000)
	size := len(data)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	data = nil
	runtime.GC()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	peak := watchHeap()
	start := time.Now()
	p, err := plan.Read(path, file, 2)
	took, most := time.Since(start), peak()
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Changes) != 13500 || p.Unchanged != 1500 {
		t.Errorf("changes, unchanged = %d, %d, want 13500, 1500", len(p.Changes), p.Unchanged)
	}
	t.Logf("%d bytes in %v, heap at most %d bytes", size, took, most)
	if took > time.Minute { // a hang, not a figure: the race detector and a busy machine take their time
		t.Errorf("took %v", took)
	}
	if most > 3*uint64(size) {
		t.Errorf("the heap grew to %d bytes for a plan of %d", most, size)
	}
}

// watchHeap samples the heap until the function it returns is called, which tells the largest.
func watchHeap() func() uint64 {
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		var largest uint64
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				most <- largest
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				largest = max(largest, m.HeapAlloc)
			}
		}
	}()
	return func() uint64 {
		close(stop)
		return <-most
	}
}
