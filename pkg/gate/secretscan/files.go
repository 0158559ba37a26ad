package secretscan

import (
	"cmp"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/keymaterial"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
)

// fileFacts is what is known of one file: what it holds by its content, and how many names a dotenv file gives a literal.
type fileFacts struct {
	path        string
	tracked     bool
	marks       []keymaterial.Mark
	assignments int
}

// watched are the paths that the policy's rules about files are about; nil where there are none. They say what needs facts; whether a
// file may be there, the rules say.
type watched struct{ material, dotenv *regexp.Regexp }

func watchedPaths(run *gate.Run) (w watched, err error) {
	params := run.Bundle.Params()
	dotenv, err := patterns(params["dotenv_paths"])
	if err != nil {
		return w, fmt.Errorf("params: dotenv_paths: %w", err)
	}
	var material []string
	kinds, _ := params["key_material_paths"].(map[string]any)
	for kind, list := range kinds {
		more, err := patterns(list)
		if err != nil {
			return w, fmt.Errorf("params: key_material_paths: %s: %w", kind, err)
		}
		material = append(material, more...)
	}
	if w.dotenv, err = anyOf(dotenv); err == nil {
		w.material, err = anyOf(material)
	}
	return w, err
}

// patterns are the patterns of a list, each written so that it can stand beside others: "\Q" would reach beyond its end.
func patterns(list any) ([]string, error) {
	var out []string
	items, _ := list.([]any)
	for _, item := range items {
		text, _ := item.(string)
		re, err := syntax.Parse(text, syntax.Perl)
		if err != nil {
			return nil, err
		}
		out = append(out, re.String())
	}
	return out, nil
}

// anyOf joins patterns into one, which is quicker than to try them in turn.
func anyOf(list []string) (*regexp.Regexp, error) {
	if len(list) == 0 {
		return nil, nil
	}
	return regexp.Compile("(?:" + strings.Join(list, ")|(?:") + ")")
}

func matches(re *regexp.Regexp, name string) bool { return re != nil && re.MatchString(name) }

// material notes what a file is, and reports whether a rule may be about that.
func (s *scan) material(name string, text []byte, tracked bool) bool {
	f := fileFacts{path: name, tracked: tracked, marks: keymaterial.Marks(name, text)}
	dotenv := matches(s.watched.dotenv, name)
	if dotenv {
		for _, a := range keymaterial.Assignments(text) {
			if a.Form == keymaterial.Literal {
				f.assignments++
			}
		}
	}
	if len(f.marks) == 0 && !dotenv && !matches(s.watched.material, name) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files = append(s.files, f)
	return true
}

func (s *scan) fileSubjects() []gate.Subject {
	slices.SortFunc(s.files, func(a, b fileFacts) int { return cmp.Compare(a.path, b.path) })
	out := make([]gate.Subject, 0, len(s.files))
	for i := range s.files {
		f := &s.files[i]
		out = append(out, gate.Subject{
			Input: func() ast.Value {
				marks := []any{}
				for _, m := range f.marks {
					marks = append(marks, map[string]any{"kind": m.Kind, "encrypted": m.Encrypted, "line": m.Line})
				}
				context := policy.Fact(map[string]any{"subject": "file", "file": map[string]any{
					"path": f.path, "tracked": f.tracked, "marks": marks, "assignments": f.assignments,
				}})
				return gate.Input(policy.Fact(nil), context, render.Source{Path: f.path}, s.run.Now)
			},
			Locate:   f.place,
			Resource: func([]any) string { return "" },
			Identity: func(path []any) string {
				if m := f.mark(path); m != nil {
					return m.Kind
				}
				return "file"
			},
		})
	}
	return out
}

// mark is the one that a path of a violation leads to, nil for the file as such.
func (f *fileFacts) mark(path []any) *keymaterial.Mark {
	if len(path) == 2 && path[0] == "marks" {
		if i, ok := path[1].(int); ok && i >= 0 && i < len(f.marks) {
			return &f.marks[i]
		}
	}
	return nil
}

func (f *fileFacts) place(path []any) render.Place {
	place := render.Place{Path: f.path}
	if m := f.mark(path); m != nil && m.Line > 0 {
		at := document.Position{Line: m.Line, Column: 1}
		place.Range = document.Range{Start: at, End: at}
	}
	return place
}
