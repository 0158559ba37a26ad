package compose

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/format"
	"github.com/compose-spec/compose-go/v2/types"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// maxProblems bounds how often one document is repaired before it is given up.
const maxProblems = 50

// scope is what relative paths and variables mean while a file is loaded.
type scope struct {
	dir  string // relative paths start here
	vars variables
}

// draft is one document on its way into a project: its model, and what was taken out of it.
type draft struct {
	*unit
	scope
	model map[string]any
	gone  [][]any
}

// draft decodes and interpolates a document and takes out what Compose would refuse, with a fault for each, so that the
// rest can be judged.
func (l *assembler) draft(u *unit, sc scope) *draft {
	d := &draft{unit: u, scope: sc, model: u.model(), gone: slices.Clone(u.gone)}
	sc.vars.interpolate(d.model, func(path []any) {
		l.fault(d, path, "holds a variable that is not written as Compose expects", "write ${NAME}, or $$ for a dollar sign")
	})
	delete(d.model, "version")
	services, _ := d.model["services"].(map[string]any)
	for name, service := range services {
		if service == nil {
			delete(services, name) // a name alone says nothing
		}
	}
	l.validate(d)
	services, _ = d.model["services"].(map[string]any)
	for _, name := range sorted(services) {
		service, _ := services[name].(map[string]any)
		at := []any{"services", name}
		l.volumes(d, service, at)
		l.ports(d, service, at)
		l.rebase(d, service, at, "env_file")
		l.rebase(d, service, at, "label_file")
	}
	for _, section := range []string{"volumes", "networks", "secrets", "configs"} {
		entries, _ := d.model[section].(map[string]any)
		for _, entry := range entries {
			external(entry)
		}
	}
	return d
}

// external brings external: {name: x} into its present form. compose-go does so too, but logs about it.
func external(entry any) {
	m, _ := entry.(map[string]any)
	old, ok := m["external"].(map[string]any)
	if !ok {
		return
	}
	m["external"] = true
	if name, ok := old["name"]; ok && m["name"] == nil {
		m["name"] = name
	}
}

// validate drops what the schema forbids, one thing at a time.
func (l *assembler) validate(d *draft) {
	for range maxProblems {
		p, err := check(d.model)
		if p == nil && err == nil {
			return
		}
		if err != nil || !l.drop(d, p.path, p.message, "") {
			break
		}
	}
	l.fault(d, nil, "is not a Compose file that can be read", "check it with `docker compose config`")
	d.model = map[string]any{}
}

// drop takes what stands at path out of the draft and reports it.
func (l *assembler) drop(d *draft, path []any, message, remedy string) bool {
	place := d.source(path)
	l.fault(d, path, message, remedy)
	if !remove(d.model, path) {
		return false
	}
	if _, item := path[len(path)-1].(int); item {
		d.gone = append(d.gone, place)
	}
	return true
}

// source translates a path into the model to one into the document, which still has the items that were taken out.
func (d *draft) source(path []any) []any { return shift(path, d.gone) }

func shift(path []any, gone [][]any) []any {
	out := slices.Clone(path)
	for i, step := range out {
		index, ok := step.(int)
		if !ok {
			continue
		}
		var before []int
		for _, g := range gone {
			if len(g) == i+1 && slices.Equal(g[:i], out[:i]) {
				before = append(before, g[i].(int))
			}
		}
		slices.Sort(before)
		for _, b := range before {
			if b <= index {
				index++
			}
		}
		out[i] = index
	}
	return out
}

// fault reports something about what stands at path in a draft.
func (l *assembler) fault(d *draft, path []any, message, remedy string) {
	at := d.source(path)
	f := render.Fault{Path: d.path, Kind: render.Compose, Message: message, Remedy: remedy}
	if len(path) > 0 {
		f.Range, _ = d.doc.Locate(at...)
		f.Message = dotted(at) + ": " + message
	}
	l.faults = append(l.faults, f)
}

// volumes writes mounts in long form where compose-go cannot tell what they are, and drops those that are none.
func (l *assembler) volumes(d *draft, service map[string]any, at []any) {
	list, _ := service["volumes"].([]any)
	for i := len(list) - 1; i >= 0; i-- {
		s, ok := list[i].(string)
		if !ok {
			list = l.needsTarget(d, service, at, "volumes", i)
			continue
		}
		v, err := format.ParseVolume(s)
		if err != nil {
			l.drop(d, append(slices.Clone(at), "volumes", i), "is not a mount Compose can read", "write SOURCE:TARGET[:MODE]")
			list, _ = service["volumes"].([]any)
			continue
		}
		// A source such as ${PWD}/data cannot be a volume's name: it holds a slash.
		if v.Type == types.VolumeTypeVolume && unresolved(v.Source) && strings.ContainsAny(v.Source, `/\`) {
			mount := map[string]any{
				"type": types.VolumeTypeBind, "source": v.Source, "target": path.Clean(v.Target),
				"bind": map[string]any{"create_host_path": true},
			}
			if v.ReadOnly {
				mount["read_only"] = true
			}
			list[i] = mount
		}
	}
}

// needsTarget drops an item in long form that names no target: nothing tells it from others. It returns what is left.
func (l *assembler) needsTarget(d *draft, service map[string]any, at []any, key string, i int) []any {
	list, _ := service[key].([]any)
	if long, ok := list[i].(map[string]any); ok && text(long["target"]) == "" {
		l.drop(d, append(slices.Clone(at), key, i), "has no target", "")
		list, _ = service[key].([]any)
	}
	return list
}

// rebase makes the paths of an attribute that names files relative to the repository, whichever file they stand in.
func (l *assembler) rebase(d *draft, service map[string]any, at []any, key string) {
	if s, ok := service[key].(string); ok {
		if name, ok := l.inside(d, append(slices.Clone(at), key), s); ok {
			service[key] = []any{name}
		} else {
			delete(service, key)
		}
		return
	}
	list, _ := service[key].([]any)
	for i := len(list) - 1; i >= 0; i-- {
		ref, _ := list[i].(string)
		entry, long := list[i].(map[string]any)
		if long {
			ref, _ = entry["path"].(string)
		}
		place := append(slices.Clone(at), key, i)
		name, ok := l.inside(d, place, ref)
		switch {
		case !ok:
			gone := d.source(place)
			remove(d.model, place)
			list, _ = service[key].([]any)
			d.gone = append(d.gone, gone)
		case long:
			entry["path"] = name
		default:
			list[i] = name
		}
	}
}

// inside resolves a path written at place in d and reports one that leads out of the repository.
func (l *assembler) inside(d *draft, place []any, ref string) (string, bool) {
	name, why := within(d.dir, ref)
	if why == "" {
		return name, true
	}
	remedy := "keep what the project reads in the repository"
	if v := missing(ref); v != "" {
		remedy = remedyVariable(v)
	}
	l.fault(d, place, "the path "+why, remedy)
	return "", false
}

func remedyVariable(name string) string {
	return fmt.Sprintf("set a default, ${%s:-…}, or commit it to .env", name)
}

func sorted(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// lineRange is the range of a whole line of a file without structure.
func lineRange(line int, text string) document.Range {
	return document.Range{
		Start: document.Position{Line: line, Column: 1},
		End:   document.Position{Line: line, Column: len([]rune(text)) + 1},
	}
}
