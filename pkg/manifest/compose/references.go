package compose

import (
	"context"
	"io/fs"
	"path"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// References maps every path that a Compose file refers to to that Compose file, without loading a project: env files,
// files of configs and secrets, Dockerfiles, extended and included files, files that are mounted. The paths are cleaned and
// lie in the repository, but nothing need be there; some are folders. A path with a variable in it is left out. files are
// the sorted paths of fsys. A file with a Compose name that cannot be read is a fault.
func References(ctx context.Context, fsys fs.FS, files []string) (map[string]string, []render.Fault) {
	src := newSources(fsys, files)
	var names []string
	for _, name := range files {
		if isYAML(name) {
			names = append(names, name)
		}
	}
	found := make([]*file, len(names))
	var (
		next atomic.Int64
		wg   sync.WaitGroup
	)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(names) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				found[i] = src.project(names[i])
			}
		})
	}
	wg.Wait()

	referred := map[string]string{}
	var faults []render.Fault
	for _, f := range found {
		switch {
		case f == nil:
		case f.err != nil:
			faults = append(faults, unreadable(f))
		default:
			for _, u := range f.units {
				r := references{file: f.path, dir: path.Dir(f.path), referred: referred, seen: map[*document.Node]bool{}}
				r.document(u.doc.Root)
			}
		}
	}
	return referred, faults
}

// project returns a file that is Compose, or has its name and cannot be read; nil for any other.
func (s *sources) project(name string) *file {
	if !Named(name) {
		if data, err := s.read(name); err != nil || !mayHaveServices(data) {
			return nil
		}
	}
	f := s.compose(name)
	if f.err != nil && Named(name) || f.err == nil && Is(name, f.root()) {
		return f
	}
	return nil
}

// references collects what one Compose file refers to.
type references struct {
	file, dir string
	referred  map[string]string
	seen      map[*document.Node]bool // services that aliases repeat are looked at once
}

// add notes a path that starts at dir and returns it as it is in the repository, "" when it leads nowhere in it.
func (r *references) add(dir string, ref *document.Node) string {
	name := r.resolve(dir, ref)
	if _, ok := r.referred[name]; !ok && name != "" {
		r.referred[name] = r.file
	}
	return name
}

func (r *references) resolve(dir string, ref *document.Node) string {
	if strings.Contains(ref.Str(), "$") {
		return ""
	}
	name, why := within(dir, ref.Str())
	if why != "" {
		return ""
	}
	return name
}

// each calls do for a node, or for each of the list it is. An item may be a mapping that has the path under a key.
func each(n *document.Node, key string, do func(*document.Node)) {
	list := []*document.Node{n}
	if n != nil && n.Kind == document.Sequence {
		list = n.Items
	}
	for _, item := range list {
		if under := item.Get(key); under != nil {
			item = under
		}
		do(item)
	}
}

func (r *references) document(root *document.Node) {
	if roleOf(r.file) == baseRole {
		r.add(r.dir, &document.Node{Kind: document.String, Text: ".env"}) // Docker reads it by itself
	}
	file := func(n *document.Node) { r.add(r.dir, n) }
	if include := root.Get("include"); include != nil {
		for _, entry := range include.Items {
			each(entry, "path", func(n *document.Node) { each(n, "", file) })
			each(entry.Get("env_file"), "", file)
		}
	}
	for _, key := range []string{"configs", "secrets"} {
		for _, pair := range entries(root.Get(key)) {
			file(pair.Value.Get("file"))
		}
	}
	for _, pair := range entries(root.Get("services")) {
		if !r.seen[pair.Value] {
			r.seen[pair.Value] = true
			r.service(pair.Value)
		}
	}
}

func (r *references) service(n *document.Node) {
	file := func(n *document.Node) { r.add(r.dir, n) }
	each(n.Get("env_file"), "path", file)
	each(n.Get("label_file"), "", file)
	file(n.Get("extends").Get("file"))
	file(n.Get("credential_spec").Get("file"))
	r.build(n.Get("build"))
	each(n.Get("volumes"), "source", func(volume *document.Node) {
		source, _, _ := strings.Cut(volume.Str(), ":")
		if strings.HasPrefix(source, ".") { // else it is a volume's name, or lies outside
			file(&document.Node{Kind: document.String, Text: source})
		}
	})
}

// build notes the Dockerfile of a service, which is looked for in the context.
func (r *references) build(n *document.Node) {
	context := n.Get("context")
	if n != nil && n.Kind == document.String {
		context = n
	}
	dir := r.dir
	if context != nil {
		dir = r.resolve(r.dir, context)
	}
	if n == nil || dir == "" || n.Get("dockerfile_inline") != nil {
		return
	}
	dockerfile := n.Get("dockerfile")
	if dockerfile == nil {
		dockerfile = &document.Node{Kind: document.String, Text: "Dockerfile"}
	}
	r.add(dir, dockerfile)
}
