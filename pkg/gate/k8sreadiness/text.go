package k8sreadiness

import (
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// maxText bounds the text fact, in bytes, against documents that unfold through aliases.
const maxText = 4 << 20

// text is every key and scalar of a document in lower case, one a line: a cheap way for a rule to see that a word occurs
// nowhere.
func text(n *document.Node) string {
	var b strings.Builder
	writeText(&b, n)
	return strings.ToLower(b.String())
}

func writeText(b *strings.Builder, n *document.Node) {
	if n == nil || b.Len() > maxText {
		return
	}
	switch n.Kind {
	case document.Mapping:
		for _, p := range n.Pairs {
			b.WriteString(p.Key.Text)
			b.WriteByte('\n')
			writeText(b, p.Value)
		}
	case document.Sequence:
		for _, item := range n.Items {
			writeText(b, item)
		}
	case document.String:
		b.WriteString(n.Text)
		b.WriteByte('\n')
	}
}
