// Package manifest finds what a repository wants to run: plain Kubernetes manifests, Kustomize builds, Helm charts and
// Compose projects, told apart, rendered, and each object traced back to its file and line. Files that are none of these
// make no noise; files that are and cannot be read become faults.
//
// Collect reads a whole repository for the gates that judge objects. Recognise and Parts are for those that only ask what
// a file is: the one by its content, the other by what refers to it.
package manifest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/compose"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/helm"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/kustomize"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// Options say how to look.
type Options struct {
	Scope        func(path string) bool // which files are judged; files outside may still be read by what is rendered
	Projects     [][]string             // Compose projects that file names do not tell
	Values       map[string][]string    // chart folder -> values files
	AllowNetwork bool                   // remote Kustomize bases may be fetched
	Config       string                 // the file Projects and Values were read from, for faults about them
	Jobs         int                    // how many files are read side by side
}

// Object is one Kubernetes object or one Compose service.
type Object struct {
	render.Object
	APIVersion string // Kubernetes only
	Kind       string // Kubernetes only
	Namespace  string
	Name       string
}

// String is what the object is called: "apps/v1 Deployment ns/name".
func (o *Object) String() string {
	name := o.Name
	if o.Namespace != "" {
		name = o.Namespace + "/" + name
	}
	return o.APIVersion + " " + o.Kind + " " + name
}

// Set is all that was found, in a stable order.
type Set struct {
	Objects []Object
	Faults  []render.Fault
	Files   int // how many files hold them

	// Volatile is set when a file could not be read for a reason that does not lie in its content.
	Volatile bool
}

// Collect reads a snapshot.
func Collect(ctx context.Context, snapshot *repo.Snapshot, opt Options) (*Set, error) {
	paths := make([]string, 0, len(snapshot.Entries()))
	for _, e := range snapshot.Entries() {
		paths = append(paths, e.Path)
	}
	// Rendering and plain reading know nothing of each other until both are done: what was rendered is then not judged
	// a second time as plain files.
	var (
		wg       sync.WaitGroup
		rendered [3]render.Result
	)
	if hasAny(paths, isKustomization) {
		wg.Go(func() {
			rendered[0] = kustomize.Render(ctx, snapshot, paths, kustomize.Options{AllowNetwork: opt.AllowNetwork, Jobs: opt.Jobs, InScope: opt.Scope})
		})
	}
	if hasAny(paths, isChart) {
		wg.Go(func() {
			rendered[1] = helm.Render(ctx, snapshot, paths, helm.Options{Values: opt.Values, Config: opt.Config, Jobs: opt.Jobs, InScope: opt.Scope})
		})
	}
	plain := readPlain(ctx, snapshot, opt)
	if candidates := plain.composeCandidates(opt.Projects); len(candidates) > 0 {
		wg.Go(func() {
			rendered[2] = compose.Render(ctx, snapshot, candidates, compose.Options{Projects: opt.Projects, Config: opt.Config, Jobs: opt.Jobs, InScope: opt.Scope})
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}

	set := &Set{}
	consumed := func(path string) bool {
		return rendered[0].Consumed[path] || rendered[1].Consumed[path] || rendered[2].Consumed[path]
	}
	files := map[string]bool{}
	for _, f := range plain.files {
		set.Volatile = set.Volatile || f.volatile
		if consumed(f.path) {
			continue
		}
		set.Objects = append(set.Objects, f.objects...)
		set.Faults = append(set.Faults, f.faults...)
		if len(f.objects) > 0 {
			files[f.path] = true
		}
	}
	for i, r := range rendered {
		for _, o := range r.Objects {
			files[o.Source.Path] = true
			if i == 2 {
				set.Objects = append(set.Objects, Object{Object: o, Name: o.Name})
				continue
			}
			set.Objects, set.Faults = expand(set.Objects, set.Faults, o)
		}
		set.Faults = append(set.Faults, r.Faults...)
	}
	// A folder that a reconciler applies is judged as it stands there, even when an overlay includes it as well.
	if folders := applied(set.Objects); len(folders) > 0 && hasAny(paths, isKustomization) {
		more := kustomize.Render(ctx, snapshot, paths, kustomize.Options{AllowNetwork: opt.AllowNetwork, Jobs: opt.Jobs, InScope: opt.Scope, Folders: folders})
		for _, o := range more.Objects {
			set.Objects, set.Faults = expand(set.Objects, set.Faults, o)
		}
		set.Faults = append(set.Faults, more.Faults...)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	set.Files = len(files)
	slices.SortStableFunc(set.Faults, func(a, b render.Fault) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Range.Start.Line, b.Range.Start.Line), cmp.Compare(a.Message, b.Message))
	})
	return set, nil
}

func hasAny(paths []string, is func(string) bool) bool { return slices.ContainsFunc(paths, is) }

// identify reads what makes a mapping a Kubernetes object. The second result is false when it is none.
func identify(o render.Object) (Object, bool) {
	apiVersion, kind := o.Node.Get("apiVersion").Str(), o.Node.Get("kind").Str()
	if apiVersion == "" || kind == "" {
		return Object{}, false
	}
	meta := o.Node.Get("metadata")
	name := meta.Get("name").Str()
	if name == "" {
		name = meta.Get("generateName").Str()
	}
	return Object{Object: o, APIVersion: apiVersion, Kind: kind, Namespace: meta.Get("namespace").Str(), Name: name}, true
}

// maxListDepth bounds lists within lists: kubectl itself flattens one level. maxListFaults bounds how many bad items of one
// list are told: whoever made a million of them needs no more to find the mistake.
const (
	maxListDepth  = 8
	maxListFaults = 100
)

// expand appends o, or what is inside when it is a List (List, DeploymentList …). What was meant to be an object and is
// none becomes a fault.
func expand(to []Object, faults []render.Fault, o render.Object) ([]Object, []render.Fault) {
	return expandList(to, faults, o, 0)
}

func expandList(to []Object, faults []render.Fault, o render.Object, depth int) ([]Object, []render.Fault) {
	fault := func(message string, path ...any) {
		place := o.Locator.Locate(path)
		faults = append(faults, render.Fault{Path: place.Path, Range: place.Range, Kind: o.Source.Kind, Message: message})
	}
	obj, ok := identify(o)
	if !ok {
		if podTemplate(o.Node) {
			fault(fmt.Sprintf("%s has containers but no apiVersion and kind that can be read: the cluster would refuse it", orSomething(o.Node.Get("kind").Str())))
		}
		return to, faults
	}
	if !isList(obj.Kind) || depth >= maxListDepth {
		return append(to, obj), faults
	}
	items := o.Node.Get("items")
	switch {
	case items == nil && obj.Kind != "List", items != nil && items.Kind == document.Null:
		return append(to, obj), faults // somebody's own kind, or an empty list
	case items == nil || items.Kind != document.Sequence:
		fault(obj.Kind+".items is no list, so nothing in it can be judged", "items")
		return to, faults
	}
	bad := 0
	for i, item := range items.Items {
		child := o
		child.Node = item
		child.Locator = below{o.Locator, []any{"items", i}}
		if _, ok := identify(child); ok {
			to, faults = expandList(to, faults, child, depth+1)
		} else if typed, ok := typedItem(child, obj); ok {
			to = append(to, typed) // typed lists may leave kind and apiVersion of their items out
		} else if bad++; bad <= maxListFaults {
			fault(fmt.Sprintf("%s.items[%d] is no object: apiVersion or kind is missing", obj.Kind, i), "items", i)
		}
	}
	return to, faults
}

func orSomething(kind string) string {
	if kind == "" {
		return "an object"
	}
	return kind
}

// podTemplate reports whether a mapping says what Kubernetes objects with containers say.
func podTemplate(n *document.Node) bool {
	if n.Get("kind") == nil {
		return false
	}
	for _, path := range [][]any{{"spec"}, {"spec", "template", "spec"}, {"spec", "jobTemplate", "spec", "template", "spec"}} {
		if n.Lookup(append(path, "containers")...) != nil {
			return true
		}
	}
	return false
}

func isList(kind string) bool { return len(kind) >= 4 && kind[len(kind)-4:] == "List" }

func typedItem(o render.Object, list Object) (Object, bool) {
	kind := list.Kind[:len(list.Kind)-4]
	if kind == "" || o.Node == nil || o.Node.Kind != document.Mapping {
		return Object{}, false
	}
	meta := o.Node.Get("metadata")
	return Object{Object: o, APIVersion: list.APIVersion, Kind: kind, Namespace: meta.Get("namespace").Str(), Name: meta.Get("name").Str()}, true
}

// below locates paths that start at a node inside an object.
type below struct {
	locator render.Locator
	prefix  []any
}

func (b below) Locate(path []any) render.Place {
	return b.locator.Locate(slices.Concat(b.prefix, path))
}
