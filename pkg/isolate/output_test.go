//go:build unix

package isolate_test

import (
	"runtime"
	"testing"
)

// What is printed is not kept in memory, however much may be printed. The test is not parallel: it measures.
func TestStreaming(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c := child("print", "stderr", "128")
	c.MaxOutput = 1 << 30
	o := run(t, c)
	runtime.ReadMemStats(&after)
	if o.Failure() != "" || o.TooLong || len(o.Messages) == 0 {
		t.Errorf("%+v", o)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 16<<20 {
		t.Errorf("it took %d MiB of memory", grown>>20)
	}
}
