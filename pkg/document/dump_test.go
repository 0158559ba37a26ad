package document

import (
	"fmt"
	"strings"
)

// dump writes a tree with positions, one node a line.
func dump(d *Document) string {
	var b strings.Builder
	var walk func(n *Node, path string)
	walk = func(n *Node, path string) {
		r := d.Range(n)
		fmt.Fprintf(&b, "%s %s %q %d:%d-%d:%d\n", path, n.Kind, n.Text, r.Start.Line, r.Start.Column, r.End.Line, r.End.Column)
		for _, p := range n.Pairs {
			k := d.Range(p.Key)
			fmt.Fprintf(&b, "%s.%s! %d:%d-%d:%d\n", path, p.Key.Text, k.Start.Line, k.Start.Column, k.End.Line, k.End.Column)
			walk(p.Value, path+"."+p.Key.Text)
		}
		for i, it := range n.Items {
			walk(it, fmt.Sprintf("%s[%d]", path, i))
		}
	}
	walk(d.Root, "")
	return b.String()
}
