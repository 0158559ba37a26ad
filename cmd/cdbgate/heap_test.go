package main

import "testing"

func TestPercentFor(t *testing.T) {
	for live, want := range map[uint64]int{
		0: 400, 1 << 20: 400, 10 << 20: 400, 20 << 20: 200, 40 << 20: 100, 80 << 20: 50, 160 << 20: 25, 4 << 30: 25,
	} {
		if got := percentFor(live, 40<<20); got != want {
			t.Errorf("%d MiB live: %d %%, want %d", live>>20, got, want)
		}
	}
}
