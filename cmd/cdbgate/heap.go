package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// A run is short and allocates a lot at once, so it collects seldom while the heap is small. Where large inputs fill it, another
// heap of many times the size is not to be had for nothing on a CI runner: what may come on top of what a collection left is
// bounded instead, closely when a command says that its input is large.
const (
	headroom     = 192 << 20 // bytes
	mostPercent  = 400
	leastPercent = 25
)

// heap decides how often is collected.
type heap struct{ headroom atomic.Uint64 }

// newHeap sets how often is collected, after every collection anew. GOGC and GOMEMLIMIT overrule it.
func newHeap() *heap {
	h := &heap{}
	h.headroom.Store(headroom)
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return h
	}
	debug.SetGCPercent(mostPercent)
	afterCollection(func() { debug.SetGCPercent(percentFor(liveHeap(), h.headroom.Load())) })
	return h
}

// frugal has memory count for more than time from now on: so many bytes may come on top.
func (h *heap) frugal(headroom uint64) { h.headroom.Store(headroom) }

// percentFor is the percentage of a live heap, in bytes, that a headroom is.
func percentFor(live, headroom uint64) int {
	return int(min(mostPercent, max(leastPercent, headroom*100/max(live, 1))))
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
