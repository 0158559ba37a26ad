package kustomize

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// edits are the kustomizations that one build sees differently from the others.
type edits map[*kustomization]types.Kustomization

func (e edits) content() map[string][]byte {
	out := make(map[string][]byte, len(e))
	for k, spec := range e {
		out[k.path] = encode(spec)
	}
	return out
}

func (e edits) spec(k *kustomization) types.Kustomization {
	if spec, ok := e[k]; ok {
		return spec
	}
	return k.spec
}

// dropOrphan takes from the kustomizations what an error complains about because its object was left out of the build:
// the patch without its target, or the generators and replacements that build on something. It reports whether it found
// anything to take.
func (g *graph) dropOrphan(closure []*kustomization, e edits, failure error) bool {
	message := failure.Error()
	if _, id, ok := strings.Cut(message, "no matches for Id "); ok {
		kind, name := splitID(id)
		for _, k := range closure {
			spec := e.spec(k)
			for i, p := range spec.Patches {
				if p.Target == nil && g.patches(k, p, kind, name) {
					spec.Patches = slices.Delete(slices.Clone(spec.Patches), i, i+1)
					e[k] = spec
					return true
				}
			}
		}
	}
	for _, k := range closure {
		if !slices.ContainsFunc(g.closure(k), func(k *kustomization) bool { return len(k.omissions) > 0 }) {
			continue
		}
		spec := e.spec(k)
		before := len(spec.Replacements) + len(spec.ConfigMapGenerator) + len(spec.SecretGenerator)
		spec.Replacements = nil
		spec.ConfigMapGenerator = slices.DeleteFunc(slices.Clone(spec.ConfigMapGenerator), func(a types.ConfigMapArgs) bool { return builds(a.GeneratorArgs) })
		spec.SecretGenerator = slices.DeleteFunc(slices.Clone(spec.SecretGenerator), func(a types.SecretArgs) bool { return builds(a.GeneratorArgs) })
		if len(spec.Replacements)+len(spec.ConfigMapGenerator)+len(spec.SecretGenerator) < before {
			e[k] = spec
			return true
		}
	}
	return false
}

// splitID reads the kind and the name in what kustomize calls an id, Deployment.v1.apps/web.[noNs], at the start of text.
func splitID(text string) (kind, name string) {
	id, _, _ := strings.Cut(text, ";")
	id, _, _ = strings.Cut(id, " ")
	gvk, name, _ := strings.Cut(strings.Trim(id, "\"\n'"), "/")
	kind, _, _ = strings.Cut(gvk, ".")
	if i := strings.LastIndex(name, "."); i >= 0 {
		name = name[:i]
	}
	return kind, name
}

// builds reports whether a generator changes an object instead of making one.
func builds(a types.GeneratorArgs) bool { return a.Behavior == "merge" || a.Behavior == "replace" }

// patches reports whether a patch without target names an object.
func (g *graph) patches(k *kustomization, p types.Patch, kind, name string) bool {
	file := document.Parse(k.path, []byte(p.Patch), document.Options{})
	if p.Path != "" {
		path, _ := k.resolve(p.Path)
		if file = g.tree.parse(path); file == nil {
			return false
		}
	}
	return slices.ContainsFunc(file.Docs, func(d *document.Document) bool {
		return d.Root.Get("kind").Str() == kind && d.Root.Lookup("metadata", "name").Str() == name
	})
}
