package linediff

import "bytes"

// window is the lines of one version around its middle: as many of the common
// ends as moving groups turn out to need.
type window struct {
	src []byte
	at  []int // where lines begin; one more than there are lines
	// top and end tell that the window reaches the beginning or the end of the
	// file. short is set when a line outside was asked for.
	top, end, short bool
}

// open returns a window on a version with up to extra lines around the middle
// [from, to), and the number of lines it has before and behind that.
func open(src []byte, from, to, extra int) (w *window, before, behind int) {
	w = &window{src: src}
	lo, hi := from, to
	for before < extra && lo > 0 {
		lo = bytes.LastIndexByte(src[:lo-1], '\n') + 1
		before++
	}
	for behind < extra && hi < len(src) {
		hi += len(firstLine(src[hi:]))
		behind++
	}
	w.top, w.end = lo == 0, hi == len(src)
	w.at = make([]int, 1, 2*extra+2)
	w.at[0] = lo
	for lo < hi {
		lo += len(firstLine(src[lo:hi]))
		w.at = append(w.at, lo)
	}
	return w, before, behind
}

func (w *window) count() int { return len(w.at) - 1 }

func (w *window) line(i int) []byte { return w.src[w.at[i]:w.at[i+1]] }

// exists reports whether there is a line i, which may be one outside.
func (w *window) exists(i int) bool {
	if i < 0 {
		w.short = w.short || !w.top
		return false
	}
	if i >= w.count() {
		w.short = w.short || !w.end
		return false
	}
	return true
}

// same reports whether lines i and j both exist and are equal.
func (w *window) same(i, j int) bool {
	return w.exists(i) && w.exists(j) && bytes.Equal(w.line(i), w.line(j))
}
