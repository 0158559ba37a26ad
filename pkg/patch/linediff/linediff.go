// Package linediff answers one question about two versions of a text file
// without running git: which lines does "git diff -U0" show as added?
//
// The answer has to be the one git gives, to the line, because positions in it
// are compared with positions taken from git itself. Where several scripts are
// equally short the package therefore follows the choices git makes rather
// than any choice that would be correct: which lines are left out of the
// search, which of several shortest paths is taken, and where a group of lines
// that could stand in several places is put. It covers the default settings:
// the Myers algorithm, the indent heuristic, no whitespace rules, no context.
//
// The work is bounded by the change and not by the file. What both versions
// have in common at either end is found by comparing bytes in blocks and never
// split into lines; only the lines between are numbered. The one question that
// reaches beyond them, how frequent a line is in the whole file, is asked only
// when it can matter, and then by a walk which looks closer only at lines
// resembling those in question.
package linediff

// Run is a run of added lines: the "+" lines of one hunk.
type Run struct {
	FirstLine  int // number of the first line in the new version, from 1
	Start, End int // the bytes new[Start:End], whole lines
}

// maxSize bounds the versions that are compared here. Git takes files from
// half a gibibyte on (core.bigFileThreshold) for binary ones.
const maxSize = 256 << 20

// Added returns the runs of added lines in the order of the file. It returns
// false when the answer may not be the one git would give; the runs are nil
// then. The only such case besides the size of a version is a change so large
// that git stops looking for the shortest script (see maxCost).
func Added(old, now []byte) ([]Run, bool) {
	if len(old) > maxSize || len(now) > maxSize {
		return nil, false
	}
	p, same := align(old, now)
	if same {
		return nil, true
	}
	m := newMiddle(p)
	if !m.match() {
		return nil, false
	}
	return settle(p, m), true
}
