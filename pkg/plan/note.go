package plan

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// maxText is the longest value told, in runes.
const maxText = 200

// note adds the attribute at the present path.
func (w *walk) note(v sides, unknown, sensitive bool) {
	if len(w.notes) >= w.limit {
		w.cut++
		return
	}
	if w.depth == 0 {
		v.before, v.after = w.object(v.before), w.object(v.after)
	}
	sensitive = sensitive || w.hidden > 0 || w.secrets.holds(w.tree, v.before) || w.secrets.holds(w.tree, v.after)
	n := note{start: len(w.text), sensitive: sensitive, unknown: unknown}
	w.text = append(w.text, w.path...)
	n.path = len(w.text)
	w.show(v.before, sensitive)
	n.before = len(w.text)
	if unknown {
		w.text = append(w.text, unknownValue...)
	} else {
		w.show(v.after, sensitive)
	}
	n.after = len(w.text)
	w.notes = append(w.notes, n)
}

// object is none for the null that stands for no object at all.
func (w *walk) object(n int32) int32 {
	if w.kind(n) == 'n' {
		return none
	}
	return n
}

// show adds a value's text, nothing when it is absent.
func (w *walk) show(n int32, sensitive bool) {
	switch {
	case n == none:
	case sensitive:
		w.text = append(w.text, sensitiveValue...)
	default:
		start := len(w.text)
		w.text = clip(w.appendValue(w.text, n, start+4*maxText), start)
	}
}

// appendValue adds a value's JSON text on one line, and stops soon behind limit bytes.
func (t *tree) appendValue(dst []byte, n int32, limit int) []byte {
	v := &t.nodes[n]
	switch v.kind {
	case '"':
		return appendQuoted(dst, t.text(n), maxText)
	case '{', '[':
	default:
		return append(dst, v.raw[:min(len(v.raw), limit)]...)
	}
	dst = append(dst, v.kind)
	for i, kid := range t.children(n) {
		if len(dst) > limit {
			break
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		if v.kind == '{' {
			dst = append(appendQuoted(dst, t.nodes[kid].key, maxText), ':')
		}
		dst = t.appendValue(dst, kid, limit)
	}
	return append(dst, v.kind+2) // the closing brace and bracket both stand two behind
}

// clip shortens what begins at start to maxText runes.
func clip(dst []byte, start int) []byte {
	runes, last := 0, start
	for i := range string(dst[start:]) {
		if runes++; runes == maxText {
			last = start + i
		}
	}
	if runes > maxText {
		return append(dst[:last], "…"...)
	}
	return dst
}

// attributes are the notes, sorted by path, and the paths of the unknown ones among them.
func (w *walk) attributes() (all []Attribute, unknown []string) {
	if len(w.notes) == 0 {
		return nil, nil
	}
	text := string(w.text) // one piece of memory for all
	all = make([]Attribute, len(w.notes))
	sorted := true
	for i, n := range w.notes {
		all[i] = Attribute{text[n.start:n.path], text[n.path:n.before], text[n.before:n.after], n.sensitive, n.unknown}
		sorted = sorted && (i == 0 || all[i-1].Path <= all[i].Path)
	}
	if !sorted {
		slices.SortStableFunc(all, func(a, b Attribute) int { return cmp.Compare(a.Path, b.Path) })
	}
	for i := range all {
		if all[i].Unknown {
			unknown = append(unknown, all[i].Path)
		}
	}
	return all, unknown
}

// replacePaths are the paths in replace_paths: lists of keys and indices. A path ends where its value is sensitive.
func (w *walk) replacePaths(list int32, v sides) []string {
	var paths []string
	for _, steps := range w.children(list) {
		if len(paths) == w.limit {
			break
		}
		var p path
		before, after := v.beforeMarks, v.afterMarks
		for i, step := range w.children(steps) {
			if w.covered(before) || w.covered(after) {
				break
			}
			before, after = w.step(before, step), w.step(after, step)
			switch raw := w.nodes[step].raw; {
			case w.kind(step) == '0' && len(raw) < 20:
				p = append(append(append(p, '['), raw...), ']')
			case w.kind(step) != '"' || i > 0 && w.secrets.in(w.tree.text(step)):
				p.hidden()
			default:
				p.key(w.tree.text(step))
			}
			if p.full() {
				break
			}
		}
		paths = append(paths, string(p))
	}
	return paths
}

// covered reports whether a mark says that everything here is sensitive.
func (w *walk) covered(mark int32) bool {
	k := w.kind(mark)
	return k == 't' || k == '"' || k == '0'
}

// step goes one step down in the marks.
func (w *walk) step(mark, step int32) int32 {
	kids := w.children(mark)
	switch {
	case w.kind(mark) == '{' && w.kind(step) == '"':
		key := w.tree.text(step)
		at, ok := slices.BinarySearchFunc(kids, key, func(kid int32, key []byte) int { return bytes.Compare(w.nodes[kid].key, key) })
		if ok {
			return kids[at]
		}
	case w.kind(mark) == '[' && w.kind(step) == '0':
		if i, err := strconv.Atoi(string(w.nodes[step].raw)); err == nil && i >= 0 && i < len(kids) {
			return kids[i]
		}
	}
	return none
}

// reason is free text of the plan: on one line, clipped, and hidden when a secret is in it.
func (w *walk) reason(text string) string {
	if w.secrets.in([]byte(text)) {
		return sensitiveValue
	}
	text = strings.Join(strings.Fields(text), " ")
	return string(clip([]byte(text), 0))
}
