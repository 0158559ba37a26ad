package secrets

// trie finds where words of a set are in a text. Words are lower-case; ASCII letters of the text match in either case, all
// other bytes as they are.
//
// Three bytes at a time are looked up in a filter that is small enough to stay near the processor; from where they may begin
// a word the text is followed down the tree.
type trie struct {
	bucket [256]uint8 // what the filter takes for the same byte
	filter [1 << (3 * bucketBits) / 64]uint64

	class [256]uint8 // what the tree takes for the same byte; 0: is in no word
	shift uint       // the children of a node begin at node<<shift
	down  []uint32   // 0: no child
	ends  []int32    // by node: 1 + the word that ends there, or 0
}

const bucketBits = 5

// newTrie builds the tree. Empty words are never found; of equal ones the last is.
func newTrie(words []string) *trie {
	t := &trie{}
	t.classify(words)
	t.grow()
	for w, word := range words {
		if word != "" {
			t.add(word, int32(w))
		}
	}
	return t
}

// classify gives every byte that is in a word a class of its own, and a bucket; rare ones share one.
func (t *trie) classify(words []string) {
	classes := 1
	for _, word := range words {
		for i := range len(word) {
			c := word[i]
			if t.class[c] == 0 {
				t.class[c], t.bucket[c] = uint8(classes), bucketOf(c)
				classes++
			}
		}
	}
	for c := 'A'; c <= 'Z'; c++ {
		lower := c + 'a' - 'A'
		t.class[c], t.bucket[c] = t.class[lower], t.bucket[lower]
	}
	for 1<<t.shift < classes {
		t.shift++
	}
}

func bucketOf(c byte) uint8 {
	switch {
	case c >= 'a' && c <= 'z':
		return c - 'a' + 1
	case c >= '0' && c <= '9':
		return 27
	case c == '_':
		return 28
	case c == '-':
		return 29
	case c == '.':
		return 30
	}
	return 31
}

// grow adds a node.
func (t *trie) grow() {
	t.down = append(t.down, make([]uint32, 1<<t.shift)...)
	t.ends = append(t.ends, 0)
}

func (t *trie) add(word string, number int32) {
	node := uint32(0)
	for i := range len(word) {
		at := node<<t.shift | uint32(t.class[word[i]])
		if t.down[at] == 0 {
			t.down[at] = uint32(len(t.ends))
			t.grow()
		}
		node = t.down[at]
	}
	t.ends[node] = number + 1
	t.pass(word)
}

// pass lets through the filter what may begin with word.
func (t *trie) pass(word string) {
	const buckets = 1 << bucketBits
	h, free := 0, 1
	for i := range 3 {
		h <<= bucketBits
		if i < len(word) {
			h |= int(t.bucket[word[i]])
		} else {
			free *= buckets
		}
	}
	for n := h; n < h+free; n++ {
		t.filter[n/64] |= 1 << (n % 64)
	}
}

// walk calls found for every word in the text: which one, and the offset of its first byte. Offsets ascend. It ends when
// found says no.
func (t *trie) walk(text string, found func(word int32, start int) bool) {
	h := uint32(0)
	for i := range len(text) {
		h = (h<<bucketBits | uint32(t.bucket[text[i]])) & (1<<(3*bucketBits) - 1)
		if t.filter[h/64]>>(h%64)&1 != 0 && i >= 2 && !t.from(text, i-2, found) {
			return
		}
	}
	for i := max(len(text)-2, 0); i < len(text); i++ {
		if !t.from(text, i, found) {
			return
		}
	}
}

// from looks for the words that begin at start.
func (t *trie) from(text string, start int, found func(int32, int) bool) bool {
	node := uint32(0)
	for i := start; i < len(text); i++ {
		if node = t.down[node<<t.shift|uint32(t.class[text[i]])]; node == 0 {
			return true
		}
		if end := t.ends[node]; end != 0 && !found(end-1, start) {
			return false
		}
	}
	return true
}

// in reports whether any word is in the text.
func (t *trie) in(text string) (in bool) {
	t.walk(text, func(int32, int) bool {
		in = true
		return false
	})
	return in
}
