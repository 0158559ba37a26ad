package plan

// walk compares the two sides of a change and notes the attributes that differ.
type walk struct {
	*tree
	secrets *secrets
	limit   int // of attributes
	notes   []note
	text    []byte // of all notes
	cut     int
	path    path
	depth   int // steps of the path
	hidden  int // steps of it that are not told, and below which nothing is
}

// note is an attribute whose texts end where the next begins: path, before, after.
type note struct {
	start, path, before, after int
	sensitive, unknown         bool
}

// sides are the two values at one path with what is marked of them.
type sides struct{ before, after, beforeMarks, afterMarks, unknown int32 }

func (w *walk) compare(v sides, t *taint) {
	if !w.marked(v.unknown) && w.untouched(v) {
		return
	}
	hidesBefore, hidesAfter := w.hides(v.beforeMarks, v.before), w.hides(v.afterMarks, v.after)
	unknown := w.wholly(v.unknown, v.after)
	switch {
	case hidesBefore || hidesAfter:
		// What lies below is not looked at: even the keys of a sensitive map are secret.
		unknown = unknown || w.marked(v.unknown)
		if unknown || !w.equal(v.before, v.after) || hidesBefore != hidesAfter && v.before != none && v.after != none {
			w.note(v, unknown, true)
		}
	case unknown:
		w.note(v, true, t.covers() || w.marked(v.beforeMarks))
	case w.container(v.before) && w.container(v.after) && w.kind(v.before) != w.kind(v.after),
		w.container(v.before) && w.scalar(v.after), w.scalar(v.before) && w.container(v.after):
		w.compare(sides{v.before, none, v.beforeMarks, none, none}, t)
		w.compare(sides{none, v.after, none, v.afterMarks, v.unknown}, t)
	case w.container(v.before) || w.container(v.after) || w.marked(v.unknown) && !w.scalar(v.before) && !w.scalar(v.after):
		w.descend(v, t)
	case !w.equal(v.before, v.after):
		if w.depth > 0 || w.scalar(v.before) || w.scalar(v.after) {
			w.note(v, false, t.covers())
		}
	}
}

// untouched reports whether values and marks are the same to the byte, which most of an update is.
func (w *walk) untouched(v sides) bool {
	same := func(a, b int32) bool {
		return a == b || a != none && b != none && string(w.nodes[a].raw) == string(w.nodes[b].raw)
	}
	return same(v.before, v.after) && (same(v.beforeMarks, v.afterMarks) || !w.marked(v.beforeMarks) && !w.marked(v.afterMarks))
}

// container reports whether there is anything below; an empty object or list is a value like a string.
func (w *walk) container(n int32) bool {
	k := w.kind(n)
	return (k == '{' || k == '[') && w.nodes[n].size > 0
}

func (w *walk) scalar(n int32) bool {
	switch w.kind(n) {
	case 'n', '{', '[', 0:
		return false
	}
	return true
}

// descend compares what lies below, by key or by index. Whatever of the two sides and after_unknown is no container of the
// one kind has no children.
func (w *walk) descend(v sides, t *taint) {
	kind := byte('{')
	for _, n := range []int32{v.unknown, v.after, v.before} {
		if w.container(n) {
			kind = w.kind(n)
		}
	}
	below := func(n int32) []int32 {
		if w.kind(n) == kind {
			return w.children(n)
		}
		return nil
	}
	before, after, unknown := below(v.before), below(v.after), below(v.unknown)
	beforeMarks, afterMarks := below(v.beforeMarks), below(v.afterMarks)
	if kind == '[' {
		for i := range max(len(before), len(after), len(unknown)) {
			at := func(list []int32) int32 {
				if i < len(list) {
					return list[i]
				}
				return none
			}
			w.element(i, sides{at(before), at(after), at(beforeMarks), at(afterMarks), at(unknown)}, t)
		}
		return
	}
	for {
		key, ok := w.least(before, after, unknown)
		if !ok {
			return
		}
		take := func(list *[]int32) int32 {
			n := w.member(list, key)
			if n != none {
				*list = (*list)[1:]
			}
			return n
		}
		w.property(key, sides{take(&before), take(&after), take(&beforeMarks), take(&afterMarks), take(&unknown)}, t.below(key))
	}
}

// least is the smallest first key of some lists of members.
func (w *walk) least(lists ...[]int32) (least []byte, ok bool) {
	for _, list := range lists {
		if len(list) == 0 {
			continue
		}
		if key := w.nodes[list[0]].key; !ok || string(key) < string(least) {
			least, ok = key, true
		}
	}
	return least, ok
}

func (w *walk) element(i int, v sides, t *taint) {
	length := len(w.path)
	w.path.index(i)
	w.depth++
	w.compare(v, t)
	w.depth--
	w.path = w.path[:length]
}

func (w *walk) property(key []byte, v sides, t *taint) {
	length := len(w.path)
	// The first step is an attribute's name, which comes from the provider; further ones can be keys of maps.
	secret := w.depth > 0 && w.secrets.in(key)
	if secret {
		w.path.hidden()
		w.hidden++
	} else {
		w.path.key(key)
	}
	w.depth++
	w.compare(v, t)
	w.depth--
	if secret {
		w.hidden--
	}
	w.path = w.path[:length]
}
