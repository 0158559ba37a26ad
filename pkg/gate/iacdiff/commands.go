package iacdiff

import (
	"context"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/scripts"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
)

// commandSubjects makes a subject of every command that a script of the repository runs.
func commandSubjects(ctx context.Context, run *gate.Run) ([]gate.Subject, error) {
	commands, faults, err := scripts.Collect(ctx, run.Snapshot, run.Scope, run.Jobs)
	if err != nil {
		return nil, err
	}
	var out []gate.Subject
	for i := range commands {
		c := &commands[i]
		if len(c.Words) == 0 {
			continue
		}
		out = append(out, commandSubject(run, c))
	}
	for _, f := range faults {
		out = append(out, gate.FaultSubject(render.Fault{Path: f.Path, Range: f.Range, Message: f.Message}, run.Now))
	}
	return out, nil
}

func commandSubject(run *gate.Run, c *scripts.Command) gate.Subject {
	place, where := render.Place{Path: c.Path, Range: c.Range}, c.Where
	if where == "" {
		where = c.Kind + " script"
	}
	if !c.Exact {
		place.Note = "somewhere in this script"
	}
	return gate.Subject{
		Input: func() ast.Value {
			context := policy.Fact(map[string]any{
				"subject": "command",
				"command": map[string]any{"words": c.Words, "via": c.Via, "kind": c.Kind, "where": where, "raw": c.Raw},
			})
			return gate.Input(policy.Fact(nil), context, render.Source{Path: c.Path, Kind: render.Kind(c.Kind)}, run.Now)
		},
		Locate:   func([]any) render.Place { return place },
		Resource: func([]any) string { return where },
		Identity: func([]any) string { return "command " + c.Words[0] },
	}
}
