package compose

import (
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/compose-spec/compose-go/v2/format"
	"github.com/compose-spec/compose-go/v2/types"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// locator leads from a path into a canonical service back to the file it was written in. It looks only when asked.
type locator struct {
	layers  []layer
	node    *document.Node
	origins map[[2]string]origin // what env files and label files set: attribute and name

	once   sync.Once
	models []any // each layer's service as interpolated, its indexes those of unit.model
}

var _ render.Locator = (*locator)(nil)

func (l *locator) set(key [2]string, o origin) {
	if l.origins == nil {
		l.origins = map[[2]string]origin{}
	}
	l.origins[key] = o
}

// first returns the layer the service itself is first written in.
func (l *locator) first() layer {
	for _, layer := range l.layers {
		if layer.own {
			return layer
		}
	}
	return l.layers[0]
}

// Locate returns the place of the last file that says something about the deepest part of path. Something absent is
// placed at the service's own entry.
func (l *locator) Locate(steps []any) render.Place {
	if len(steps) > 1 {
		key, _ := steps[0].(string)
		name, _ := steps[1].(string)
		if o, ok := l.origins[[2]string{key, name}]; ok {
			return render.Place{Path: o.path, Range: lineRange(o.line, o.text)}
		}
	}
	l.once.Do(l.interpolate)
	want := l.node.Lookup(steps...)
	var best *trace
	for i := len(l.layers) - 1; i >= 0; i-- {
		t := l.layers[i].follow(l.models[i], l.node, steps)
		if t.depth == 0 {
			continue
		}
		// A scalar that a later file sets is that file's; only when its value is another's does an earlier one count.
		t.leads = want != nil && t.depth == len(steps) && t.value == want.Text
		if best == nil || t.depth > best.depth && !best.whole || t.depth == best.depth && t.leads && !best.leads && !best.whole {
			t.layer = i
			best = &t
		}
	}
	if best == nil {
		first := l.first()
		r, _ := first.unit.doc.Locate("services", first.name)
		return render.Place{Path: first.unit.path, Range: r}
	}
	u := l.layers[best.layer].unit
	r, _ := u.doc.Locate(shift(best.path, u.gone)...)
	return render.Place{Path: u.path, Range: r}
}

func (l *locator) interpolate() {
	for _, layer := range l.layers {
		m := layer.unit.model()
		layer.scope.vars.interpolate(m, nil)
		l.models = append(l.models, lookup(m, []any{"services", layer.name}))
	}
}

// trace is how far a path into the canonical service could be followed in one layer.
type trace struct {
	path  []any // in the document
	depth int   // steps of the canonical path it stands for
	value string
	leads bool
	whole bool // the layer replaces what earlier ones say here, rather than being merged with it
	layer int
}

// follow walks a canonical path through a service as written.
func (l layer) follow(v any, canon *document.Node, steps []any) trace {
	t := trace{path: []any{"services", l.name}}
	field := ""
	for i, step := range steps {
		next := canon.Lookup(step)
		switch at := v.(type) {
		case map[string]any:
			key, ok := step.(string)
			child, has := at[key]
			if !ok || !has {
				return t
			}
			if i == 0 {
				field = key
			}
			t.path, v = append(t.path, key), child
			t.whole = t.whole || i == 0 && (key == "command" || key == "entrypoint") || field == "healthcheck" && key == "test"
		case []any:
			index, value := l.item(field, at, step, next)
			if index < 0 {
				return t
			}
			t.path, v, t.whole = append(t.path, index), value, true
		default:
			// The short form of what the canonical form spells out: all of it stands here, but a build's short form is
			// only its context.
			if field != "build" || step == "context" {
				t.depth = len(steps)
			}
			return t
		}
		t.depth, canon = i+1, next
	}
	t.value = text(v)
	return t
}

// item finds the item of a written list that a canonical step stands for, and its value.
func (l layer) item(field string, list []any, step any, canon *document.Node) (int, any) {
	for i := len(list) - 1; i >= 0; i-- {
		if key, ok := step.(string); ok {
			// A list of KEY=value, of names, or of HOST:IP in place of a mapping.
			s, _ := list[i].(string)
			name, value, _ := strings.Cut(s, "=")
			if s == key || name == key {
				return i, value
			}
			if host, ip, ok := strings.Cut(s, ":"); ok && field == "extra_hosts" && host == key {
				return i, ip
			}
			continue
		}
		if canon != nil && l.same(field, list[i], canon) {
			return i, list[i]
		}
	}
	return -1, nil
}

// same reports whether a written item is the one a canonical item came from. Docker tells items apart as listed here.
func (l layer) same(field string, item any, canon *document.Node) bool {
	long, _ := item.(map[string]any)
	short, _ := item.(string)
	switch field {
	case "volumes":
		target := text(long["target"])
		if long == nil {
			v, err := format.ParseVolume(short)
			if err != nil {
				return false
			}
			target = v.Target
		}
		return path.Clean(target) == path.Clean(canon.Get("target").Str())
	case "ports":
		return samePort(item, canon)
	case "secrets", "configs":
		if long == nil {
			return short == canon.Get("source").Str()
		}
		target := canon.Get("target").Str()
		return text(long["source"]) == canon.Get("source").Str() && (long["target"] == nil || text(long["target"]) == target)
	case "env_file", "label_file":
		if long != nil {
			short = text(long["path"])
		}
		name, _ := within(l.scope.dir, short)
		return name != "" && (name == canon.Str() || name == canon.Get("path").Str())
	case "devices":
		if long == nil {
			source, rest, _ := strings.Cut(short, ":")
			target, _, _ := strings.Cut(rest, ":")
			return source == canon.Get("source").Str() && (target == "" || target == canon.Get("target").Str())
		}
	}
	if long != nil {
		return subset(long, canon)
	}
	return text(item) == canon.Text || field == "extra_hosts" && strings.Replace(short, ":", "=", 1) == canon.Text
}

func samePort(item any, canon *document.Node) bool {
	scalar := func(key string) string {
		if n := canon.Get(key); n != nil {
			return n.Text
		}
		return ""
	}
	match := func(target, published, protocol string) bool {
		if protocol == "" {
			protocol = "tcp"
		}
		return target == scalar("target") && published == scalar("published") && protocol == scalar("protocol")
	}
	if long, ok := item.(map[string]any); ok {
		return match(text(long["target"]), text(long["published"]), text(long["protocol"]))
	}
	short := text(item)
	p := portSpec(short)
	if long := p.long(); long != nil && match(text(long["target"]), p.published, p.protocol) {
		return true
	}
	if from, to, ok := portRange(p.target); unresolved(short) || !ok || to-from >= maxRange {
		return false // not written out
	}
	ports, _ := types.ParsePortConfig(short)
	return slices.ContainsFunc(ports, func(p types.ServicePortConfig) bool {
		return match(text(p.Target), p.Published, p.Protocol)
	})
}

// subset reports whether every scalar of a written mapping stands in the canonical one.
func subset(m map[string]any, canon *document.Node) bool {
	for key, v := range m {
		switch v.(type) {
		case map[string]any, []any:
			continue
		}
		if n := canon.Get(key); n == nil || n.Text != text(v) {
			return false
		}
	}
	return true
}

// written locates in a service that is judged as it stands.
type written struct {
	unit *unit
	name string
}

func (w written) Locate(steps []any) render.Place {
	r, _ := w.unit.doc.Locate(append([]any{"services", w.name}, steps...)...)
	return render.Place{Path: w.unit.path, Range: r}
}
