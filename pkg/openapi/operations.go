package openapi

import (
	"slices"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// Operation is one operation of a description, with its references followed.
type Operation struct {
	Method     string // in lower case
	ID         string
	Deprecated bool
	Tags       []string
	Parameters []Parameter
	// Security lists alternatives, each the schemes that are required together; one without schemes allows anyone. It is the
	// operation's own, or else that of the description.
	Security  [][]SecurityScheme
	Responses []string // status codes, ranges such as 5XX, default
}

// Parameter is what identifies a parameter.
type Parameter struct {
	Name, In string
	Required bool
}

// SecurityScheme is a scheme as an operation requires it. What is not defined has a name only.
type SecurityScheme struct {
	Name, Type, In, Parameter, Scheme, Description string
}

// Operations lists the operations below paths or webhooks, by path or name.
func (s *Spec) Operations(section string) map[string][]Operation {
	out := map[string][]Operation{}
	if s.Root == nil {
		return out
	}
	root := s.files[s.Path]
	for _, p := range document.Entries(s.Root.Root.Get(section)) {
		if strings.HasPrefix(p.Key.Text, "x-") {
			continue
		}
		f, item := s.resolve(root, p.Value)
		out[p.Key.Text] = []Operation{}
		for _, method := range methods {
			switch {
			case item.Get(method) != nil:
				out[p.Key.Text] = append(out[p.Key.Text], s.operation(f, method, item, item.Get(method)))
			case p.Value.Get(method) != nil: // beside a $ref, where tools that merge the two see it
				out[p.Key.Text] = append(out[p.Key.Text], s.operation(root, method, p.Value, p.Value.Get(method)))
			}
		}
	}
	return out
}

func (s *Spec) operation(f *file, method string, item, n *document.Node) Operation {
	op := Operation{Method: method, ID: n.Get("operationId").Str(), Tags: []string{}, Responses: []string{}}
	if d := n.Get("deprecated"); d != nil && d.Kind == document.Bool {
		op.Deprecated = d.Text == "true"
	}
	for _, tag := range document.Items(n.Get("tags")) {
		op.Tags = append(op.Tags, tag.Text)
	}
	op.Parameters = s.parameters(f, n.Get("parameters"), item.Get("parameters"))
	required := n.Get("security")
	if required == nil {
		required = s.Root.Root.Get("security")
	}
	op.Security = s.security(required)
	for _, r := range document.Entries(n.Get("responses")) {
		if !strings.HasPrefix(r.Key.Text, "x-") {
			op.Responses = append(op.Responses, r.Key.Text)
		}
	}
	return op
}

// parameters joins an operation's parameters and those of its path item, which it may override.
func (s *Spec) parameters(f *file, lists ...*document.Node) []Parameter {
	out := []Parameter{}
	for _, list := range lists {
		for _, item := range document.Items(list) {
			_, n := s.resolve(f, item)
			p := Parameter{Name: n.Get("name").Str(), In: n.Get("in").Str()}
			if r := n.Get("required"); r != nil && r.Kind == document.Bool {
				p.Required = r.Text == "true"
			}
			if !slices.ContainsFunc(out, func(q Parameter) bool { return q.Name == p.Name && q.In == p.In }) {
				out = append(out, p)
			}
		}
	}
	return out
}

func (s *Spec) security(n *document.Node) [][]SecurityScheme {
	out := [][]SecurityScheme{}
	root := s.files[s.Path]
	for _, alternative := range document.Items(n) {
		all := []SecurityScheme{}
		for _, p := range document.Entries(alternative) {
			_, d := s.resolve(root, orNothing(s.Root.Root.Lookup("components", "securitySchemes", p.Key.Text)))
			all = append(all, SecurityScheme{
				Name: p.Key.Text, Type: d.Get("type").Str(), In: d.Get("in").Str(), Parameter: d.Get("name").Str(),
				Scheme: d.Get("scheme").Str(), Description: d.Get("description").Str(),
			})
		}
		out = append(out, all)
	}
	return out
}

func orNothing(n *document.Node) *document.Node {
	if n == nil {
		return &document.Node{}
	}
	return n
}

// Locate leads from a path into the description to the place of the deepest node that exists, through references.
func (s *Spec) Locate(path ...any) Place {
	f := s.files[s.Path]
	if f == nil || f.doc == nil {
		return Place{Path: s.Path}
	}
	n := f.doc.Root
	start := f.doc.Range(n).Start
	at := Place{s.Path, document.Range{Start: start, End: start}}
	for _, step := range path {
		next := n.Lookup(step)
		if next == nil {
			f, n = s.resolve(f, n)
			if next = n.Lookup(step); next == nil {
				break
			}
		}
		at = Place{f.path, document.Range{Start: startOf(f, n, next), End: f.doc.Range(next).End}}
		n = next
	}
	return at
}

// startOf is where a child begins: with its key, when it has one.
func startOf(f *file, parent, child *document.Node) document.Position {
	for _, p := range parent.Pairs {
		if p.Value == child {
			return f.doc.Range(p.Key).Start
		}
	}
	return f.doc.Range(child).Start
}
