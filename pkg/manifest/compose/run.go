package compose

import (
	"path"
	"strings"

	"github.com/compose-spec/compose-go/v2/transform"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// run loads the project and turns its services into objects.
func (l *assembler) run() render.Result {
	dir := path.Dir(l.project.files[0])
	l.vars = variables{}
	l.dotenv(path.Join(dir, ".env"), l.vars, nil)
	m := l.files(l.project.files, scope{dir: dir, vars: l.vars}, nil)
	if err := l.ctx.Err(); err != nil {
		l.faults = append(l.faults, render.Fault{
			Path: l.project.files[0], Kind: render.Compose, Message: "not judged: " + err.Error(),
		})
		return l.result(nil)
	}
	if dict, err := transform.SetDefaultValues(m.dict); err == nil {
		m.dict = dict
	}
	context := l.context(m.dict)
	services, _ := m.dict["services"].(map[string]any)
	var objects []render.Object
	for _, name := range sorted(services) {
		service, _ := services[name].(map[string]any)
		if service == nil || l.project.skip[name] {
			continue
		}
		if object, ok := l.object(name, service, m.layers[name]); ok {
			object.Context = context
			objects = append(objects, object)
		}
	}
	if l.project.strict {
		l.consistency(m)
		l.contradictions(m.dict)
	}
	return l.result(objects)
}

func (l *assembler) result(objects []render.Object) render.Result {
	return render.Result{Objects: objects, Faults: l.faults, Consumed: l.consumed}
}

// object turns a merged service into an object; ok is false for one without image and build, which is no service.
func (l *assembler) object(name string, service map[string]any, layers []layer) (object render.Object, ok bool) {
	if !runs(service) || len(layers) == 0 {
		return object, false
	}
	loc := &locator{layers: layers}
	type late struct {
		path            []any
		message, remedy string
	}
	// Faults are placed at the end, when the locator knows the service they lie in.
	var faults []late
	out := canonical(service, func(path []any, message, remedy string) {
		faults = append(faults, late{path, message, remedy})
	})
	l.environment(out, service, loc, func(path []any, message, remedy string) {
		faults = append(faults, late{path, message, remedy})
	})
	loc.node = node(out)
	for _, f := range faults {
		place := loc.Locate(f.path)
		l.faults = append(l.faults, render.Fault{
			Path: place.Path, Range: place.Range, Kind: render.Compose,
			Message: dotted(attribute(name, f.path)) + ": " + f.message, Remedy: f.remedy,
		})
	}
	return render.Object{
		Node: loc.node,
		Source: render.Source{
			Path: loc.first().unit.path, Kind: render.Compose, Root: l.project.files[0], Variant: l.project.variant,
		},
		Locator: loc,
		Name:    name,
	}, true
}

// attribute is the path of a service's attribute without indexes: those of the merged lists are in none of the files.
func attribute(service string, path []any) []any {
	out := []any{"services", service}
	for _, step := range path {
		if _, item := step.(int); !item {
			out = append(out, step)
		}
	}
	return out
}

// runs reports whether a service has something to run.
func runs(service map[string]any) bool {
	return service["build"] != nil || text(service["image"]) != ""
}

// environment adds what env files and label files set to a service, and gives variables that are only named their value
// from the project's .env.
func (l *assembler) environment(out, service map[string]any, loc *locator, fault func([]any, string, string)) {
	env, _ := out["environment"].(map[string]any)
	own := variables{}
	for name, value := range env {
		if value == nil {
			if v, ok := l.vars[name]; ok {
				env[name], value = v, v
			}
		}
		if s, ok := value.(string); ok {
			own[name] = s
		}
	}
	add := func(key string, files fileVariables, into map[string]any) {
		for _, name := range files.vars.names() {
			if into == nil {
				into = map[string]any{}
			}
			if _, ok := into[name]; !ok {
				into[name] = files.vars[name]
				loc.set([2]string{key, name}, files.origin[name])
			}
		}
		if len(into) > 0 {
			out[key] = into
		}
	}
	report := func(key string) func(int, string, string) {
		return func(i int, message, remedy string) { fault([]any{key, i}, message, remedy) }
	}
	add("environment", l.serviceFiles(service, "env_file", own, report("env_file")), env)
	labels, _ := out["labels"].(map[string]any)
	add("labels", l.serviceFiles(service, "label_file", nil, report("label_file")), labels)
}

// context gathers the project's shared parts.
func (l *assembler) context(dict map[string]any) map[string]*document.Node {
	out := map[string]*document.Node{}
	for _, section := range []string{"volumes", "configs", "secrets", "networks"} {
		entries, _ := dict[section].(map[string]any)
		full := map[string]any{}
		for name, entry := range entries {
			if entry == nil {
				entry = map[string]any{}
			}
			full[name] = entry
		}
		out[section] = node(full)
	}
	out["project"] = node(l.name(dict))
	return out
}

// name returns the project's name: as written, else its folder's as Docker derives it.
func (l *assembler) name(dict map[string]any) string {
	name := text(dict["name"])
	if name == "" {
		if dir := path.Dir(l.project.files[0]); dir != "." {
			name = path.Base(dir)
		}
	}
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '-' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	return strings.TrimLeft(name, "_-")
}

// raw returns the services as they are written, for a project that cannot be loaded as a whole.
func (l *assembler) raw() render.Result {
	var objects []render.Object
	for _, file := range l.project.files {
		l.consumed[file] = true
		for _, u := range l.src.compose(file).units {
			for _, pair := range entries(u.doc.Root.Get("services")) {
				if pair.Value.Get("image") == nil && pair.Value.Get("build") == nil || l.project.skip[pair.Key.Text] {
					continue
				}
				objects = append(objects, render.Object{
					Node: pair.Value,
					Source: render.Source{
						Path: file, Kind: render.Compose, Root: l.project.files[0], Variant: l.project.variant,
					},
					Locator: written{u, pair.Key.Text},
					Name:    pair.Key.Text,
				})
			}
		}
	}
	return l.result(objects)
}

func entries(n *document.Node) []document.Pair {
	if n == nil {
		return nil
	}
	return n.Pairs
}
