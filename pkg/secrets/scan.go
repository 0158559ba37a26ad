package secrets

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
)

// Fragment is a stretch of the text of one file, of any size and content. The zero value of a field says that there is no
// such thing.
type Fragment struct {
	Path        string // with slashes, as rules and allowlists expect it
	WindowsPath string // the same with backslashes, for rules that are written so
	Commit      string // the hash of the commit that adds the text
	FirstLine   int    // the number of its first line in the file; lines count from 1, and 0 is taken for 1
	Text        string

	// FileItself asks for the rules that are about nothing but a path. They are found at every fragment that asks, so
	// let the first fragment of a file do so (gitleaks lets all of them). Their findings have no lines.
	FileItself bool
}

// Scanner looks for secrets. It does not change and is safe for concurrent use.
type Scanner struct {
	rules *Rules
	depth int
	spare sync.Pool // of *scratch
}

// NewScanner makes a scanner that also looks into what is encoded as base64, hexadecimal digits, percent encoding or Unicode
// escapes, up to decodeDepth encodings in one another. The command gitleaks goes 5 deep; 0 decodes nothing.
func (r *Rules) NewScanner(decodeDepth int) *Scanner {
	s := &Scanner{rules: r, depth: decodeDepth}
	s.spare.New = func() any { return newScratch(len(r.rules), len(r.meaning)) }
	return s
}

// Scan finds the secrets in a fragment, sorted by line, column and rule. There are none if the path or the commit is
// allowed as a whole. The only error is that of ctx, which is looked at between decoding passes and between rules.
func (s *Scanner) Scan(ctx context.Context, f Fragment) ([]Finding, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.rules.paths.of(s.rules, &f) || s.rules.skipsCommit(&f) {
		return nil, nil
	}
	f.FirstLine = max(f.FirstLine, 1)
	room := s.spare.Get().(*scratch)
	defer s.spare.Put(room)
	run := &search{rules: s.rules, fragment: &f, scratch: room}
	for l := (&layer{text: f.Text}); l != nil; {
		if err := run.pass(ctx, l); err != nil {
			return nil, err
		}
		if l.depth >= s.depth {
			break
		}
		l = decodeLayer(l, &room.encoded)
	}
	return run.findings(), nil
}

// search is the scan of one fragment.
type search struct {
	rules    *Rules
	fragment *Fragment
	scratch  *scratch
	lines    *lines // made when first needed
	onLine   map[lineKey]bool
	signs    []int // where allowSign is; made when first needed
	hits     []hit
}

// hit is a match that has passed all checks.
type hit struct {
	rule   *rule
	at     span // in the fragment
	place  place
	secret string
	match  string
	groups []string
	bits   float64 // entropy
	layer  *layer
	tags   []string
	parts  []hit // of a composite rule
}

// pass looks for all rules in one layer.
func (s *search) pass(ctx context.Context, l *layer) error {
	room := s.scratch
	room.begin()
	look := s.active
	if room.collect(s.rules, l.text) {
		s.activateByLowerCase(l.text)
		look = s.everywhere
	} else {
		room.sortOut(s.rules, l.text)
	}
	room.active.each(func(i int) {
		if ctx.Err() == nil {
			look(s.rules.rules[i], l)
		}
	})
	return ctx.Err()
}

// active looks for a rule whose keyword is in the layer: near its anchors, if it has some.
func (s *search) active(r *rule, l *layer) {
	near := &s.scratch.near[r.index]
	switch {
	case r.anchors == nil || near.exhausted:
		s.everywhere(r, l)
	case near.ok:
		s.rule(r, l, func() [][]int { return findNear(r.regex(), l.text, near.found) })
	}
}

// everywhere looks for a rule in the whole of the layer.
func (s *search) everywhere(r *rule, l *layer) {
	s.rule(r, l, func() [][]int { return r.regex().FindAllStringIndex(l.text, -1) })
}

// activateByLowerCase activates rules as gitleaks does, for texts with runes whose lower case is in ASCII.
func (s *search) activateByLowerCase(text string) {
	lower := strings.ToLower(text)
	for _, r := range s.rules.rules {
		if slices.ContainsFunc(r.keywords, func(k string) bool { return k != "" && strings.Contains(lower, k) }) {
			s.scratch.active.set(r.index)
		}
	}
}

// rule adds the hits of one rule in one layer. Find is only called when the rule applies to the fragment.
func (s *search) rule(r *rule, l *layer, find func() [][]int) {
	if r.skipReport || r.parsed == nil && (l.depth > 0 || !s.fragment.FileItself) || !r.applies(s.fragment) {
		return
	}
	if r.parsed == nil {
		s.hits = append(s.hits, hit{rule: r, layer: l})
		return
	}
	hits := s.check(r, l, find())
	if len(r.required) > 0 {
		hits = s.compose(r, l, hits)
	}
	s.hits = append(s.hits, hits...)
}

// check makes hits of those matches that nothing excludes.
func (s *search) check(r *rule, l *layer, matches [][]int) []hit {
	var hits []hit
	for _, m := range matches {
		if h, ok := s.hit(r, l, span{m[0], m[1]}); ok {
			hits = append(hits, h)
		}
	}
	return hits
}

// hit looks at one match. Note that gitleaks trims newlines from both ends of a match but takes all of them from its end when
// it places it.
func (s *search) hit(r *rule, l *layer, at span) (hit, bool) {
	match := strings.Trim(l.text[at.start:at.end], "\n")
	h := hit{rule: r, layer: l, match: match}
	line := lineKey{}
	if l.depth > 0 {
		segments := l.overlapping(at)
		if len(segments) == 0 {
			return h, false // found in an earlier pass
		}
		at = l.originOf(segments, at)
		h.tags = l.tags(segments)
		line.layer, line.span = l, l.lineOf(segments)
	} else {
		at.end = at.start + len(match)
	}
	if s.lines == nil {
		s.lines = newLines(s.fragment.Text)
	}
	h.at, h.place = at, s.lines.locate(at.start, at.end)
	if s.signed(h.place.line) {
		return h, false
	}
	if line.start >= line.end {
		line = lineKey{span: h.place.line}
	}
	for _, a := range r.allow {
		if a.allowsMatch(match) {
			return h, false // before what takes longer
		}
	}
	h.groups = r.regex().FindStringSubmatch(match)
	h.secret = secretOf(r, match, h.groups)
	h.bits = entropy(h.secret)
	if r.entropy != 0 && h.bits <= r.entropy {
		return h, false
	}
	return h, !s.allowed(s.rules.allow, &h, line) && !s.allowed(r.allow, &h, line)
}

// secretOf is the rule's secret group, else the first group that holds anything, else the match. The groups are those of the
// match looked at by itself, so there may be none although the expression has some.
func secretOf(r *rule, match string, groups []string) string {
	if len(groups) < 2 {
		return match
	}
	if r.secretGroup > 0 {
		return groups[r.secretGroup]
	}
	for _, g := range groups[1:] {
		if g != "" {
			return g
		}
	}
	return match
}

func (s *search) allowed(lists []*allowlist, h *hit, line lineKey) bool {
	onLine := func(a *allowlist) bool {
		line.list = a
		return s.lineAllowed(line)
	}
	for _, a := range lists {
		if a.allowsFinding(s.fragment, h.secret, h.match, onLine) {
			return true
		}
	}
	return false
}

// findings drops the hits of generic rules where another rule has the same secret on the same line, and sorts the rest.
func (s *search) findings() []Finding {
	if len(s.hits) == 0 {
		return nil
	}
	better := s.specific()
	var all []Finding
	for i := range s.hits {
		h := &s.hits[i]
		if !h.rule.generic || !better[s.startLine(h)].holds(h.secret) {
			all = append(all, s.finding(h))
		}
	}
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(a.StartLine-b.StartLine, a.StartColumn-b.StartColumn, strings.Compare(a.Rule, b.Rule))
	})
	return all
}
