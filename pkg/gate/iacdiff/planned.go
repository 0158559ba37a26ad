package iacdiff

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/plan"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
)

// planSubjects makes the subjects of the plans: each plan, each change, each drift, and each root that the change touches.
func planSubjects(run *gate.Run, roots *roots, plans []*givenPlan) ([]gate.Subject, error) {
	var out []gate.Subject
	for _, root := range roots.Roots() {
		if touched := roots.touched(root); len(touched) > 0 {
			out = append(out, rootSubject(run, root, touched, plans))
		}
	}
	for _, gone := range roots.gone() {
		out = append(out, rootSubject(run, gone.folder, gone.files, plans))
	}
	for _, p := range plans {
		facts, err := p.facts(roots)
		if err != nil {
			return nil, err
		}
		changed := len(roots.touched(p.Root)) > 0
		if p.Root == "" {
			changed = roots.anyTouched()
		}
		context := func(subject string) *ast.Term {
			return policy.Fact(map[string]any{"subject": subject, "plan": facts, "base": run.Base != nil, "code_changed": changed})
		}
		out = append(out, planSubject(run, p, context("plan")))
		if p.Plan == nil {
			continue
		}
		// What all entries of a plan share is made once.
		for _, part := range []struct {
			subject string
			entries []plan.Change
		}{{"planned", p.Changes}, {"drift", p.Drift}} {
			shared := context(part.subject)
			for i := range part.entries {
				out = append(out, entrySubject(run, roots, p, part.subject, &part.entries[i], shared))
			}
		}
	}
	return out, nil
}

// place is the plan's file when the repository has it.
func (p *givenPlan) place(run *gate.Run) render.Place {
	if name, inside := p.within(run.Repository.Root()); inside {
		if _, there := run.Snapshot.Lookup(name); there {
			return render.Place{Path: name}
		}
	}
	return render.Place{}
}

// place is where the configuration has the entry's resource, else where it had it before the change took it away, else the plan's
// own file.
func (r *roots) place(p *givenPlan, c *plan.Change) render.Place {
	if place, ok := r.Place(p.Root, c.Module, c.Mode, c.Type, c.Name); ok {
		return place
	}
	if r.before != nil {
		place, ok := r.before.Place(p.Root, c.Module, c.Mode, c.Type, c.Name)
		if _, there := r.run.Snapshot.Lookup(place.Path); ok && there {
			return render.Place{Path: place.Path, Note: "it stood in this file"}
		}
	}
	return p.place(r.run)
}

func planSubject(run *gate.Run, p *givenPlan, context *ast.Term) gate.Subject {
	return gate.Subject{
		Input: func() ast.Value {
			return gate.Input(policy.Fact(nil), context, render.Source{Path: p.PlanInput.Name, Kind: render.JSON, Root: p.Root}, run.Now)
		},
		Locate:   func([]any) render.Place { return p.place(run) },
		Resource: func([]any) string { return "plan " + p.PlanInput.Name },
		Identity: func([]any) string { return "plan" },
	}
}

func entrySubject(run *gate.Run, roots *roots, p *givenPlan, subject string, c *plan.Change, context *ast.Term) gate.Subject {
	return gate.Subject{
		Input: func() ast.Value {
			return gate.Input(policy.Fact(changeFacts(c)), context, render.Source{Path: p.PlanInput.Name, Kind: render.JSON, Root: p.Root}, run.Now)
		},
		Locate:   func([]any) render.Place { return roots.place(p, c) },
		Resource: func([]any) string { return c.Address },
		Identity: func([]any) string { return subject + " " + c.Address + " " + c.Deposed },
	}
}

func rootSubject(run *gate.Run, root string, touched []string, plans []*givenPlan) gate.Subject {
	given, tracked := 0, 0
	for _, p := range plans {
		if p.Root == root {
			given++
			if p.tracked {
				tracked++
			}
		}
	}
	place := render.Place{}
	for _, name := range touched {
		if _, there := run.Snapshot.Lookup(name); there {
			place.Path = name
			break
		}
	}
	facts := map[string]any{"subject": "root", "root": map[string]any{"folder": root, "files": touched, "plans": given, "tracked_plans": tracked}}
	return gate.Subject{
		Input: func() ast.Value {
			return gate.Input(policy.Fact(nil), policy.Fact(facts), render.Source{Path: root, Kind: render.Kind("terraform"), Root: root}, run.Now)
		},
		Locate:   func([]any) render.Place { return place },
		Resource: func([]any) string { return "root " + root },
		Identity: func([]any) string { return "root" },
	}
}

// planReport is what the report carries of the plans: the difference as terraform shows it, without any sensitive value.
func planReport(plans []*givenPlan) []finding.Plan {
	var out []finding.Plan
	for _, p := range plans {
		if p.Plan == nil {
			continue // a finding says why
		}
		r := finding.Plan{
			Name: p.PlanInput.Name, Root: p.Root, FormatVersion: p.FormatVersion, TerraformVersion: p.TerraformVersion, Digest: p.Digest,
			Changes: resources(p.Changes), Drift: resources(p.Drift), Deferred: resources(p.Deferred), Unchanged: p.Unchanged,
		}
		for _, o := range p.Outputs {
			r.Outputs = append(r.Outputs, finding.ResourceChange{Address: "output." + o.Name, Action: string(o.Action)})
		}
		out = append(out, r)
	}
	return out
}

func resources(list []plan.Change) []finding.ResourceChange {
	var out []finding.ResourceChange
	for i := range list {
		c := &list[i]
		r := finding.ResourceChange{
			Address: c.Address, PreviousAddress: c.PreviousAddress, Action: string(c.Action), Reason: c.Reason, Importing: c.Importing, More: c.Cut,
		}
		for _, a := range c.Attributes {
			r.Attributes = append(r.Attributes, finding.AttributeChange{Path: a.Path, Before: a.Before, After: a.After})
		}
		out = append(out, r)
	}
	return out
}
