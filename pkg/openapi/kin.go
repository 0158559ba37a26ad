package openapi

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"runtime/debug"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// model is a description as kin-openapi holds it, and where the lines it names were written.
type model struct {
	spec  *Spec
	doc   *openapi3.T
	texts map[string][]byte // of the files that were written out
	marks []mark            // of their lines, when lined
	empty int               // lines before the texts' first ones, together
}

// build gives kin-openapi what is kept of a description. Lined, the model knows places, which takes twice the time. Files are
// read from the description alone.
func (s *Spec) build(ctx context.Context, keep selection, lined bool) (m *model, err error) {
	defer caught(&err)
	m = &model{spec: s, texts: map[string][]byte{}}
	loader := openapi3.NewLoader()
	loader.Context = ctx
	loader.IncludeOrigin = lined
	loader.ReadFromURIFunc = func(_ *openapi3.Loader, u *url.URL) ([]byte, error) {
		return m.read(u, keep, lined)
	}
	root := &url.URL{Path: s.Path}
	text, err := m.read(root, keep, lined)
	if err != nil {
		return nil, err
	}
	m.doc, err = loader.LoadFromDataWithPath(text, root)
	return m, err
}

// read writes out one file of the description.
func (m *model) read(u *url.URL, keep selection, lined bool) ([]byte, error) {
	f := m.spec.files[u.Path]
	if u.Scheme != "" || u.Host != "" || f == nil || f.doc == nil {
		return nil, fmt.Errorf("%s is no file that can be read", u)
	}
	if text := m.texts[f.path]; text != nil {
		return text, nil
	}
	// Each file begins where the last ended, so that a line's number tells the file as well: not all that names a line says
	// which file it is in.
	if m.empty += len(m.marks); m.empty > maxEmpty {
		return nil, errTooLarge
	}
	e := &emitter{lined: lined, given: m.spec.given, file: f, marks: m.marks, text: bytes.Repeat([]byte{'\n'}, len(m.marks))}
	var err error
	if f.path == m.spec.Path && keep != nil && f.doc.Root.Kind == document.Mapping {
		err = e.mapping(f.doc.Root, kept(f.doc.Root, keep), 0)
	} else {
		err = e.node(f.doc.Root, 0)
	}
	m.texts[f.path], m.marks = e.text, e.marks
	return e.text, err
}

// kept is the content of a description's own file without the parts that are left out.
func kept(root *document.Node, keep selection) []document.Pair {
	var out []document.Pair
	for _, p := range root.Pairs {
		key := p.Key.Text
		if p.Value.Kind == document.Mapping {
			switch key {
			case "paths", "webhooks":
				p.Value = filtered(p.Value, func(c document.Pair) (document.Pair, bool) { return c, keep.has(key, c.Key.Text) })
			case "components":
				p.Value = filtered(p.Value, func(kind document.Pair) (document.Pair, bool) {
					if kind.Value.Kind != document.Mapping {
						return kind, true
					}
					kind.Value = filtered(kind.Value, func(c document.Pair) (document.Pair, bool) {
						return c, keep.has(key, kind.Key.Text, c.Key.Text)
					})
					return kind, true
				})
			}
		}
		out = append(out, p)
	}
	return out
}

func filtered(n *document.Node, f func(document.Pair) (document.Pair, bool)) *document.Node {
	out := &document.Node{Kind: document.Mapping}
	for _, p := range n.Pairs {
		if q, ok := f(p); ok {
			out.Pairs = append(out.Pairs, q)
		}
	}
	return out
}

// place leads from a line that kin-openapi names back to what was written there: a key, or an item.
func (m *model) place(line int) (Place, bool) {
	if line < 1 || line > len(m.marks) {
		return Place{}, false
	}
	at := m.marks[line-1]
	r := at.file.doc.Range(at.key)
	if at.key.Kind == document.Mapping || at.key.Kind == document.Sequence {
		r.End = r.Start // where it begins, not all of it
	}
	return Place{at.file.path, r}, true
}

// caught turns a panic of a library that was given hostile input into an error.
func caught(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the validator fails on it: %v; please report it\n%s", p, firstFrames())
	}
}

// firstFrames is the beginning of the stack of a panic, which is what a report needs.
func firstFrames() string {
	lines := strings.Split(string(debug.Stack()), "\n")
	return strings.Join(lines[:min(len(lines), 24)], "\n")
}
