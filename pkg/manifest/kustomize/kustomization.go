package kustomize

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// names are the files kustomize looks for in a folder.
var names = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// kustomization is one kustomization file, as written and as kustomize is going to see it.
type kustomization struct {
	path string
	dir  string
	doc  *document.Document // positions; nil when the file does not parse
	spec types.Kustomization
	err  *render.Fault // why the file is no use at all

	content   []byte         // what kustomize is given instead of the file
	omissions []render.Fault // what was left out of content
	patches   []patch
	resources []entry // files and folders, bases included
	comps     []entry
	others    []entry // every other entry that names a file
	remotes   []entry // what may be fetched
}

// entry is one place of a kustomization file that names something.
type entry struct {
	at   []any // path in the file
	text string
	what string // "resource", "patch"…: what the entry is called in messages
}

// patch is one patch of a kustomization, whichever of the four notations it uses.
type patch struct {
	at     []any  // the entry
	text   []any  // the inline text's path; nil when it lies in a file
	file   string // the file, relative to the repository; "" when inline
	inline string
	target *types.Selector
}

// loadKustomization reads one kustomization file. It returns nil for a file that only shares the name: Flux calls its own
// resource a Kustomization too.
func (g *graph) loadKustomization(name string) *kustomization {
	k := &kustomization{path: name, dir: path.Dir(name)}
	data, err := g.tree.read(name)
	if err != nil {
		k.err = k.fault(nil, "cannot be read: "+err.Error(), "")
		return k
	}
	parsed := g.tree.parse(name)
	if len(parsed.Docs) > 0 {
		k.doc = parsed.Docs[0]
	}
	if len(parsed.Errors) > 0 {
		// Not decoded, for it may be a bomb. Kustomize is not given it either.
		if k.foreign() {
			return nil
		}
		e := parsed.Errors[0]
		k.err = &render.Fault{Path: name, Range: e.Range, Kind: render.Kustomize, Message: e.Message, Remedy: e.Remedy}
		return k
	}
	// What kustomize would accept is a kustomization, whatever it looks like: field names are matched without regard to
	// case, so the fields that tell a foreign file could lie.
	err = k.spec.Unmarshal(data)
	if (err != nil || len(fixed(k.spec).EnforceFields()) > 0) && k.foreign() {
		return nil
	}
	if err != nil {
		k.err = k.decodeFault(err)
		return k
	}
	written := fixed(k.spec)
	if err := written.CheckEmpty(); err != nil {
		k.err = k.fault(nil, "the kustomization is empty", "list resources, or remove the file")
		return k
	}
	if problems := written.EnforceFields(); len(problems) > 0 {
		k.err = k.fault([]any{"apiVersion"}, strings.Join(problems, "; "), "")
		return k
	}
	g.present(k)
	return k
}

// foreign reports whether the file names a kind that is not kustomize's.
func (k *kustomization) foreign() bool {
	if k.doc == nil {
		return false
	}
	version, kind := k.doc.Root.Get("apiVersion").Str(), k.doc.Root.Get("kind").Str()
	return version != "" && !strings.HasPrefix(version, "kustomize.config.k8s.io/") ||
		kind != "" && kind != types.KustomizationKind && kind != types.ComponentKind
}

// fixed fills in what kustomize assumes when it is left out.
func fixed(s types.Kustomization) *types.Kustomization {
	s.FixKustomization()
	return &s
}

// component reports whether the file describes a Component, which is nothing on its own.
func (k *kustomization) component() bool {
	return k.err == nil && k.spec.Kind == types.ComponentKind
}

// decodeFault words the error of a file that is YAML but no kustomization. The decoder's text may quote what it read, so
// only the name of an unknown field is taken from it.
func (k *kustomization) decodeFault(err error) *render.Fault {
	message := err.Error()
	if _, field, ok := strings.Cut(message, "unknown field "); ok {
		field, _, _ = strings.Cut(field, "\n")
		field = strings.Trim(field, `"`)
		f := k.fault([]any{field}, fmt.Sprintf("unknown field %q", field), "kustomize accepts only the fields of "+types.KustomizationVersion)
		return f
	}
	if _, field, ok := strings.Cut(message, "Go struct field "); ok {
		field, _, _ = strings.Cut(field, " ")
		_, field, _ = strings.Cut(field, ".")
		at := []any{}
		for _, part := range strings.Split(field, ".") {
			at = append(at, part)
		}
		return k.fault(at, fmt.Sprintf("field %q has the wrong type", field), "")
	}
	return k.fault(nil, "is not a valid kustomization", "")
}

// fault makes a fault at the deepest node of at that exists in the file.
func (k *kustomization) fault(at []any, message, remedy string) *render.Fault {
	return &render.Fault{Path: k.path, Range: k.place(at), Kind: render.Kustomize, Message: message, Remedy: remedy}
}

// place is the range of an entry. Kustomize reads field names without regard to case, so the file is searched that way.
func (k *kustomization) place(at []any) document.Range {
	if k.doc == nil || len(at) == 0 {
		return document.Range{}
	}
	at = slices.Clone(at)
	n := k.doc.Root
	for i, step := range at {
		if key, ok := step.(string); ok && n.Get(key) == nil && n != nil {
			for _, p := range n.Pairs {
				if strings.EqualFold(p.Key.Text, key) {
					at[i] = p.Key.Text
				}
			}
		}
		if n = n.Lookup(at[i]); n == nil {
			if i == 0 {
				return document.Range{}
			}
			at = at[:i]
			break
		}
	}
	r, _ := k.doc.Locate(at...)
	return r
}
