package kustomize

import (
	"strconv"
	"strings"
	"sync"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// locator leads from a rendered object back to the manifest, the patches and the kustomization entries that made it.
// Nothing is computed before the first question.
type locator struct {
	graph  *graph
	root   *kustomization
	node   *document.Node
	source source

	once       sync.Once
	candidates []render.Candidate
}

// Locate returns the place of the deepest node that exists on path.
func (l *locator) Locate(path []any) render.Place {
	l.once.Do(l.prepare)
	place, exact := render.Trace(l.node, path, l.candidates)
	if exact {
		return place
	}
	if set, ok := l.setting(path); ok {
		return set
	}
	if place.Path == "" {
		return render.Place{Path: l.source.path, Range: l.source.place, Note: l.source.note}
	}
	place.Note = "rendered by kustomize from " + l.root.path + "; the exact line is not known"
	return place
}

func (l *locator) prepare() {
	if l.source.doc != nil {
		l.candidates = append(l.candidates, render.Candidate{Document: l.source.doc, At: l.source.at})
	}
	for _, k := range l.source.chain {
		for _, p := range k.patches {
			l.candidates = append(l.candidates, l.fromPatch(k, p)...)
		}
	}
}

// fromPatch lists what a patch may have contributed to the object.
func (l *locator) fromPatch(k *kustomization, p patch) []render.Candidate {
	if p.target != nil && !l.selected(p.target) {
		return nil
	}
	file := l.graph.patchText(k, p)
	if file == nil {
		return nil
	}
	var out []render.Candidate
	for _, doc := range file.Docs {
		if doc.Root.Kind == document.Sequence {
			for i, op := range doc.Root.Items {
				if c, ok := l.fromOperation(doc, i, op); ok {
					out = append(out, c)
				}
			}
			continue
		}
		if p.target != nil || l.named(doc.Root) {
			out = append(out, render.Candidate{Document: doc})
		}
	}
	return out
}

// fromOperation reads one operation of a JSON patch.
func (l *locator) fromOperation(doc *document.Document, i int, op *document.Node) (render.Candidate, bool) {
	if kind := op.Get("op").Str(); kind != "add" && kind != "replace" {
		return render.Candidate{}, false
	}
	covers := []any{}
	n := l.node
	for part := range strings.SplitSeq(strings.TrimPrefix(op.Get("path").Str(), "/"), "/") {
		part = strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~")
		var step any = part
		if n != nil && n.Kind == document.Sequence {
			index, err := strconv.Atoi(part)
			if part == "-" {
				index, err = len(n.Items)-1, nil
			}
			if err != nil {
				return render.Candidate{}, false
			}
			step = index
		}
		n = n.Lookup(step)
		covers = append(covers, step)
	}
	return render.Candidate{Document: doc, At: []any{i, "value"}, Covers: covers}, n != nil && op.Get("value") != nil
}

// selected reports whether a patch's target means the object, by its present or its original name. Selectors of labels
// are not looked at: what a patch contributed shows in its values.
func (l *locator) selected(target *types.Selector) bool {
	sel, err := types.NewSelectorRegex(target)
	if err != nil {
		return false
	}
	group, version := resid.ParseGroupVersion(l.node.Get("apiVersion").Str())
	if !sel.MatchGvk(resid.NewGvk(group, version, l.node.Get("kind").Str())) {
		return false
	}
	for _, name := range l.names() {
		if sel.MatchName(name) {
			return true
		}
	}
	return false
}

// named reports whether a strategic merge patch means the object.
func (l *locator) named(patch *document.Node) bool {
	if patch.Get("kind").Str() != l.node.Get("kind").Str() {
		return false
	}
	name := patch.Lookup("metadata", "name").Str()
	for _, n := range l.names() {
		if n == name {
			return true
		}
	}
	// In between, prefixes and suffixes may have been added.
	return l.source.doc == nil && strings.Contains(l.names()[0], name) ||
		strings.Contains(l.names()[0], name) && len(l.names()) > 1 && strings.Contains(name, l.names()[1])
}

// names lists the object's present name and the one it was written with.
func (l *locator) names() []string {
	out := []string{l.node.Lookup("metadata", "name").Str()}
	if s := l.source; s.doc != nil {
		out = append(out, s.doc.Root.Lookup(append(s.at[:len(s.at):len(s.at)], "metadata", "name")...).Str())
	}
	return out
}

// setting finds the entry of a kustomization file that set a value directly: the namespace, a replica count, an image.
func (l *locator) setting(path []any) (render.Place, bool) {
	value := l.node.Lookup(path...)
	if value == nil || len(path) == 0 || value.Kind == document.Mapping || value.Kind == document.Sequence {
		return render.Place{}, false
	}
	for i := len(l.source.chain) - 1; i >= 0; i-- {
		k := l.source.chain[i]
		var at []any
		last := path[len(path)-1]
		switch last {
		case "namespace":
			if k.spec.Namespace == value.Text {
				at = []any{"namespace"}
			}
		case "replicas":
			for j, r := range k.spec.Replicas {
				if strconv.FormatInt(r.Count, 10) == value.Text && strings.Contains(l.names()[0], r.Name) {
					at = []any{"replicas", j}
				}
			}
		case "image":
			at = k.imageEntry(value.Text)
		}
		if len(path) > 1 && at == nil {
			at = k.labelEntry(path[len(path)-2], last, value.Text)
		}
		if at != nil {
			return render.Place{Path: k.path, Range: k.place(at)}, true
		}
	}
	return render.Place{}, false
}

// labelEntry finds the entry that set a label or an annotation.
func (k *kustomization) labelEntry(parent, key any, value string) []any {
	name, _ := key.(string)
	switch parent {
	case "labels", "matchLabels", "selector":
		if k.doc == nil {
			return nil
		}
		if v := k.doc.Root.Lookup("commonLabels", name); v != nil && v.Text == value {
			return []any{"commonLabels", name}
		}
		for j, l := range k.spec.Labels {
			if v, ok := l.Pairs[name]; ok && v == value && k.doc.Root.Lookup("labels", j) != nil {
				return []any{"labels", j, "pairs", name}
			}
		}
	case "annotations":
		if v, ok := k.spec.CommonAnnotations[name]; ok && v == value {
			return []any{"commonAnnotations", name}
		}
	}
	return nil
}

// imageEntry finds the images entry that made an image reference.
func (k *kustomization) imageEntry(image string) []any {
	written := 0
	if k.doc != nil {
		if list := k.doc.Root.Get("images"); list != nil {
			written = len(list.Items)
		}
	}
	for j, entry := range k.spec.Images {
		name := entry.NewName
		if name == "" {
			name = entry.Name
		}
		rest, ok := strings.CutPrefix(image, name)
		if !ok || rest != "" && !strings.HasPrefix(rest, ":") && !strings.HasPrefix(rest, "@") ||
			entry.NewTag != "" && !strings.Contains(rest, ":"+entry.NewTag) || entry.Digest != "" && !strings.Contains(rest, "@"+entry.Digest) {
			continue
		}
		if j < written {
			return []any{"images", j}
		}
		return []any{"imageTags", j - written}
	}
	return nil
}
