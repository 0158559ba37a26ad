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
func planSubjects(run *gate.Run, roots *roots, plans []*givenPlan, changes []gate.Change) []gate.Subject {
	var out []gate.Subject
	for _, root := range roots.list {
		if touched := roots.touched(root, changes); len(touched) > 0 {
			out = append(out, rootSubject(run, root, touched, plans))
		}
	}
	for _, gone := range roots.gone(changes) {
		out = append(out, rootSubject(run, gone.folder, gone.files, plans))
	}
	for _, p := range plans {
		known := p.Root == "" || roots.parts[p.Root] != nil
		touched := p.Root != "" && len(roots.touched(p.Root, changes)) > 0
		anyTouched := touched
		if p.Root == "" {
			for _, c := range changes {
				anyTouched = anyTouched || isTerraform(c.Path) || c.From != "" && isTerraform(c.From)
			}
		}
		context := map[string]any{
			"plan": policy.Fact(p.facts(known, len(roots.list))), "base": run.Base != nil, "code_changed": anyTouched,
		}
		out = append(out, planSubject(run, p, context))
		if p.Plan == nil {
			continue
		}
		for i := range p.Changes {
			out = append(out, entrySubject(run, p, "planned", &p.Changes[i], context))
		}
		for i := range p.Drift {
			out = append(out, entrySubject(run, p, "drift", &p.Drift[i], context))
		}
	}
	return out
}

func with(context map[string]any, subject string) *ast.Term {
	all := map[string]any{"subject": subject}
	for k, v := range context {
		all[k] = v
	}
	return policy.Fact(all)
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

func planSubject(run *gate.Run, p *givenPlan, context map[string]any) gate.Subject {
	return gate.Subject{
		Input: func() ast.Value {
			return gate.Input(policy.Fact(nil), with(context, "plan"), render.Source{Path: p.PlanInput.Name, Kind: render.JSON, Root: p.Root}, run.Now)
		},
		Locate:   func([]any) render.Place { return p.place(run) },
		Resource: func([]any) string { return "plan " + p.PlanInput.Name },
		Identity: func([]any) string { return "plan" },
	}
}

func entrySubject(run *gate.Run, p *givenPlan, subject string, c *plan.Change, context map[string]any) gate.Subject {
	return gate.Subject{
		Input: func() ast.Value {
			return gate.Input(policy.Fact(changeFacts(c)), with(context, subject), render.Source{Path: p.PlanInput.Name, Kind: render.JSON, Root: p.Root}, run.Now)
		},
		Locate:   func([]any) render.Place { return p.place(run) },
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
