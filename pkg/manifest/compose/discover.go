package compose

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// project is one set of files that Docker would merge.
type project struct {
	files   []string        // base first
	variant string          // the overlay that makes this project a variant of the one without it
	strict  bool            // references to what is not defined are reported: the files are known to be a whole project
	skip    map[string]bool // services that are judged where another file extends them
}

// finder collects the projects of a repository.
type finder struct {
	src      *sources
	opt      Options
	projects []project
	result   render.Result
	taken    map[string]bool            // files that belong to a project already
	extended map[string]map[string]bool // services that other files extend
}

// discover finds the declared projects, then those Docker would find, then what merely looks like Compose.
func discover(ctx context.Context, src *sources, opt Options) ([]project, render.Result) {
	f := &finder{
		src: src, opt: opt, taken: map[string]bool{}, extended: map[string]map[string]bool{},
		result: render.Result{Consumed: map[string]bool{}},
	}
	f.declared()
	candidates := f.candidates(ctx)
	folders := map[string][]string{}
	for _, name := range candidates {
		if f.edges(name); roleOf(name) != otherRole {
			folders[path.Dir(name)] = append(folders[path.Dir(name)], name)
		}
	}
	for _, p := range f.projects {
		f.reach(p.files...)
	}
	f.conventional(folders)
	f.others(candidates)
	return f.projects, f.result
}

// declared adds the projects the configuration lists.
func (f *finder) declared() {
	for _, list := range f.opt.Projects {
		var p project
		inScope := false
		for _, name := range list {
			name = strings.TrimPrefix(path.Clean(name), "./")
			if !f.src.has(name) {
				f.result.Faults = append(f.result.Faults, render.Fault{
					Path: f.opt.Config, Kind: render.Compose,
					Message: "the declared Compose file " + name + " does not exist",
					Remedy:  "correct compose.projects",
				})
				continue
			}
			p.files = append(p.files, name)
			inScope = inScope || f.opt.InScope(name)
			f.taken[name] = true
		}
		if len(p.files) > 0 && inScope {
			p.strict = true
			f.projects = append(f.projects, p)
		}
	}
}

// candidates are the files in scope that are Compose by name, or by content.
func (f *finder) candidates(ctx context.Context) []string {
	var out []string
	for _, name := range f.src.list {
		if ctx.Err() != nil {
			break
		}
		if !isYAML(name) || !f.opt.InScope(name) || f.taken[name] {
			continue
		}
		if f.isCandidate(name) {
			out = append(out, name)
		}
	}
	// Nearer the root first: what lies above includes what lies below.
	slices.SortStableFunc(out, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")), cmp.Compare(a, b))
	})
	return out
}

func (f *finder) isCandidate(name string) bool {
	named := roleOf(name) != otherRole
	if !named {
		data, err := f.src.read(name)
		if err != nil || !mayHaveServices(data) {
			return false
		}
	}
	file := f.src.compose(name)
	if file.err != nil {
		// A broken file of another name is for the reader of plain YAML to report.
		if named {
			f.result.Faults = append(f.result.Faults, unreadable(file))
			f.result.Consumed[name] = true
		}
		return false
	}
	switch shapeOf(file.root()) {
	case legacy:
		if named {
			r, _ := file.units[0].doc.Locate()
			f.result.Faults = append(f.result.Faults, render.Fault{
				Path: name, Range: r, Kind: render.Compose,
				Message: "Compose file format v1 is no longer read", Remedy: "nest the services under services:",
			})
			f.result.Consumed[name] = true
		}
		return false
	case foreign:
		// Docker would read a file of its own name whatever it holds; only one of something else altogether is let go.
		return named && mayBeProject(file.root())
	}
	return true
}

// edges notes which services of other files a file extends.
func (f *finder) edges(name string) {
	for _, u := range f.src.compose(name).units {
		for _, pair := range entries(u.doc.Root.Get("services")) {
			extends := pair.Value.Get("extends")
			target, why := within(path.Dir(name), extends.Get("file").Str())
			if why != "" || target == name {
				continue
			}
			if f.extended[target] == nil {
				f.extended[target] = map[string]bool{}
			}
			f.extended[target][extends.Get("service").Str()] = true
		}
	}
}

// includes lists the files a file includes, as far as that can be read without variables.
func (f *finder) includes(name string) []string {
	var out []string
	for _, u := range f.src.compose(name).units {
		list := u.doc.Root.Get("include")
		if list == nil {
			continue
		}
		for _, entry := range list.Items {
			paths := []*document.Node{entry}
			if p := entry.Get("path"); p != nil {
				paths = append([]*document.Node{p}, p.Items...)
			}
			for _, p := range paths {
				if target, why := within(path.Dir(name), p.Str()); why == "" && f.src.has(target) {
					out = append(out, target)
				}
			}
		}
	}
	return out
}

// reach marks files and all they include as taken.
func (f *finder) reach(names ...string) {
	seen := map[string]bool{}
	var visit func(string)
	visit = func(name string) {
		if seen[name] {
			return
		}
		seen[name] = true
		f.taken[name] = true
		f.edges(name)
		for _, target := range f.includes(name) {
			visit(target)
		}
	}
	for _, name := range names {
		visit(name)
	}
}

// conventional adds the projects Docker would find: in each folder a base with its override, and every variant of it.
func (f *finder) conventional(folders map[string][]string) {
	var bases []string
	for dir := range folders {
		if b := pick(folders[dir], dir, baseNames); b != "" {
			bases = append(bases, b)
		}
	}
	slices.SortFunc(bases, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")), cmp.Compare(a, b))
	})
	// What another project includes is judged there. Bases that no other includes come first, so that of two that
	// include each other one is judged.
	included := map[string]bool{}
	for _, b := range bases {
		for _, target := range f.includes(b) {
			included[target] = included[target] || target != b
		}
	}
	slices.SortStableFunc(bases, func(a, b string) int {
		switch {
		case included[a] == included[b]:
			return 0
		case included[b]:
			return -1
		}
		return 1
	})
	for _, b := range bases {
		if f.taken[b] {
			continue
		}
		f.folder(b, folders[path.Dir(b)])
	}
}

// folder adds the projects of one folder.
func (f *finder) folder(b string, names []string) {
	p := project{files: []string{b}, strict: true}
	main := pick(names, path.Dir(b), overrideNames)
	if main != "" && !f.taken[main] {
		p.files = append(p.files, main)
	}
	f.reach(p.files...)
	f.projects = append(f.projects, p)
	for _, name := range names {
		switch {
		case f.taken[name], len(f.extended[name]) > 0:
			continue
		case roleOf(name) == baseRole:
			// Docker ignores a second base, but somebody may start it by -f.
			f.projects = append(f.projects, project{files: []string{name}, strict: true})
		default:
			f.projects = append(f.projects, project{files: []string{b, name}, variant: name, strict: true})
		}
		f.reach(name)
	}
}

// pick returns the first of names, in the order of preference, that a folder has.
func pick(files []string, dir string, names []string) string {
	for _, name := range names {
		if full := path.Join(dir, name); slices.Contains(files, full) {
			return full
		}
	}
	return ""
}

// others adds what looks like Compose and belongs to no project: files that can run by themselves first, because they
// may include the rest; then the fragments, of which only what has an image or a build is a service.
func (f *finder) others(candidates []string) {
	included := map[string]bool{}
	for _, name := range candidates {
		for _, target := range f.includes(name) {
			included[target] = included[target] || target != name
		}
	}
	for _, pass := range []func(name string) bool{
		func(name string) bool { return !included[name] && shapeOf(f.src.compose(name).root()) == whole },
		func(name string) bool { return !included[name] },
		func(string) bool { return true },
	} {
		for _, name := range candidates {
			if f.taken[name] || !pass(name) {
				continue
			}
			f.reach(name)
			f.projects = append(f.projects, project{files: []string{name}, skip: f.extended[name]})
		}
	}
}
