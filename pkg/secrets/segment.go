package secrets

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// span is the bytes from start to before end.
type span struct{ start, end int }

// overlaps counts spans that only touch as well.
func (s span) overlaps(o span) bool { return o.start <= s.end && o.end >= s.start }
func (s span) contains(o span) bool { return s.start <= o.start && o.end <= s.end }
func (s span) merge(o span) span    { return span{min(s.start, o.start), max(s.end, o.end)} }

// segment is a stretch of text that was decoded in one pass.
type segment struct {
	original span // where it stands in the fragment
	encoded  span // where it stood in the text of the pass before
	decoded  span // where it stands in the decoded text
	kinds    kind // all encodings it came through
}

// layer is the result of one decoding pass. Its segments are in order and do not overlap.
type layer struct {
	text     string
	segments []segment
	depth    int
	below    *layer // nil: the fragment itself
}

// decodeLayer decodes what looks encoded in the text of a layer. It returns nil when there is nothing.
func decodeLayer(below *layer, buffer *[]encoded) *layer {
	*buffer = findEncoded(below.text, *buffer)
	var out strings.Builder
	up := &layer{depth: below.depth + 1, below: below}
	done := 0
	for _, e := range *buffer {
		value := e.kind.decode(below.text[e.start:e.end])
		if value == "" {
			continue
		}
		out.WriteString(below.text[done:e.start])
		s := segment{original: below.origin(e.span), encoded: e.span, kinds: e.kind}
		s.decoded = span{out.Len(), out.Len() + len(value)}
		for _, p := range below.overlapping(e.span) {
			s.kinds |= p.kinds
		}
		out.WriteString(value)
		done = e.end
		up.segments = append(up.segments, s)
	}
	if len(up.segments) == 0 {
		return nil
	}
	out.WriteString(below.text[done:])
	up.text = out.String()
	return up
}

// overlapping is the segments whose decoded text overlaps or touches s.
func (l *layer) overlapping(s span) []segment {
	n := len(l.segments)
	from := sort.Search(n, func(i int) bool { return l.segments[i].decoded.end >= s.start })
	to := from
	for to < n && l.segments[to].decoded.start <= s.end {
		to++
	}
	return l.segments[from:to]
}

// origin is where in the fragment the stretch s of the layer's text comes from.
func (l *layer) origin(s span) span {
	return l.originOf(l.overlapping(s), s)
}

// originOf is origin with regard to some of the segments of the layer only. A stretch that reaches beyond a decoded segment
// reaches as far beyond the encoded one.
func (l *layer) originOf(segments []segment, s span) span {
	for len(l.segments) > 0 {
		var lower span
		for _, p := range segments {
			if !p.decoded.overlaps(s) {
				continue
			}
			if p.decoded.contains(s) {
				return p.original
			}
			wide := p.decoded.merge(s)
			part := span{p.encoded.start + wide.start - p.decoded.start, p.encoded.end + wide.end - p.decoded.end}
			if lower.end == 0 {
				lower = part
			} else {
				lower = lower.merge(part)
			}
		}
		if lower.end == 0 {
			return s
		}
		s, l = lower, l.below
		segments = l.overlapping(s)
	}
	return s
}

// lineOf is the text of the layer around segments: from the newline before the first, that included, to the end of the line on
// which the last one ends.
func (l *layer) lineOf(segments []segment) span {
	whole := segments[0].decoded.merge(segments[len(segments)-1].decoded)
	start, end := 0, len(l.text)
	if n := strings.LastIndexByte(l.text[:whole.start+1], '\n'); n >= 0 {
		start = n
	}
	if n := strings.IndexByte(l.text[whole.end:], '\n'); n >= 0 {
		end = whole.end + n
	}
	return span{start, end}
}

// tags says in gitleaks' words how segments were decoded.
func (l *layer) tags(segments []segment) []string {
	var kinds kind
	for _, s := range segments {
		kinds |= s.kinds
	}
	var tags []string
	for i, name := range kindNames {
		if kinds&(1<<i) != 0 {
			tags = append(tags, "decoded:"+name)
		}
	}
	return slices.Clip(append(tags, fmt.Sprintf("decode-depth:%d", l.depth)))
}
