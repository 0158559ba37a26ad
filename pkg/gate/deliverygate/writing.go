package deliverygate

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// writing is how a YAML text is written, where its data alone does not tell: what two readers may read differently.
type writing struct {
	documents  int
	duplicates []any // {path, line} of keys that stand twice in a mapping, for a reader that knows no case
	anchors    []any // {path, line, what} of anchors, aliases and merge keys
	tags       []any // {path, line} of values that say their own type
	broken     bool  // it does not parse to its end
}

// scan reads a text of moderate size. Aliases are noted, not followed.
func (w *writing) scan(text []byte) {
	w.duplicates, w.anchors, w.tags = []any{}, []any{}, []any{}
	defer func() {
		if recover() != nil {
			w.broken = true
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var n yaml.Node
		err := decoder.Decode(&n)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			w.broken = true
			return
		}
		w.documents++
		if w.documents > 2 {
			return // one more than allowed is enough to know
		}
		for _, root := range n.Content {
			w.node(root, []any{})
		}
	}
}

func (w *writing) node(n *yaml.Node, at []any) {
	if n.Anchor != "" {
		w.anchors = append(w.anchors, map[string]any{"path": at, "line": n.Line, "what": "an anchor"})
	}
	if n.Style&yaml.TaggedStyle != 0 {
		w.tags = append(w.tags, map[string]any{"path": at, "line": n.Line})
	}
	step := func(next any) []any { return append(slices.Clone(at), next) }
	switch n.Kind {
	case yaml.AliasNode:
		w.anchors = append(w.anchors, map[string]any{"path": at, "line": n.Line, "what": "an alias"})
	case yaml.SequenceNode:
		for i, item := range n.Content {
			w.node(item, step(i))
		}
	case yaml.MappingNode:
		seen := map[string]bool{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			if key.Tag == "!!merge" || key.Value == "<<" {
				w.anchors = append(w.anchors, map[string]any{"path": at, "line": key.Line, "what": "a merge key"})
			}
			folded := strings.ToLower(key.Value)
			if seen[folded] {
				w.duplicates = append(w.duplicates, map[string]any{"path": step(key.Value), "line": key.Line})
			}
			seen[folded] = true
			w.node(key, at)
			w.node(value, step(key.Value))
		}
	}
}
