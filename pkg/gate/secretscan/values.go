package secretscan

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/keymaterial"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
)

// namesParam is the policy's list of the names whose values are confidential. It says what is looked for; whether what is found
// is allowed, the rules say.
const namesParam = "confidential_names"

// confidentialNames joins the policy's patterns into one; nil when there are none.
func confidentialNames(run *gate.Run) (*regexp.Regexp, error) {
	list, _ := run.Bundle.Params()[namesParam].([]any)
	var parts []string
	for _, p := range list {
		if text, ok := p.(string); ok {
			parts = append(parts, "(?:"+text+")")
		}
	}
	if len(parts) == 0 {
		return nil, nil
	}
	re, err := regexp.Compile(strings.Join(parts, "|"))
	if err != nil {
		return nil, fmt.Errorf("params: %s: %w", namesParam, err)
	}
	return re, nil
}

// valueFacts is an assignment to a name of the list.
type valueFacts struct {
	path string
	keymaterial.Assignment
}

// assignments notes where a file gives such a name a value, and reports whether it does.
func (s *scan) assignments(name string, text []byte) bool {
	if s.names == nil {
		return false
	}
	found := keymaterial.Find(text, s.names)
	if len(found) == 0 {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range found {
		s.values = append(s.values, valueFacts{name, a})
	}
	return true
}

func (s *scan) valueSubjects() []gate.Subject {
	slices.SortFunc(s.values, func(a, b valueFacts) int {
		return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Name, b.Name))
	})
	out := make([]gate.Subject, 0, len(s.values))
	for i := range s.values {
		v := &s.values[i]
		at := document.Position{Line: v.Line, Column: 1}
		out = append(out, gate.Subject{
			Input: func() ast.Value {
				context := policy.Fact(map[string]any{"subject": "assignment", "assignment": map[string]any{
					"name": v.Name, "form": string(v.Form), "path": v.path, "line": v.Line, "where": where(v.path),
				}})
				return gate.Input(policy.Fact(nil), context, render.Source{Path: v.path}, s.run.Now)
			},
			Locate:   func([]any) render.Place { return render.Place{Path: v.path, Range: document.Range{Start: at, End: at}} },
			Resource: func([]any) string { return v.Name },
			Identity: func([]any) string { return v.Name },
		})
	}
	return out
}

// where says in words what kind of file a path is.
func where(name string) string {
	base := strings.ToLower(path.Base(name))
	switch {
	case strings.HasPrefix(name, ".github/workflows/"):
		return "workflow"
	case strings.Contains(base, "compose") && (strings.HasSuffix(base, ".yml") || strings.HasSuffix(base, ".yaml")):
		return "Compose file"
	case base == ".env" || strings.HasPrefix(base, ".env.") || strings.HasSuffix(base, ".env"):
		return "dotenv file"
	case strings.HasPrefix(base, "dockerfile") || strings.HasSuffix(base, ".dockerfile"):
		return "Dockerfile"
	case strings.HasSuffix(base, ".tf") || strings.HasSuffix(base, ".tfvars"):
		return "Terraform"
	}
	return "file"
}
