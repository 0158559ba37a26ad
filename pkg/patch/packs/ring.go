package packs

// ring keeps contents in one stretch of memory, where a new one takes the place of the oldest. What was used since the last call
// of Trim stays: what finds no place beside that is not kept.
type ring struct {
	memory []byte
	size   int           // of memory, which is made when it is first needed
	head   int           // where the next content begins
	kept   map[place]int // numbers of contents
	queue  []slot        // from the oldest to the newest, in the order in which they lie, past the end and around
	first  int           // number of queue[0]
	turn   int           // how often Trim was called
}

// place is where an object is.
type place struct {
	pack *pack
	at   int64
}

// slot is a content in the ring.
type slot struct {
	place
	from, to int
	used     int // the turn in which it was last used
}

func newRing(size int) ring { return ring{size: size, kept: map[place]int{}} }

// get is a content that is kept.
func (r *ring) get(at place) (text []byte, ok bool) {
	n, ok := r.kept[at]
	if !ok {
		return nil, false
	}
	s := &r.queue[n-r.first]
	s.used = r.turn
	return r.memory[s.from:s.to:s.to], true
}

// room is memory for a content, which is kept if there is a place for it.
func (r *ring) room(at place, size int) []byte {
	if size > r.size/4 {
		return make([]byte, size)
	}
	if r.memory == nil {
		r.memory = make([]byte, r.size)
	}
	from, around := r.head, false
	if from+size > len(r.memory) {
		from, around = 0, true
	}
	for len(r.queue) > 0 && r.inTheWay(r.queue[0], from+size, around) {
		if r.queue[0].used == r.turn {
			return make([]byte, size)
		}
		r.forget()
	}
	r.head = from + size
	r.kept[at] = r.first + len(r.queue)
	r.queue = append(r.queue, slot{at, from, r.head, r.turn})
	return r.memory[from:r.head:r.head]
}

// inTheWay reports whether the oldest content has to go before a new one ends at to: it is there, or between there and the head.
func (r *ring) inTheWay(oldest slot, to int, around bool) bool {
	ahead := oldest.from >= r.head
	if around {
		return ahead || oldest.from < to
	}
	return ahead && oldest.from < to
}

// forget gives the place of the oldest content away.
func (r *ring) forget() {
	old := r.queue[0].place
	if r.kept[old] == r.first {
		delete(r.kept, old)
	}
	r.queue = r.queue[1:]
	r.first++
}

// drop forgets a content that could not be made.
func (r *ring) drop(at place) { delete(r.kept, at) }

// Trim says that what was handed over is not used any more.
func (r *ring) Trim() { r.turn++ }
