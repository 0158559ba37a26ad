package compose

import (
	"context"
	"fmt"
	"path"
	"slices"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/override"
	"github.com/compose-spec/compose-go/v2/transform"
	"github.com/compose-spec/compose-go/v2/tree"

	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// Limits on how files lead to each other.
const (
	maxIncludes = 100
	maxExtended = 1000
	maxNesting  = 20
)

// assembler loads one project.
type assembler struct {
	ctx       context.Context
	src       *sources
	project   project
	vars      variables
	faults    []render.Fault
	consumed  map[string]bool
	includes  int
	extended  int
	portsLeft int
	seen      []*unit // in the order of loading
}

func newAssembler(ctx context.Context, src *sources, p project) *assembler {
	return &assembler{ctx: ctx, src: src, project: p, consumed: map[string]bool{}, portsLeft: maxPorts}
}

// layer is one place a service is written in. Later layers override earlier ones.
type layer struct {
	unit  *unit
	scope scope
	name  string // of the service in that place
	own   bool   // false for what a service extends
}

// model is what has been merged so far.
type model struct {
	dict   map[string]any
	layers map[string][]layer // by service
}

// files merges files in order, each with all of its documents.
func (l *assembler) files(names []string, sc scope, trail []string) model {
	m := model{dict: map[string]any{}, layers: map[string][]layer{}}
	for _, name := range names {
		for _, u := range l.units(name) {
			if l.ctx.Err() != nil {
				return m
			}
			d := l.draft(u, sc)
			imported := l.include(d, append(trail[:len(trail):len(trail)], name))
			applyResets(u.resets, m.dict)
			layers := l.extend(d, imported)
			l.merge(&m, d)
			for service, from := range layers {
				m.layers[service] = append(m.layers[service], from...)
			}
		}
	}
	return m
}

// units returns the documents of a file, none when it cannot be read.
func (l *assembler) units(name string) []*unit {
	f := l.src.compose(name)
	l.consumed[name] = true
	if f.err != nil {
		l.faults = append(l.faults, unreadable(f))
		return nil
	}
	l.seen = append(l.seen, f.units...)
	return f.units
}

func unreadable(f *file) render.Fault {
	return render.Fault{
		Path: f.path, Range: f.err.Range, Kind: render.Compose, Message: "cannot be read: " + f.err.Message,
		Remedy: f.err.Remedy,
	}
}

// merge lays a draft over what has been merged so far, as Docker does. When that fails, it is tried attribute by
// attribute, so that only what cannot be merged is missing.
func (l *assembler) merge(m *model, d *draft) {
	if next, ok := overlay(m.dict, d.model); ok {
		m.dict = next
		return
	}
	try := func(part map[string]any, at ...any) bool {
		next, ok := overlay(m.dict, part)
		if ok {
			m.dict = next
		} else {
			l.fault(d, at, "is not in a form Compose can read, or cannot be merged with what earlier files say", "check it with `docker compose config`")
		}
		return ok
	}
	for _, section := range sorted(d.model) {
		entries, ok := d.model[section].(map[string]any)
		if !ok || section != "services" {
			try(map[string]any{section: d.model[section]}, section)
			continue
		}
		for _, name := range sorted(entries) {
			service, ok := entries[name].(map[string]any)
			if !ok {
				continue
			}
			if next, ok := overlay(m.dict, map[string]any{section: map[string]any{name: service}}); ok {
				m.dict = next
				continue
			}
			for _, key := range sorted(service) {
				try(map[string]any{section: map[string]any{name: map[string]any{key: service[key]}}}, section, name, key)
			}
		}
	}
}

// overlay merges over onto base and brings the outcome into canonical form. Neither is changed.
func overlay(base, over map[string]any) (merged map[string]any, ok bool) {
	// compose-go asserts types without looking in some of its merge rules.
	defer func() {
		if recover() != nil {
			merged, ok = nil, false
		}
	}()
	merged, err := override.Merge(cloneMap(base), cloneMap(over))
	for _, next := range []func() error{
		func() (err error) { merged, err = override.EnforceUnicity(merged); return },
		func() (err error) { merged, err = transform.Canonical(merged, false); return },
		func() (err error) { merged = loader.OmitEmpty(merged); return },
		// The canonical form shows duplicates that two spellings hid.
		func() (err error) { merged, err = override.EnforceUnicity(merged); return },
	} {
		if err == nil {
			err = next()
		}
	}
	return merged, err == nil
}

// mergeAt merges two values that stand at the same path, nil when they cannot be.
func mergeAt(base, over any, at ...string) (merged any) {
	defer func() {
		if recover() != nil {
			merged = nil
		}
	}()
	merged, err := override.MergeYaml(clone(base), clone(over), tree.NewPath(at...))
	if err != nil {
		return nil
	}
	return merged
}

// sections are the parts of a model whose entries have names.
var sections = []string{"services", "jobs", "volumes", "networks", "secrets", "configs", "models"}

// include loads the files a draft includes into it and returns where their services are written.
func (l *assembler) include(d *draft, trail []string) map[string][]layer {
	entries, _ := d.model["include"].([]any)
	delete(d.model, "include")
	layers := map[string][]layer{}
	for i, entry := range entries {
		place := []any{"include", i}
		inc, ok := l.includeEntry(d, place, entry, trail)
		if !ok {
			continue
		}
		m := l.files(inc.files, inc.scope, trail)
		applyResets(d.resets, m.dict)
		for _, section := range sections {
			from, _ := m.dict[section].(map[string]any)
			for _, name := range sorted(from) {
				if !l.adopt(d, section, name, from[name]) {
					l.fault(d, place, fmt.Sprintf("%s.%s cannot be merged with this file's own", section, name), "")
				}
			}
		}
		for name, from := range m.layers {
			layers[name] = append(layers[name], from...)
		}
	}
	return layers
}

// adopt puts an included entry below the draft's own of the same name.
func (l *assembler) adopt(d *draft, section, name string, entry any) bool {
	into, _ := d.model[section].(map[string]any)
	if into == nil {
		into = map[string]any{}
		d.model[section] = into
	}
	if own, ok := into[name]; ok {
		merged := mergeAt(entry, own, section, name)
		if merged == nil {
			return own == nil
		}
		entry = merged
	}
	into[name] = entry
	return true
}

// inclusion is one entry of include, resolved.
type inclusion struct {
	files []string
	scope scope
}

func (l *assembler) includeEntry(d *draft, place []any, entry any, trail []string) (inc inclusion, ok bool) {
	if l.includes++; l.includes > maxIncludes || len(trail) > maxNesting {
		l.fault(d, place, "too many includes", fmt.Sprintf("include at most %d files, %d deep", maxIncludes, maxNesting))
		return inc, false
	}
	long, _ := entry.(map[string]any)
	paths, at := entry, place
	if long != nil {
		paths, at = long["path"], append(slices.Clone(place), "path")
	}
	for i, ref := range list(paths) {
		where := at
		if _, many := paths.([]any); many {
			where = append(slices.Clone(at), i)
		}
		name, ok := l.inside(d, where, ref)
		if !ok {
			continue
		}
		switch {
		case slices.Contains(trail, name):
			l.fault(d, where, "includes a file that includes this one", "remove one of the two includes")
		case !l.src.has(name):
			l.fault(d, where, "the included file does not exist", "")
		default:
			inc.files = append(inc.files, name)
		}
	}
	if len(inc.files) == 0 {
		return inc, false
	}
	inc.scope.dir = path.Dir(inc.files[0])
	if dir, _ := long["project_directory"].(string); dir != "" {
		name, ok := l.inside(d, append(slices.Clone(place), "project_directory"), dir)
		if !ok {
			return inc, false
		}
		inc.scope.dir = name
	}
	inc.scope.vars = l.includeVars(d, place, long["env_file"], inc.scope.dir)
	return inc, true
}

// includeVars returns the variables of an included project: the including one's first, then those of its own env files.
func (l *assembler) includeVars(d *draft, place []any, envFiles any, dir string) variables {
	vars := variables{}
	refs := list(envFiles)
	if len(refs) == 0 {
		l.dotenv(path.Join(dir, ".env"), vars, d.vars)
	}
	for _, ref := range refs {
		if ref == "/dev/null" {
			continue // Docker's way to say: none
		}
		at := append(slices.Clone(place), "env_file")
		name, ok := l.inside(d, at, ref)
		if !ok {
			continue
		}
		if !l.src.has(name) {
			l.absentEnvFile(d, at, name)
			continue
		}
		l.dotenv(name, vars, d.vars)
	}
	for k, v := range d.vars {
		vars[k] = v
	}
	return vars
}

// list returns a string or a list of strings as a list.
func list(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, e := range v {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}
