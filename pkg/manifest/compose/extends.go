package compose

import (
	"path"
	"slices"

	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// extend resolves the extends of a draft's services in place and returns where each service is written, base first.
func (l *assembler) extend(d *draft, imported map[string][]layer) map[string][]layer {
	services, _ := d.model["services"].(map[string]any)
	x := &extender{l: l, draft: d, services: services, layers: imported, resets: d.resets}
	written := d.serviceNames()
	for _, name := range sorted(services) {
		// A service that stands nowhere else stands here, even where the document spells its name in another way.
		if written[name] || len(imported[name]) == 0 {
			x.layers[name] = append(x.layers[name], layer{unit: d.unit, scope: d.scope, name: name, own: true})
		}
	}
	for _, name := range sorted(services) {
		x.resolve(name, nil)
	}
	return x.layers
}

// serviceNames returns the names of the services written in a document.
func (u *unit) serviceNames() map[string]bool {
	names := map[string]bool{}
	if services := u.doc.Root.Get("services"); services != nil {
		for _, pair := range services.Pairs {
			names[pair.Key.Text] = true
		}
	}
	return names
}

// extender resolves extends among the services of one file.
type extender struct {
	l        *assembler
	draft    *draft
	services map[string]any
	layers   map[string][]layer
	resets   [][]string
	files    map[string]*extender // extended files, loaded once
}

// resolve replaces a service by what it extends merged with itself. chain holds the services that led here.
func (x *extender) resolve(name string, chain []string) {
	service, ok := x.services[name].(map[string]any)
	if !ok {
		return
	}
	extends, ok := service["extends"]
	if !ok {
		return
	}
	delete(service, "extends")
	place := []any{"services", name, "extends"}
	ref, file := "", ""
	switch v := extends.(type) {
	case string:
		ref = v
	case map[string]any:
		ref, _ = v["service"].(string)
		file, _ = v["file"].(string)
	}
	chain = append(chain[:len(chain):len(chain)], x.draft.path+"\x00"+name)
	if len(chain) > maxNesting {
		x.l.fault(x.draft, place, "extends too deep a chain of services", "")
		return
	}
	from := x
	if file != "" {
		if from = x.load(place, file); from == nil {
			return
		}
	}
	if slices.Contains(chain, from.draft.path+"\x00"+ref) {
		x.l.fault(x.draft, place, "the service extends itself", "remove one of the extends")
		return
	}
	if _, ok := from.services[ref].(map[string]any); !ok {
		x.l.fault(x.draft, place, "extends a service that does not exist", "")
		return
	}
	from.resolve(ref, chain)
	base := cloneMap(from.services[ref].(map[string]any))
	applyResets(x.resets, map[string]any{"services": map[string]any{name: base}})
	merged, ok := mergeAt(base, service, "services", "x").(map[string]any)
	if !ok {
		x.l.fault(x.draft, place, "the extended service cannot be merged with this one", "")
		return
	}
	x.services[name] = merged
	var layers []layer
	for _, l := range from.layers[ref] {
		l.own = false
		layers = append(layers, l)
	}
	x.layers[name] = append(layers, x.layers[name]...)
}

// load reads the file a service extends from. Its relative paths start at its own folder; includes in it do not count.
func (x *extender) load(place []any, ref string) *extender {
	l, d := x.l, x.draft
	at := append(slices.Clone(place), "file")
	name, ok := l.inside(d, at, ref)
	if !ok {
		return nil
	}
	if !l.src.has(name) {
		l.fault(d, at, "the extended file does not exist", "")
		return nil
	}
	if base, ok := x.files[name]; ok {
		return base
	}
	if l.extended++; l.extended > maxExtended {
		l.fault(d, at, "the project extends from too many files", "")
		return nil
	}
	sc := scope{dir: path.Dir(name), vars: d.vars}
	m := model{dict: map[string]any{}, layers: map[string][]layer{}}
	base := &extender{l: l, layers: m.layers}
	for _, u := range l.units(name) {
		next := l.draft(u, sc)
		delete(next.model, "include")
		applyResets(u.resets, m.dict)
		l.merge(&m, next)
		base.draft, base.resets = next, append(base.resets, u.resets...)
		services, _ := next.model["services"].(map[string]any)
		for service := range services {
			m.layers[service] = append(m.layers[service], layer{unit: u, scope: sc, name: service, own: true})
		}
	}
	if x.files == nil {
		x.files = map[string]*extender{}
	}
	x.files[name] = nil
	if base.draft == nil {
		if l.src.compose(name).err == nil {
			l.faults = append(l.faults, render.Fault{Path: name, Kind: render.Compose, Message: "holds no services"})
		}
		return nil
	}
	base.services, _ = m.dict["services"].(map[string]any)
	x.files[name] = base
	return base
}
