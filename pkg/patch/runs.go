package patch

import (
	"iter"
	"strings"
)

// newRuns yields the runs of lines that are not among the old ones, each with the number of its first line. A line counts as
// old with and without its newline.
func newRuns(text string, old map[string]bool) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		number, first, start, at := 0, 0, 0, 0
		for line := range strings.Lines(text) {
			number++
			switch isOld := old[strings.TrimSuffix(line, "\n")]; {
			case isOld && first > 0:
				if !yield(first, text[start:at]) {
					return
				}
				first = 0
			case !isOld && first == 0:
				first, start = number, at
			}
			at += len(line)
		}
		if first > 0 {
			yield(first, text[start:])
		}
	}
}
