package secrets

// scratch is the memory that the scan of a fragment needs and the next can use again.
type scratch struct {
	seen    bits     // words
	active  bits     // rules of which a keyword is in the text
	found   []wordAt // in the order of the text
	near    []near   // by rule
	touched []int    // rules of which near is not empty
	encoded []encoded
}

// wordAt is the occurrence of a word that begins an anchor.
type wordAt struct {
	word  int32
	start int
}

// near is where the anchors of a rule are.
type near struct {
	found     []occurrence
	ok        bool // one of them is ok
	exhausted bool // to look at them takes longer than to search the whole text
	budget    int
}

func newScratch(rules, words int) *scratch {
	return &scratch{seen: newBits(words), active: newBits(rules), near: make([]near, rules)}
}

// begin forgets all.
func (c *scratch) begin() {
	clear(c.seen)
	c.found = c.found[:0]
	for _, i := range c.touched {
		c.near[i] = near{found: c.near[i].found[:0]}
	}
	c.touched = c.touched[:0]
}

// collect finds the words in the text and activates rules. It reports whether there is one of foldsToASCII: then the words say
// nothing.
func (c *scratch) collect(r *Rules, text string) (folds bool) {
	copy(c.active, r.always)
	r.words.walk(text, func(word int32, start int) bool {
		m := &r.meaning[word]
		if !c.seen.has(int(word)) {
			c.seen.set(int(word))
			c.active.add(m.activates)
			folds = folds || word >= r.folding
		}
		if len(m.anchors) > 0 {
			c.found = append(c.found, wordAt{word, start})
		}
		return true
	})
	return folds || len(r.exotic) > 0 && !isASCII(text)
}

// sortOut tries the anchors of the active rules.
func (c *scratch) sortOut(r *Rules, text string) {
	for _, w := range c.found {
		m := &r.meaning[w.word]
		for _, a := range m.anchors {
			if c.active.has(a.rule) {
				c.try(r.rules[a.rule], a.branch, text, w.start)
			}
		}
	}
}

func (c *scratch) try(r *rule, branch int, text string, at int) {
	n := &c.near[r.index]
	if len(n.found) == 0 && !n.exhausted {
		c.touched = append(c.touched, r.index)
		n.budget = stepsFor(text)
	}
	if n.exhausted {
		return
	}
	v := r.anchors[branch].try(text, at, &n.budget)
	if !v.known {
		n.exhausted = true
		return
	}
	from := at
	if v.ok {
		from -= r.lead.runBefore(text, at, r.before)
	}
	n.ok = n.ok || v.ok
	n.found = append(n.found, occurrence{start: at, from: from, behind: v.behind, ok: v.ok})
}
