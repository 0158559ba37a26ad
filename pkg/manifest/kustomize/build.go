package kustomize

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"sync"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/openapi"

	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

var errTooMuch = errors.New("the build reads or renders too much")

// maxRetries bounds how many patches whose target was left out are dropped from one build.
const maxRetries = 64

// schema guards the OpenAPI schema that kyaml keeps in a package variable: builds with the default schema share it, a
// build that brings its own has it for itself.
var schema sync.RWMutex

// render builds one root and traces what comes out.
func (g *graph) render(ctx context.Context, root *kustomization, opt Options) render.Result {
	result := render.Result{Consumed: map[string]bool{}}
	closure := g.closure(root)
	omitted := false
	for _, k := range closure {
		result.Consumed[k.path] = true
		result.Faults = append(result.Faults, k.omissions...)
		omitted = omitted || len(k.omissions) > 0
		// Patches and configuration are incomplete manifests: on their own they would only make noise, even when the
		// build fails or goes on without them.
		for _, p := range k.patches {
			if p.file != "" && g.tree.isFile(p.file) {
				result.Consumed[p.file] = true
			}
		}
		for _, e := range k.others {
			if name, problem := k.resolve(e.text); problem == "" && g.tree.isFile(name) && e.what != "CRD file" {
				result.Consumed[name] = true
			}
		}
	}
	if root.err != nil {
		result.Faults = append(result.Faults, *root.err)
		return result
	}
	ctx, cancel := context.WithTimeout(ctx, opt.Timeout)
	defer cancel()

	edits := edits{}
	var failure error
	for range maxRetries {
		fs := newFiles(ctx, g, edits.content())
		m, err := run(ctx, fs, root)
		if err == nil {
			objects, err := g.trace(root, closure, m, opt)
			if err != nil {
				result.Faults = append(result.Faults, *root.fault(nil, err.Error(), "split the kustomization"))
				return result
			}
			result.Objects = objects
			maps.Copy(result.Consumed, fs.used)
			return result
		}
		failure = err
		// What was left out may have been what a patch is for.
		if !omitted || !g.dropOrphan(closure, edits, err) {
			break
		}
	}
	result.Faults = append(result.Faults, g.explain(ctx, root, closure, failure, omitted)...)
	return result
}

// run builds one root. Kustomize cannot be interrupted, only starved: when the time is up the file system answers no
// more, and the build is left to end by itself.
func run(ctx context.Context, fs *files, root *kustomization) (resmap.ResMap, error) {
	type outcome struct {
		m   resmap.ResMap
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			if r := recover(); r != nil {
				o = outcome{err: fmt.Errorf("kustomize panicked: %v", r)}
			}
			done <- o
		}()
		if fs.ownSchema(root) {
			schema.Lock()
			defer schema.Unlock()
			defer openapi.ResetOpenAPI()
		} else {
			schema.RLock()
			defer schema.RUnlock()
		}
		o.m, o.err = krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(fs, path.Join(mount, root.dir))
	}()
	select {
	case o := <-done:
		if ctx.Err() != nil && o.err != nil {
			return nil, ctx.Err()
		}
		return o.m, o.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// ownSchema reports whether a build sets the OpenAPI schema.
func (f *files) ownSchema(root *kustomization) bool {
	return slices.ContainsFunc(f.graph.closure(root), func(k *kustomization) bool { return len(k.spec.OpenAPI) > 0 })
}
