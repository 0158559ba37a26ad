package gate

import (
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
)

// Input is the shape every rule of every gate sees.
func Input(document, context *ast.Term, source render.Source, now time.Time) ast.Value {
	item := func(key string, value *ast.Term) [2]*ast.Term { return [2]*ast.Term{policy.Key(key), value} }
	return ast.NewObject(
		item("document", document),
		item("context", context),
		item("source", ast.ObjectTerm(
			item("path", ast.StringTerm(source.Path)),
			item("kind", ast.StringTerm(string(source.Kind))),
			item("root", ast.StringTerm(source.Root)),
			item("variant", ast.StringTerm(source.Variant)),
		)),
		item("now", ast.StringTerm(now.UTC().Format(time.RFC3339))),
	)
}

// Stamp is a time as rules compare them: in UTC, all texts of one form, so only years of four digits have one.
func Stamp(t time.Time) string {
	t = t.UTC()
	if t.Year() < 1 || t.Year() > 9999 {
		return ""
	}
	return t.Format("2006-01-02T15:04:05Z")
}

// FaultSubject is the subject of something that could not be evaluated.
func FaultSubject(f render.Fault, now time.Time) Subject {
	message := f.Message
	if f.Remedy != "" {
		message += "; " + f.Remedy
	}
	return Subject{
		Fault: message,
		Input: func() ast.Value {
			context := policy.Fact(map[string]any{"subject": "fault", "fault": map[string]any{"message": message}})
			return Input(ast.InternedNullTerm, context, render.Source{Path: f.Path, Kind: f.Kind}, now)
		},
		Locate:   func([]any) render.Place { return render.Place{Path: f.Path, Range: f.Range} },
		Resource: func([]any) string { return "" },
		Identity: func([]any) string { return message },
	}
}
