package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// A run is short and allocates a lot at once, so it collects seldom while the heap is small. Where one large input fills it,
// another heap of the same size is not to be had for nothing on a CI runner: what may come on top is bounded instead.
const (
	heapHeadroom = 40 << 20 // bytes that may come on top of what a collection left
	mostPercent  = 400
	leastPercent = 25
)

// tuneHeap sets how often is collected, after every collection anew. GOGC and GOMEMLIMIT overrule it.
func tuneHeap() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(mostPercent)
	afterCollection(func() { debug.SetGCPercent(percentFor(liveHeap())) })
}

// percentFor is the percentage of a live heap, in bytes, that its headroom is.
func percentFor(live uint64) int {
	return int(min(mostPercent, max(leastPercent, heapHeadroom*100/max(live, 1))))
}

func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// afterCollection calls do after every collection: an object that nobody holds is always found.
func afterCollection(do func()) {
	type sentinel struct{ _ [16]byte }
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) {
		do()
		afterCollection(do)
	})
}
