package gate

import (
	"strconv"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// Identity words a path so that it survives edits elsewhere in the document: elements of lists by their name.
func Identity(root *document.Node, path []any) string {
	var b strings.Builder
	at := root
	for _, step := range path {
		b.WriteByte('/')
		next := at.Lookup(step)
		switch s := step.(type) {
		case string:
			b.WriteString(s)
		case int:
			b.WriteString(elementName(next, s))
		}
		at = next
	}
	return b.String()
}

func elementName(n *document.Node, index int) string {
	for _, key := range []string{"name", "mountPath", "target", "containerPort", "key"} {
		if v := n.Get(key); v != nil && v.Text != "" && v.Kind != document.Mapping && v.Kind != document.Sequence {
			return key + "=" + v.Text
		}
	}
	return strconv.Itoa(index)
}
