package kustomize

import (
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/api/resmap"

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
	chain []*kustomization   // those whose patches and settings reach the object, in the order they are applied
}

// trace turns what kustomize rendered into objects that know where they came from.
func (g *graph) trace(root *kustomization, closure []*kustomization, m resmap.ResMap, opt Options) ([]render.Object, error) {
	if m.Size() > opt.MaxObjects {
		return nil, fmt.Errorf("renders %d objects, more than the limit of %d", m.Size(), opt.MaxObjects)
	}
	resources := m.Resources()
	finder := newFinder(g, root, closure)
	sources := make([]source, len(resources))
	texts := make([][]byte, len(resources))
	size := 0
	for i, r := range resources {
		sources[i] = finder.find(r.GetKind(), r.GetName(), r.GetNamespace())
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
			Locator: &locator{graph: g, root: root, node: node, source: sources[i]},
		})
	}
	return objects, nil
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
