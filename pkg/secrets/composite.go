package secrets

// maxParts is how many hits of one required rule are named in a finding.
const maxParts = 16

// compose keeps those hits of a composite rule that have a hit of every required rule near, in the same layer. The required
// rules are looked for whether or not their keywords are there.
func (s *search) compose(r *rule, l *layer, hits []hit) []hit {
	if len(hits) == 0 {
		return nil
	}
	near := map[string][]hit{}
	for _, q := range r.required {
		if other := s.rules.byID[q.rule]; other != nil && near[q.rule] == nil {
			near[q.rule] = s.requiredHits(other, l)
		}
	}
	var kept []hit
	for _, h := range hits {
		if parts, ok := partsOf(&h, r.required, near); ok {
			h.parts = parts
			kept = append(kept, h)
		}
	}
	return kept
}

func (s *search) requiredHits(r *rule, l *layer) []hit {
	if !r.applies(s.fragment) {
		return nil
	}
	if r.parsed == nil {
		if l.depth > 0 {
			return nil
		}
		return []hit{{rule: r, layer: l}}
	}
	return s.check(r, l, r.regex().FindAllStringIndex(l.text, -1))
}

// partsOf is the hits that h requires, and whether each required rule has one.
func partsOf(h *hit, needs []required, near map[string][]hit) ([]hit, bool) {
	var parts []hit
	have := map[string]bool{}
	for _, q := range needs {
		found := 0
		for i := range near[q.rule] {
			if other := &near[q.rule][i]; found < maxParts && q.within(h, other) {
				parts = append(parts, *other)
				have[q.rule] = true
				found++
			}
		}
	}
	for _, q := range needs {
		if !have[q.rule] {
			return nil, false
		}
	}
	return parts, true
}

// within compares the lines and columns on which two hits start.
func (q *required) within(a, b *hit) bool {
	return (q.withinLines == nil || distance(a.place.startLine, b.place.startLine) <= *q.withinLines) &&
		(q.withinColumns == nil || distance(a.place.column, b.place.column) <= *q.withinColumns)
}

func distance(a, b int) int { return max(a-b, b-a) }
