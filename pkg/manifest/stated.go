package manifest

import (
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/compose"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/pipeline"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// documents reads the text as YAML or JSON and says what it holds.
func (s *subject) documents(c *Content) {
	if !s.candidate() {
		return
	}
	if len(document.Split(s.text)) > maxDocuments {
		c.Unreadable = fmt.Sprintf("line 1: the file holds more than %d documents, so it was not parsed", maxDocuments)
		return
	}
	// Under the core schema the key "on" of a workflow is no boolean. What makes an object is the same under both.
	parsed := document.Parse(s.name.path, s.text, document.Options{Schema: document.Core})
	if s.name.quotes {
		s.whole(c, parsed)
		return
	}
	for _, d := range parsed.Docs {
		s.objects(c, d)
		c.Compose = c.Compose || compose.Is(s.name.path, d.Root)
	}
	c.Pipeline = pipeline.Read(s.name.path, parsed.Docs)
	for _, bad := range parsed.Errors {
		s.unreadable(c, bad)
	}
}

// whole reads a page or source file: it is a manifest when all of it is.
func (s *subject) whole(c *Content, parsed *document.File) {
	if len(parsed.Errors) > 0 {
		return
	}
	var found Content
	for _, d := range parsed.Docs {
		before := len(found.Objects)
		s.objects(&found, d)
		isCompose := compose.Is(s.name.path, d.Root)
		if len(found.Objects) == before && !isCompose {
			return
		}
		found.Compose = found.Compose || isCompose
	}
	*c = found
}

// objects appends the objects of a document.
func (s *subject) objects(c *Content, d *document.Document) {
	root := d.Root
	at := render.Object{Node: root, Source: render.Source{Path: s.name.path, Kind: kindOf(s.name.path)}, Locator: inDocument{d}}
	objects, faults := expand(nil, nil, at)
	begin := make(lines, len(objects))
	begin.find(objects)
	for i, o := range objects {
		c.Objects = append(c.Objects, Identity{
			APIVersion: strings.Clone(o.APIVersion), Kind: strings.Clone(o.Kind),
			Namespace: strings.Clone(o.Namespace), Name: strings.Clone(o.Name),
			Line: begin[i],
		})
	}
	for _, f := range faults {
		if c.Unreadable == "" {
			c.Unreadable = fmt.Sprintf("line %d: %s", f.Range.Start.Line, f.Message)
		}
	}
	if root.Kind != document.Mapping || len(objects) > 0 {
		return
	}
	switch {
	case s.name.isKustomization():
		c.Objects = append(c.Objects, kustomization(root, at.Locator.Locate(nil).Range.Start.Line))
	case s.name.isChart():
		c.Chart = c.Chart || root.Get("apiVersion") != nil || root.Get("name") != nil
	}
}

// lines are the lines in which the objects of a document begin.
type lines []int

// find looks up the first and the last, and those between only when these differ: in a list that stands in one long line,
// each look counts the line's characters anew.
func (l lines) find(objects []Object) {
	if len(objects) == 0 {
		return
	}
	at := func(i int) { l[i] = objects[i].Locator.Locate(nil).Range.Start.Line }
	var between func(from, to int)
	between = func(from, to int) {
		if to-from < 2 {
			return
		}
		middle := (from + to) / 2
		if l[from] == l[to] {
			l[middle] = l[from]
		} else {
			at(middle)
		}
		between(from, middle)
		between(middle, to)
	}
	at(0)
	at(len(objects) - 1)
	between(0, len(objects)-1)
}

// kustomization fills in what kustomize assumes when it is left out.
func kustomization(root *document.Node, line int) Identity {
	id := Identity{
		APIVersion: strings.Clone(root.Get("apiVersion").Str()), Kind: strings.Clone(root.Get("kind").Str()),
		Name: strings.Clone(root.Lookup("metadata", "name").Str()), Line: line,
	}
	if id.Kind == "" {
		id.Kind = types.KustomizationKind
	}
	if id.APIVersion == "" {
		id.APIVersion = types.KustomizationVersion
		if id.Kind == types.ComponentKind {
			id.APIVersion = types.ComponentVersion
		}
	}
	return id
}

// unreadable says what a document that cannot be parsed was meant to be.
func (s *subject) unreadable(c *Content, bad *document.Error) {
	system := pipeline.System(s.name.path)
	switch {
	case s.name.isChart():
		c.Chart = true
	case compose.Named(s.name.path):
		c.Compose = true
	case system != "":
		if c.Pipeline == nil {
			c.Pipeline = pipeline.Raw(system, s.textOf(bad))
		}
	case !s.name.isKustomization() && len(c.Objects) == 0 && !s.meant(bad):
		return
	}
	if c.Unreadable != "" {
		return
	}
	c.Unreadable = message(bad)
	if text := s.textOf(bad); strings.Contains(text, "{{") || strings.Contains(text, "{%") {
		c.Unreadable += ": it is a template, and what it makes is not known until it is rendered"
	}
}

// textOf is the text of a document that cannot be parsed. Of a file that is too large to be looked into it is all.
func (s *subject) textOf(bad *document.Error) string {
	if bad.Text == "" {
		return string(s.text)
	}
	return bad.Text
}

// meant reports whether a document that cannot be parsed was to be an object: by the words in it where the name says YAML
// or JSON, and by words that begin lines where it does not.
func (s *subject) meant(bad *document.Error) bool {
	if s.name.data && bad.Text != "" {
		return meantAsManifest(&document.Error{Text: bad.Text})
	}
	text := s.textOf(bad)
	return templated(text) || jsonObject(text)
}

// jsonObject reports whether a text that does not parse begins like JSON and has the keys of an object.
func jsonObject(text string) bool {
	text = strings.TrimLeft(text, " \t\r\n\uFEFF")
	return strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "{{") && !strings.HasPrefix(text, "{%") &&
		strings.Contains(text, `"apiVersion"`) && strings.Contains(text, `"kind"`)
}
