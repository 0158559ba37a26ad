package report

import "github.com/claire-de-binare/cdbgate/pkg/finding"

// span is a location's range, reduced to what can be trusted: 0 for what is unknown, and an end that is not before the
// start. The end is exclusive, as in finding.Location.
type span struct {
	startLine, startColumn, endLine, endColumn int
}

// spanOf reads a location's range. A column without a line, an end without a start and an end before the start are dropped.
func spanOf(l *finding.Location) span {
	var s span
	if l == nil || l.StartLine <= 0 {
		return s
	}
	s.startLine, s.startColumn = l.StartLine, max(l.StartColumn, 0)
	if l.EndLine < l.StartLine {
		return s
	}
	s.endLine = l.EndLine
	if l.EndColumn > 0 && (l.EndLine > l.StartLine || l.EndColumn >= s.startColumn) {
		s.endColumn = l.EndColumn
	}
	return s
}

// lastLine is the last line that holds a part of the range: an end at the first column of a line includes nothing of it.
func (s span) lastLine() int {
	if s.endLine > s.startLine && s.endColumn == 1 {
		return s.endLine - 1
	}
	return max(s.endLine, s.startLine)
}
