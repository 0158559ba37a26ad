package patch_test

import (
	"fmt"
	"slices"
	"strings"
)

// checkMerges compares what merges add with how they were made.
func (h *history) checkMerges(c *collected) {
	h.Helper()
	marks := h.marks()
	added := map[int]map[string]string{}
	for _, a := range c.list {
		if a.Merge && !a.Binary {
			m := marks[a.Commit]
			if added[m] == nil {
				added[m] = map[string]string{}
			}
			added[m][a.Path] += a.Text
		}
	}
	merges := 0
	for _, mark := range marks {
		if len(h.parents[mark]) > 1 {
			merges++
			h.checkMerge(mark, added[mark])
		}
	}
	if merges < 10 {
		h.Errorf("only %d merges", merges)
	}
}

// marks tells which commit has which id, by the times they were made with.
func (h *history) marks() map[string]int {
	h.Helper()
	marks := map[string]int{}
	for line := range strings.Lines(h.git("log", "--all", "--format=%H %ct") + "\n") {
		var id string
		var when int
		if _, err := fmt.Sscan(line, &id, &when); err != nil {
			h.Fatal(err)
		}
		marks[id] = when - firstTime
	}
	if len(marks) != len(h.trees)-1 {
		h.Errorf("%d commits instead of %d", len(marks), len(h.trees)-1)
	}
	return marks
}

// checkMerge checks that a merge adds no line that a parent has in the file, and each line that no parent has anywhere.
func (h *history) checkMerge(mark int, added map[string]string) {
	h.Helper()
	anywhere := map[string]bool{}
	for _, p := range h.parents[mark] {
		for _, b := range h.trees[p] {
			for line := range strings.SplitSeq(b.content, "\n") {
				anywhere[line] = true
			}
		}
	}
	for name, b := range h.trees[mark] {
		if b.mode == "160000" || strings.Contains(b.content[:min(len(b.content), 8000)], "\x00") {
			continue
		}
		lines := strings.Split(added[name], "\n")
		for line := range strings.SplitSeq(b.content, "\n") {
			if !anywhere[line] && !slices.Contains(lines, line) {
				h.Errorf("merge :%d does not add %q to %q", mark, line, name)
			}
		}
		for _, p := range h.parents[mark] {
			for line := range strings.SplitSeq(h.trees[p][name].content, "\n") {
				if line != "" && slices.Contains(lines, line) {
					h.Errorf("merge :%d adds %q to %q, which its parent has", mark, line, name)
				}
			}
		}
	}
}
