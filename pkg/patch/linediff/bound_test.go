package linediff_test

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"testing"

	"github.com/claire-de-binare/cdbgate/pkg/patch/linediff"
)

// TestBound compares the largest pairs that still have a sure answer: where
// git gives up on the shortest script is the one thing that is not followed.
func TestBound(t *testing.T) {
	g := &generator{r: rand.New(rand.NewPCG(5, 5))}
	var pairs []pair
	for range 150 {
		n := 2000
		a, b := g.r.Perm(n), g.r.Perm(n)
		prefixes := func(i, j int) pair { return pair{"bound", numbered(a[:i]), numbered(b[:j])} }
		first := sort.Search(n-8, func(i int) bool {
			p := prefixes(i, i)
			_, ok := linediff.Added(p.old, p.now)
			return !ok
		})
		for i := max(0, first-3); i < first+3; i++ {
			pairs = append(pairs, prefixes(i, i), prefixes(i, i+1), prefixes(i+2, i))
		}
	}
	rates := map[string]rate{}
	compare(t, pairs, rates)
	report(t, rates)
	if r := rates["bound"]; r.sure == 0 || r.sure == r.all {
		t.Errorf("the bound is not among the pairs: sure of %d of %d", r.sure, r.all)
	}
}

// numbered returns a line for each number, many of them equal.
func numbered(n []int) []byte {
	var b []byte
	for _, i := range n {
		b = fmt.Appendf(b, "line %d\n", i/2)
	}
	return b
}
