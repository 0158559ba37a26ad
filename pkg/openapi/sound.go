package openapi

import (
	"bytes"
	"context"
	"strings"
	"sync"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// manyPaths is how many path items are worth being divided.
const manyPaths = 200

// sound reports whether a description of so many path items at least has no problem, these divided into n shares, each with what it
// refers to.
// False says nothing: what the validator compares across path items is looked for here, and where anything is found, or a share has
// a finding, the whole has to be validated.
func (s *Spec) sound(ctx context.Context, n, least int) bool {
	shares := s.shares(n, least)
	if len(shares) == 0 {
		return false
	}
	fine := make([]bool, len(shares))
	var wg sync.WaitGroup
	for i, keep := range shares {
		wg.Go(func() {
			m, err := s.build(ctx, keep, false)
			if err != nil {
				return
			}
			found, err := m.validate()
			fine[i] = err == nil && len(found) == 0
		})
	}
	wg.Wait()
	for _, ok := range fine {
		if !ok {
			return false
		}
	}
	return true
}

// shares divides a description into n selections that together hold all of it, or returns none when it is too small or cannot be
// divided: the validator tells operations with one id and paths with one template, and the lints whether a property that is only
// read or only written is used so by any operation.
func (s *Spec) shares(n, least int) []selection {
	root := s.files[s.Path]
	var paths []*part
	templates, items := map[string]bool{}, map[*document.Node]bool{}
	for _, p := range root.parts {
		if rest, ok := strings.CutPrefix(p.at.pointer, "/paths/"); ok {
			_, item := s.resolve(root, p.node)
			paths, templates[template(rest)], items[item] = append(paths, p), true, true
		}
	}
	if n < 2 || len(paths) < least || len(templates) < len(paths) || len(items) < len(paths) || s.mentions("readOnly") || s.mentions("writeOnly") || s.repeatsOperationIDs() {
		return nil
	}
	parts := partsOf(s)
	to := map[location][]location{}
	edges(s, parts, func(from, target location) { to[from] = append(to[from], target) })
	rest := map[location]bool{} // what no path item reaches
	for at := range parts {
		rest[at] = at.file == s.Path
	}
	out := make([]selection, n)
	for i := range out {
		set := map[location]bool{}
		for at := range parts {
			if isFrame(at, s.Path) {
				set[at] = true
			}
		}
		for _, p := range paths[len(paths)*i/n : len(paths)*(i+1)/n] {
			set[p.at] = true
		}
		reach(set, to)
		for at := range set {
			delete(rest, at)
		}
		out[i] = selected(set, s.Path)
	}
	reach(rest, to)
	for pointer := range selected(rest, s.Path) {
		out[0][pointer] = true
	}
	return out
}

// mentions reports whether a word is anywhere in the description.
func (s *Spec) mentions(word string) bool {
	for _, f := range s.files {
		if bytes.Contains(f.text, []byte(word)) {
			return true
		}
	}
	return false
}

// repeatsOperationIDs reports whether two operations have one id, or may: whatever is called so counts.
func (s *Spec) repeatsOperationIDs() bool {
	seen := map[string]bool{}
	var repeats func(n *document.Node) bool
	repeats = func(n *document.Node) bool {
		for _, item := range n.Items {
			if repeats(item) {
				return true
			}
		}
		for _, p := range n.Pairs {
			if p.Key.Text == "operationId" {
				if seen[p.Value.Text] {
					return true
				}
				seen[p.Value.Text] = true
			}
			if repeats(p.Value) {
				return true
			}
		}
		return false
	}
	for _, f := range s.files {
		if f.doc != nil && repeats(f.doc.Root) {
			return true
		}
	}
	return false
}
