package compose

import (
	"encoding/json"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// node turns JSON values into a tree without positions; the locator leads back from it.
func node(v any) *document.Node {
	switch v := v.(type) {
	case nil:
		return &document.Node{Kind: document.Null}
	case bool:
		return &document.Node{Kind: document.Bool, Text: text(v)}
	case string:
		return &document.Node{Kind: document.String, Text: v}
	case json.Number:
		return &document.Node{Kind: document.Number, Text: v.String()}
	case map[string]any:
		n := &document.Node{Kind: document.Mapping}
		for _, key := range sorted(v) {
			n.Pairs = append(n.Pairs, document.Pair{Key: node(key), Value: node(v[key])})
		}
		return n
	case []any:
		n := &document.Node{Kind: document.Sequence}
		for _, e := range v {
			n.Items = append(n.Items, node(e))
		}
		return n
	}
	// Numbers of Go's types, and the odd type of compose-go's, go through their JSON.
	data, err := json.Marshal(v)
	if err != nil {
		return &document.Node{Kind: document.Null}
	}
	if data[0] == '-' || data[0] >= '0' && data[0] <= '9' {
		return &document.Node{Kind: document.Number, Text: string(data)}
	}
	return &document.Node{Kind: document.String, Text: text(v)}
}
