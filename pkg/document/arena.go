package document

// arena hands out nodes and the slices between them from slabs: one allocation for many nodes. Slabs are never reused,
// so what was handed out stays valid for as long as anybody holds it.
type arena struct {
	nodes []Node
	pairs []Pair
	items []*Node
	// How many are still to come, as far as anybody can tell.
	moreNodes, morePairs, moreItems int
}

// expect tells how many nodes are to come.
func (a *arena) expect(nodes int) { a.moreNodes, a.morePairs, a.moreItems = nodes, nodes/2, nodes/8 }

// slab returns the size of the next slab for at least need, and takes it off what is still to come. A slab is bounded,
// so that a node that outlives its document does not keep much memory.
func slab(more *int, need int) int {
	n := *more
	if n <= 0 {
		n = 32 // the estimate was too low
	}
	n = max(min(n, 512), need)
	*more -= n
	return n
}

func (a *arena) node() *Node {
	if len(a.nodes) == 0 {
		a.nodes = make([]Node, slab(&a.moreNodes, 1))
	}
	n := &a.nodes[0]
	a.nodes = a.nodes[1:]
	return n
}

// keepPairs copies collected pairs into the slab.
func (a *arena) keepPairs(p []Pair) []Pair {
	if len(p) == 0 {
		return nil
	}
	if len(a.pairs) < len(p) {
		a.pairs = make([]Pair, slab(&a.morePairs, len(p)))
	}
	kept := a.pairs[:len(p):len(p)]
	copy(kept, p)
	a.pairs = a.pairs[len(p):]
	return kept
}

// keepItems copies collected items into the slab.
func (a *arena) keepItems(p []*Node) []*Node {
	if len(p) == 0 {
		return nil
	}
	if len(a.items) < len(p) {
		a.items = make([]*Node, slab(&a.moreItems, len(p)))
	}
	kept := a.items[:len(p):len(p)]
	copy(kept, p)
	a.items = a.items[len(p):]
	return kept
}
