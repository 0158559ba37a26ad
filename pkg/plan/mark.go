package plan

// hides reports whether a mark of before_sensitive or after_sensitive covers all of a value. Marks have the value's own shape,
// with true in place of what is sensitive; false, null, {} and absence leave to the children. A mark of any other shape, or
// kind, covers: it means something, and it cannot be told what.
func (t *tree) hides(mark, value int32) bool {
	switch kind := t.kind(mark); kind {
	case 0, 'f', 'n':
		return false
	case '{', '[':
		switch t.kind(value) {
		case 0, 'n':
			return false
		case kind:
			return kind == '[' && len(t.children(mark)) != len(t.children(value)) && t.marked(mark)
		}
		return t.marked(mark)
	}
	return true
}

// wholly reports whether a mark of after_unknown says that all of a value is known only after apply.
func (t *tree) wholly(mark, value int32) bool {
	switch kind := t.kind(mark); kind {
	case 0, 'f', 'n':
		return false
	case '{', '[':
		switch t.kind(value) {
		case 0, 'n', kind:
			return false
		}
		return t.marked(mark)
	}
	return true
}

// blank reports whether a mark covers nothing. It is there to save the work, and may say no where a close look says yes.
func (d document) blank(mark span) bool {
	switch d.kind(mark) {
	case 0, 'f', 'n':
		return true
	}
	switch string(d.raw(mark)) {
	case "{}", "[]":
		return true
	}
	return false
}

// member returns the child of a mark's object by its key. It consumes the list: keys are asked for in rising order.
func (t *tree) member(marks *[]int32, key []byte) int32 {
	for len(*marks) > 0 {
		first := (*marks)[0]
		switch name := t.nodes[first].key; {
		case string(name) < string(key):
			*marks = (*marks)[1:]
		case string(name) == string(key):
			return first
		default:
			return none
		}
	}
	return none
}
