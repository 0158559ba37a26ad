package compose

import (
	"fmt"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// scan finds the !reset and !override tags once, when the file is read.
func (u *unit) scan() {
	d := decoder{record: u}
	d.value(u.node, nil)
}

// model returns the document as plain Go values, new ones at every call: merging changes them in place.
func (u *unit) model() map[string]any {
	d := decoder{}
	v, _ := d.value(u.node, nil)
	m, _ := v.(map[string]any)
	return m
}

// decoder turns YAML nodes into the values Docker Compose sees: merge keys applied, keys as strings, !reset taken out.
type decoder struct {
	record *unit
	depth  int
}

func (d *decoder) value(n *yaml.Node, path []any) (v any, keep bool) {
	d.depth++
	defer func() { d.depth-- }()
	if d.depth > 4*maxDepth {
		return nil, false
	}
	switch n.Tag {
	case "!reset":
		d.reset(path)
		return nil, false
	case "!override":
		d.reset(path)
	}
	switch n.Kind {
	case yaml.AliasNode:
		return d.value(n.Alias, path)
	case yaml.MappingNode:
		return d.mapping(n, path), true
	case yaml.SequenceNode:
		items := make([]any, 0, len(n.Content))
		for i, c := range n.Content {
			at := append(slices.Clip(path), i)
			if item, ok := d.value(c, at); ok {
				items = append(items, item)
			} else if d.record != nil {
				d.record.gone = append(d.record.gone, at)
			}
		}
		return items, true
	}
	return scalar(n), true
}

func (d *decoder) mapping(n *yaml.Node, path []any) map[string]any {
	m := make(map[string]any, len(n.Content)/2)
	var merges []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind == yaml.AliasNode {
			k = k.Alias
		}
		if k.ShortTag() == "!!merge" {
			merges = append(merges, n.Content[i+1])
			continue
		}
		if v, ok := d.value(n.Content[i+1], append(slices.Clip(path), k.Value)); ok {
			m[k.Value] = v
		}
	}
	for _, merge := range merges {
		d.merge(m, merge, path)
	}
	return m
}

// merge adds what a merge key brings in and m does not have; of several, the first wins.
func (d *decoder) merge(m map[string]any, n *yaml.Node, path []any) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch n.Kind {
	case yaml.MappingNode:
		v, _ := d.value(n, path)
		from, _ := v.(map[string]any)
		for k, v := range from {
			if _, ok := m[k]; !ok {
				m[k] = v
			}
		}
	case yaml.SequenceNode:
		for _, c := range n.Content {
			d.merge(m, c, path)
		}
	}
}

func (d *decoder) reset(path []any) {
	if d.record == nil || len(path) == 0 {
		return
	}
	keys := make([]string, len(path))
	for i, step := range path {
		keys[i] = fmt.Sprint(step)
	}
	d.record.resets = append(d.record.resets, keys)
}

// scalar resolves a scalar as YAML 1.2 does. A date stays the text it is: Compose has no dates.
func scalar(n *yaml.Node) any {
	if n.Tag == "!override" {
		c := *n
		c.Tag = ""
		n = &c
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool", "!!int", "!!float":
		var v any
		if n.Decode(&v) == nil {
			switch v.(type) {
			case bool, int, int64, uint64, float64:
				return v
			}
		}
	}
	return n.Value
}

// applyResets deletes what the resets of a later document take away from an earlier model.
func applyResets(resets [][]string, model map[string]any) {
	for _, path := range resets {
		var at any = model
		for i, key := range path {
			m, ok := at.(map[string]any)
			if !ok {
				break
			}
			if i == len(path)-1 {
				delete(m, key)
				break
			}
			at = m[key]
		}
	}
}

// clone copies maps and lists all the way down.
func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return cloneMap(v)
	case []any:
		c := make([]any, len(v))
		for i, e := range v {
			c[i] = clone(e)
		}
		return c
	}
	return v
}

func cloneMap(m map[string]any) map[string]any {
	c := make(map[string]any, len(m))
	for k, v := range m {
		c[k] = clone(v)
	}
	return c
}

// text words a scalar as Compose does when it needs a string.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}
