package kustomize

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// source is what a rendered object was made from.
type source struct {
	path  string             // a file that exists
	doc   *document.Document // nil when the object was generated
	at    []any              // the object's path in doc: in a List it is not the root
	place document.Range     // generated objects: the entry that made them
	note  string             // generated objects
	owner *kustomization     // generated objects: whose entry it is
}

// trace turns what kustomize rendered into objects that know where they came from.
func (g *graph) trace(root *kustomization, closure []*kustomization, m resmap.ResMap, opt Options) ([]render.Object, error) {
	if m.Size() > opt.MaxObjects {
		return nil, fmt.Errorf("renders %d objects, more than the limit of %d", m.Size(), opt.MaxObjects)
	}
	resources := m.Resources()
	origins := make([]*resource.Origin, len(resources))
	for i, r := range resources {
		origins[i], _ = r.GetOrigin()
	}
	if err := m.RemoveOriginAnnotations(); err != nil {
		return nil, fmt.Errorf("removing the origin of objects: %w", err)
	}

	finder := finder{graph: g, root: root, closure: closure, taken: map[*document.Node]bool{}}
	sources := make([]source, len(resources))
	texts := make([][]byte, len(resources))
	size := 0
	for i, r := range resources {
		sources[i] = finder.find(r, origins[i])
		text, err := r.MarshalJSON()
		if err != nil {
			return nil, fmt.Errorf("%s %s cannot be written: %w", r.GetKind(), r.GetName(), err)
		}
		if size += len(text); size > opt.MaxBytes {
			return nil, fmt.Errorf("renders more than %d bytes", opt.MaxBytes)
		}
		texts[i] = text
	}
	expandVars(closure, resources, sources, texts)

	objects := make([]render.Object, 0, len(resources))
	for i, r := range resources {
		file := document.Parse(sources[i].path, texts[i], document.Options{MaxBytes: opt.MaxBytes})
		if len(file.Docs) != 1 || len(file.Errors) > 0 {
			return nil, fmt.Errorf("%s %s was rendered to something that cannot be read", r.GetKind(), r.GetName())
		}
		node := file.Docs[0].Root
		objects = append(objects, render.Object{
			Node:    node,
			Source:  render.Source{Path: sources[i].path, Kind: render.Kustomize, Root: root.path},
			Locator: &locator{graph: g, root: root, closure: closure, node: node, source: sources[i]},
		})
	}
	return objects, nil
}

// finder looks for the manifests that rendered objects were made from.
type finder struct {
	graph   *graph
	root    *kustomization
	closure []*kustomization
	taken   map[*document.Node]bool // manifests that already have their object
}

func (f *finder) find(r *resource.Resource, origin *resource.Origin) source {
	if origin == nil {
		// A patch that replaces all annotations takes the origin with them.
		return f.anywhere(r)
	}
	switch {
	case origin.Repo != "":
		return f.remote(origin)
	case strings.HasSuffix(origin.ConfiguredBy.Kind, "Transformer"):
		// An object without origin is taken for the work of the next transformer.
		if s := f.anywhere(r); s.doc != nil {
			return s
		}
		return f.generated(r, origin)
	case origin.ConfiguredIn != "":
		return f.generated(r, origin)
	}
	file := path.Join(f.root.dir, filepath.ToSlash(origin.Path))
	if s, ok := f.inFile(file, r); ok {
		return s
	}
	if f.graph.tree.isFile(file) {
		return source{path: file, note: f.note()}
	}
	return f.anywhere(r)
}

func (f *finder) note() string {
	return "rendered by kustomize from " + f.root.path + "; the exact line is not known"
}

// inFile finds the object of a file that r was made from: of the same kind, with the name that r's name was made from.
func (f *finder) inFile(file string, r *resource.Resource) (source, bool) {
	parsed := f.graph.tree.parse(file)
	if parsed == nil {
		return source{}, false
	}
	var best source
	var bestNode *document.Node
	most := -1
	for _, o := range objectsIn(parsed) {
		name := o.node.Lookup("metadata", "name").Str()
		score := 0
		switch {
		case o.node.Get("kind").Str() != r.GetKind():
			continue
		case name == r.GetName():
			score = 10_000
		case name != "" && strings.Contains(r.GetName(), name):
			score = 10 * len(name)
		}
		if o.node.Lookup("metadata", "namespace").Str() == r.GetNamespace() {
			score += 2
		}
		if !f.taken[o.node] {
			score++
		}
		if score > most {
			best, bestNode, most = source{path: file, doc: o.doc, at: o.at}, o.node, score
		}
	}
	f.taken[bestNode] = true
	return best, most >= 0
}

// anywhere looks through every manifest of the build.
func (f *finder) anywhere(r *resource.Resource) source {
	for _, exact := range []bool{true, false} {
		for _, k := range f.closure {
			for _, e := range k.resources {
				name, problem := k.resolve(e.text)
				if problem != "" || !f.graph.tree.isFile(name) {
					continue
				}
				s, ok := f.inFile(name, r)
				if !ok {
					continue
				}
				found := s.doc.Root.Lookup(append(s.at, "metadata", "name")...).Str()
				if found == r.GetName() || !exact && found != "" && strings.Contains(r.GetName(), found) {
					return s
				}
			}
		}
	}
	return source{path: f.root.path, note: f.note()}
}

// remote finds the entry that names a remote base.
func (f *finder) remote(origin *resource.Origin) source {
	for _, k := range f.closure {
		for _, e := range k.resources {
			if remoteBase(e.text) && strings.Contains(strings.ReplaceAll(origin.Repo, ":", "/"), repositoryName(e.text)) {
				return source{path: k.path, place: k.place(e.at), owner: k, note: "rendered by kustomize from the remote base named here"}
			}
		}
	}
	return source{path: f.root.path, note: f.note()}
}

// repositoryName is the owner/name part of a remote base's address.
func repositoryName(address string) string {
	address, _, _ = strings.Cut(address, "?")
	address = scheme.ReplaceAllString(address, "")
	parts := strings.Split(strings.ReplaceAll(address, ":", "/"), "/")
	if len(parts) < 3 {
		return address
	}
	return parts[1] + "/" + strings.TrimSuffix(parts[2], ".git")
}

// generated finds the entry of a kustomization file that made a ConfigMap or Secret, or the configuration of a generator.
func (f *finder) generated(r *resource.Resource, origin *resource.Origin) source {
	file := path.Join(f.root.dir, filepath.ToSlash(origin.ConfiguredIn))
	if !f.graph.tree.isFile(file) {
		return source{path: f.root.path, note: f.note()}
	}
	k := f.graph.kustomization(file)
	if k == nil {
		return source{path: file, note: "generated by kustomize"}
	}
	s := source{path: k.path, owner: k, note: "generated by kustomize"}
	most := -1
	match := func(field string, i int, name string) {
		if strings.Contains(r.GetName(), name) && len(name) > most {
			most = len(name)
			s.place = k.place([]any{field, i})
		}
	}
	if origin.ConfiguredBy.Kind == "SecretGenerator" {
		for i, a := range k.spec.SecretGenerator {
			match("secretGenerator", i, a.Name)
		}
	} else {
		for i, a := range k.spec.ConfigMapGenerator {
			match("configMapGenerator", i, a.Name)
		}
	}
	return s
}

// object is one object of a manifest.
type object struct {
	doc  *document.Document
	at   []any
	node *document.Node
}

// objectsIn lists the objects of a file, those in Lists included.
func objectsIn(file *document.File) []object {
	var out []object
	var add func(doc *document.Document, at []any, n *document.Node)
	add = func(doc *document.Document, at []any, n *document.Node) {
		if list := n.Get("items"); list != nil && strings.HasSuffix(n.Get("kind").Str(), "List") {
			for i, item := range list.Items {
				add(doc, append(at[:len(at):len(at)], "items", i), item)
			}
			return
		}
		out = append(out, object{doc: doc, at: at, node: n})
	}
	for _, doc := range file.Docs {
		add(doc, nil, doc.Root)
	}
	return out
}
