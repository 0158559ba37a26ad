package document

// arena hands out nodes and the slices between them from slabs: one allocation for many nodes. Slabs are never reused,
// so what was handed out stays valid for as long as anybody holds it.
type arena struct {
	nodes []Node
	pairs []Pair
	items []*Node
	slab  int // nodes in the next slab
}

// expect sizes the first slab for a text of n bytes.
func (a *arena) expect(n int) {
	if want := n / 16; want > len(a.nodes) {
		a.slab = min(max(want, 8), 1024)
	}
}

func (a *arena) node() *Node {
	if len(a.nodes) == 0 {
		a.slab = min(max(a.slab, 8), 1024)
		a.nodes = make([]Node, a.slab)
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
		a.pairs = make([]Pair, max(len(p), a.slab/2, 8))
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
		a.items = make([]*Node, max(len(p), a.slab/8, 8))
	}
	kept := a.items[:len(p):len(p)]
	copy(kept, p)
	a.items = a.items[len(p):]
	return kept
}
