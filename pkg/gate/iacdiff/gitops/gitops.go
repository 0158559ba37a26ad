// Package gitops reads what a repository configures to reconcile: the objects of Flux and Argo CD, what they refer to, which
// of the repository's manifests they cover, and how long a change or a drift may stay. It says what is configured, never
// what is running, and it decides nothing.
package gitops

import (
	"path"
	"slices"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// Role is what an object does for reconciliation.
type Role string

// The roles.
const (
	Reconciler Role = "reconciler" // Flux Kustomization and HelmRelease, Argo CD Application and ApplicationSet
	Source     Role = "source"     // GitRepository, OCIRepository, Bucket, HelmRepository, HelmChart, ExternalArtifact
	Generator  Role = "generator"  // ArtifactGenerator
	Alert      Role = "alert"
	Provider   Role = "provider"
	Project    Role = "project"  // AppProject
	Settings   Role = "settings" // Argo CD's ConfigMap
	Workload   Role = ""         // any other object
)

// Object is one object of the repository.
type Object struct {
	*manifest.Object
	Role   Role
	Family string      // "flux" or "argocd", "" for any other object
	refs   []Reference // what it refers to
}

// Reference is one reference of an object to another.
type Reference struct {
	At                    []any // path in the object
	Kind, Namespace, Name string
	Found                 bool
	to                    *Object
}

// Graph is all objects of a repository and how they hang together.
type Graph struct {
	Objects []*Object

	byKey  map[key][]*Object
	exists func(path string) bool // whether a file or folder is there

	covered map[*Object]*Object // object -> the reconciler whose path it is rendered from
}

type key struct{ kind, namespace, name string }

// New reads the graph. exists tells whether the repository has a file or folder.
func New(set *manifest.Set, exists func(path string) bool) *Graph {
	g := &Graph{byKey: map[key][]*Object{}, exists: exists, covered: map[*Object]*Object{}}
	for i := range set.Objects {
		o := &set.Objects[i]
		if o.Source.Kind == render.Compose {
			continue
		}
		family, role := classify(o)
		object := &Object{Object: o, Role: role, Family: family}
		g.Objects = append(g.Objects, object)
		k := key{o.Kind, o.Namespace, o.Name}
		g.byKey[k] = append(g.byKey[k], object)
	}
	for _, o := range g.Objects {
		o.refs = g.references(o)
	}
	g.cover()
	return g
}

// classify tells the objects this package is about by their API group; the version does not matter.
func classify(o *manifest.Object) (family string, role Role) {
	group, _, _ := strings.Cut(o.APIVersion, "/")
	switch group {
	case "kustomize.toolkit.fluxcd.io":
		if o.Kind == "Kustomization" {
			return "flux", Reconciler
		}
	case "helm.toolkit.fluxcd.io":
		if o.Kind == "HelmRelease" {
			return "flux", Reconciler
		}
	case "source.toolkit.fluxcd.io":
		switch o.Kind {
		case "GitRepository", "OCIRepository", "Bucket", "HelmRepository", "HelmChart", "ExternalArtifact":
			return "flux", Source
		}
	case "source.extensions.fluxcd.io":
		if o.Kind == "ArtifactGenerator" {
			return "flux", Generator
		}
	case "notification.toolkit.fluxcd.io":
		switch o.Kind {
		case "Alert":
			return "flux", Alert
		case "Provider":
			return "flux", Provider
		}
	case "argoproj.io":
		switch o.Kind {
		case "Application", "ApplicationSet":
			return "argocd", Reconciler
		case "AppProject":
			return "argocd", Project
		}
	case "v1":
		if o.Kind == "ConfigMap" && (o.Name == "argocd-cm" || o.Name == "argocd-notifications-cm") {
			return "argocd", Settings
		}
	}
	return "", Workload
}

// References lists what an object refers to.
func (o *Object) References() []Reference { return o.refs }

// find looks an object up by kind, namespace and name, for another one that refers to it. A repository of several clusters
// has one of each name for every cluster, in a folder of its own: the one that lies nearest is meant.
func (g *Graph) find(from *Object, kind, namespace, name string) *Object {
	return nearest(from, g.byKey[key{kind, namespace, name}])
}

func nearest(from *Object, list []*Object) (found *Object) {
	best := -1
	for _, o := range list {
		if n := common(from.Source.Path, o.Source.Path); n > best {
			found, best = o, n
		}
	}
	return found
}

// common is how many folders two paths begin with alike.
func common(a, b string) int {
	x, y := strings.Split(path.Dir(a), "/"), strings.Split(path.Dir(b), "/")
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

// refer resolves a reference that stands at a path of an object.
func (g *Graph) refer(o *Object, at []any, kind, namespace, name string) Reference {
	r := Reference{At: at, Kind: kind, Namespace: namespace, Name: name}
	r.to = g.find(o, kind, namespace, name)
	if r.to == nil && kind == "ExternalArtifact" {
		r.to = g.artifactGenerator(o, namespace, name)
	}
	r.Found = r.to != nil
	return r
}

// artifactGenerator finds the generator that makes an ExternalArtifact.
func (g *Graph) artifactGenerator(from *Object, namespace, name string) *Object {
	var list []*Object
	for _, o := range g.Objects {
		if o.Role != Generator || o.Namespace != namespace {
			continue
		}
		for _, a := range items(o.Node.Lookup("spec", "artifacts")) {
			if a.Get("name").Str() == name {
				list = append(list, o)
				break
			}
		}
	}
	return nearest(from, list)
}

func items(n *document.Node) []*document.Node {
	if n == nil || n.Kind != document.Sequence {
		return nil
	}
	return n.Items
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// references lists an object's references as its kind has them.
func (g *Graph) references(o *Object) (refs []Reference) {
	spec := o.Node.Get("spec")
	sourceRef := func(at ...any) {
		ref := o.Node.Lookup(at...)
		if name := ref.Get("name").Str(); name != "" && !strings.Contains(name, "${") {
			refs = append(refs, g.refer(o, at, ref.Get("kind").Str(), or(ref.Get("namespace").Str(), o.Namespace), name))
		}
	}
	list := func(kind string, at ...any) {
		for i, item := range items(o.Node.Lookup(at...)) {
			if name := item.Get("name").Str(); name != "" && name != "*" && !strings.Contains(name, "${") {
				refs = append(refs, g.refer(o, append(slices.Clone(at), i), or(item.Get("kind").Str(), kind), or(item.Get("namespace").Str(), o.Namespace), name))
			}
		}
	}
	switch o.Kind {
	case "Kustomization":
		if o.Role == Reconciler {
			sourceRef("spec", "sourceRef")
			list("Kustomization", "spec", "dependsOn")
		}
	case "HelmRelease":
		sourceRef("spec", "chart", "spec", "sourceRef")
		sourceRef("spec", "chartRef")
		list("HelmRelease", "spec", "dependsOn")
	case "HelmChart":
		if o.Role == Source {
			sourceRef("spec", "sourceRef")
		}
	case "ArtifactGenerator":
		list("", "spec", "sources")
	case "Alert":
		if name := spec.Lookup("providerRef", "name").Str(); o.Role == Alert && name != "" {
			refs = append(refs, g.refer(o, []any{"spec", "providerRef"}, "Provider", o.Namespace, name))
			list("", "spec", "eventSources")
		}
	case "Application":
		refs = g.project(refs, o, "spec", "project")
	case "ApplicationSet":
		refs = g.project(refs, o, "spec", "template", "spec", "project")
	}
	return refs
}

// project adds the project of an application. Projects live in Argo CD's own namespace, whichever that is.
func (g *Graph) project(refs []Reference, o *Object, at ...any) []Reference {
	name := o.Node.Lookup(at...).Str()
	if o.Role != Reconciler || name == "" || name == "default" || strings.Contains(name, "{{") {
		return refs
	}
	r := Reference{At: at, Kind: "AppProject", Namespace: o.Namespace, Name: name}
	for _, other := range g.Objects {
		if other.Role == Project && other.Name == name {
			r.to = other
		}
	}
	r.Found = r.to != nil
	return append(refs, r)
}

// source is the object that a Flux reconciler's content comes from, nil when it is not in the repository.
func (o *Object) source() *Object {
	for _, r := range o.refs {
		if len(r.At) > 0 && (r.At[len(r.At)-1] == "sourceRef" || r.At[len(r.At)-1] == "chartRef") {
			return r.to
		}
	}
	return nil
}

// clean is a path of an object's spec as a path of the repository; "" is its root, and not ok one that leads out of it.
func clean(p string) (string, bool) {
	p = strings.TrimPrefix(path.Clean("./"+strings.TrimLeft(strings.TrimSpace(p), "/")), "./")
	if p == "." {
		p = ""
	}
	return p, p != ".." && !strings.HasPrefix(p, "../") && !strings.Contains(p, "${")
}
