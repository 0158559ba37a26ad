package helm

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"
)

// markFunc is the function that instrumented templates call between pieces of their text. It returns nothing while a
// chart is rendered to be judged, and a mark when it is rendered again to find out which line wrote what.
const markFunc = "cdbgateMark"

// The characters around a mark's number in marked output. They are private-use characters: YAML takes them anywhere, and
// no chart uses them.
const (
	markStart = "\uE0C0"
	markEnd   = "\uE0C1"
)

// mark is one place of a template.
type mark struct {
	path   string // in the repository
	line   int    // counts from 1
	size   int    // bytes of text up to the next mark, for the limit on output
	define bool   // inside a named template, whose text may pass through functions before it is written
}

// instrument inserts a call of markFunc at the start of every line of a template's text, and where an action follows on
// another line. Only text that is written out is touched, so nothing else changes. A template that does not parse is
// returned as it is: Helm will say why.
func instrument(path, text string, marks *[]mark) string {
	tree := parse.New(path)
	tree.Mode = parse.SkipFuncCheck
	trees := map[string]*parse.Tree{}
	if _, err := tree.Parse(text, "", "", trees); err != nil {
		return text
	}
	type insertion struct {
		at   int
		mark mark
	}
	var insertions []insertion
	for name, t := range trees {
		if t.Root == nil {
			continue
		}
		texts(t.Root, func(n *parse.TextNode) {
			from, to := int(n.Pos), int(n.Pos)+len(n.Text)
			if to > len(text) || text[from:to] != string(n.Text) {
				return
			}
			add := func(at, line, size int) {
				insertions = append(insertions, insertion{at: at, mark: mark{path: path, line: line, size: size, define: name != path}})
			}
			line := 1 + strings.Count(text[:from], "\n")
			for at := from; ; {
				next := strings.IndexByte(text[at:to], '\n')
				if next < 0 {
					add(at, line, to-at)
					break
				}
				add(at, line, next+1)
				at += next + 1
				line++
				if at == to {
					add(at, line, 0)
					break
				}
			}
			// Blank space between the text and the next action may have been trimmed away.
			if skip := strings.Index(text[to:], "{{"); skip > 0 && strings.TrimSpace(text[to:to+skip]) == "" {
				if lines := strings.Count(text[to:to+skip], "\n"); lines > 0 {
					add(to, line+lines, 0)
				}
			}
		})
	}
	slices.SortStableFunc(insertions, func(a, b insertion) int { return a.at - b.at })
	var out strings.Builder
	last := 0
	for _, i := range insertions {
		out.WriteString(text[last:i.at])
		fmt.Fprintf(&out, "{{%s %d}}", markFunc, len(*marks))
		*marks = append(*marks, i.mark)
		last = i.at
	}
	out.WriteString(text[last:])
	return out.String()
}

// texts calls f for every text below a node.
func texts(n parse.Node, f func(*parse.TextNode)) {
	switch n := n.(type) {
	case *parse.TextNode:
		f(n)
	case *parse.ListNode:
		if n != nil {
			for _, child := range n.Nodes {
				texts(child, f)
			}
		}
	case *parse.IfNode:
		branch(&n.BranchNode, f)
	case *parse.RangeNode:
		branch(&n.BranchNode, f)
	case *parse.WithNode:
		branch(&n.BranchNode, f)
	}
}

func branch(n *parse.BranchNode, f func(*parse.TextNode)) {
	texts(n.List, f)
	texts(n.ElseList, f)
}

// line is a line of rendered text and the place that wrote it.
type line struct {
	text string
	mark int  // index of the mark; -1 when none came before
	own  bool // the mark stands on this line, so its template wrote the line's beginning
}

// unmark takes the marks out of marked output.
func unmark(marked string) []line {
	var lines []line
	current := -1
	for text := range strings.SplitSeq(marked, "\n") {
		l := line{mark: current}
		var out bytes.Buffer
		blank := true
		for text != "" {
			before, rest, found := strings.Cut(text, markStart)
			out.WriteString(before)
			blank = blank && strings.TrimSpace(before) == ""
			if !found {
				break
			}
			number, after, ok := strings.Cut(rest, markEnd)
			id, err := strconv.Atoi(number)
			if !ok || err != nil {
				out.WriteString(markStart)
				text = rest
				continue
			}
			current = id
			if blank {
				l.mark, l.own = id, true
			}
			text = after
		}
		l.text = out.String()
		lines = append(lines, l)
	}
	return lines
}
