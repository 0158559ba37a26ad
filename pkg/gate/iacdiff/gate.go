// Package iacdiff gathers the facts of INF-2, INF-3 and INF-5: what plans would change and what has drifted, what is configured
// to reconcile the repository's manifests and within which bounds, and which scripts change things past all that. Whether
// it is allowed is decided by policies/iac_diff.
package iacdiff

import (
	"context"
	"slices"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/gate/iacdiff/gitops"
	"github.com/claire-de-binare/cdbgate/pkg/gate/iacdiff/terraform"
	"github.com/claire-de-binare/cdbgate/pkg/manifest"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/plan"
)

// Gate is the iac-diff gate.
type Gate struct {
	// Required says that this gate was asked for by name. Manifests that cannot be read are then told here; beside
	// k8s-readiness that gate tells them.
	Required bool
	// Plans are the plans that the command line gives, beside those that the configuration names.
	Plans []PlanInput
	// Run makes the plans, in a copy of what is judged; nil for none. It runs code of the judged change.
	Run *plan.Run
	// SavePlans is the folder that plans made by Run are kept in, each with a file that says what it was made from; "" keeps
	// none.
	SavePlans string
}

// Name is "iac-diff".
func (Gate) Name() string { return "iac-diff" }

// Memo keeps what needed neither a plan nor a base: neither is part of the snapshot.
func (g Gate) Memo(run *gate.Run) (string, bool) {
	options := "beside others"
	if g.Required {
		options = "by name"
	}
	return options, len(g.Plans) == 0 && g.Run == nil && run.Base == nil && len(run.Config.IaC.Plans) == 0
}

// Reads are the plans that lie in the repository: no manifests, however much of one a plan quotes.
func (g Gate) Reads(run *gate.Run) ([]string, error) {
	inputs, err := g.inputs(run)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, in := range inputs {
		p := &givenPlan{PlanInput: in}
		if name, inside := p.within(run.Repository.Root()); inside {
			out = append(out, name)
		}
	}
	return out, nil
}

// Collect makes a subject of every object that reconciles or can keep another from being reconciled, and of every folder of
// manifests that nothing reconciles.
func (g Gate) Collect(ctx context.Context, run *gate.Run) (*gate.Collection, error) {
	set, err := g.manifests(ctx, run)
	if err != nil {
		return nil, err
	}
	graph := gitops.New(set, exists(run.Snapshot))
	out := &gate.Collection{Volatile: set.Volatile}
	out.Subjects = append(out.Subjects, gitopsSubjects(run, graph)...)
	if g.Required {
		for _, f := range set.Faults {
			if !run.Scope(f.Path) {
				continue
			}
			out.Subjects = append(out.Subjects, gate.FaultSubject(f, run.Now))
		}
	}
	out.Reconcilers = reconcilers(graph)
	if err := g.collectPlans(ctx, run, out); err != nil {
		return nil, err
	}
	commands, err := commandSubjects(ctx, run)
	if err != nil {
		return nil, err
	}
	if out.Subjects = append(out.Subjects, commands...); len(out.Subjects) == 0 {
		out.Skipped = "no manifests, plans, Terraform changes or scripts"
	}
	return out, nil
}

// collectPlans adds the subjects of plans and of the roots that the change touches.
func (g Gate) collectPlans(ctx context.Context, run *gate.Run, out *gate.Collection) error {
	roots := &roots{Configuration: terraform.New(run.Snapshot), run: run}
	if run.Base != nil {
		roots.before = terraform.New(run.Trusted)
	}
	changes, err := run.Changes(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		// What changed cannot be told, so no root is known to have its plan.
		out.Subjects = append(out.Subjects, gate.FaultSubject(render.Fault{Message: err.Error()}, run.Now))
	}
	roots.changes = changes.List
	plans, err := g.readPlans(ctx, run, roots)
	if err != nil {
		return err
	}
	made, err := g.makePlans(ctx, run, roots)
	if err != nil {
		return err
	}
	plans = append(plans, made...)
	subjects, err := planSubjects(run, roots, plans)
	if err != nil {
		return err
	}
	out.Subjects = append(out.Subjects, subjects...)
	out.Plans = planReport(plans)
	return nil
}

// manifests reads the whole repository even when only a part of it is judged: what reconciles that part may lie elsewhere.
func (Gate) manifests(ctx context.Context, run *gate.Run) (*manifest.Set, error) {
	if run.Repository.Subdirectory() == "" {
		return run.Manifests(ctx)
	}
	return manifest.Collect(ctx, run.Snapshot, manifest.Options{
		Scope: func(p string) bool { return !run.Reserved(p) && !run.Config.Excluded(p) }, Projects: run.Config.Compose.Projects,
		Values: run.Config.Helm.Values, Config: run.ConfigFile, AllowNetwork: run.AllowNetwork, Jobs: run.Jobs,
	})
}

// reconcilers lists every reconciler with its bounds and every source with its own, as configured. What several overlays
// render alike is listed once.
func reconcilers(graph *gitops.Graph) []finding.Reconciler {
	var out []finding.Reconciler
	for _, o := range graph.Objects {
		r := finding.Reconciler{Resource: o.String()}
		switch o.Role {
		case gitops.Reconciler:
			commit, repair := graph.Bounds(o)
			r.CommitToCluster, r.DriftToRepair = commit.String(), repair.String()
		case gitops.Source, gitops.Generator:
			r.CommitToCluster = graph.SourceBound(o).String()
		default:
			continue
		}
		if place := o.Locator.Locate([]any{"spec"}); place.Path != "" {
			r.Path, r.Line = place.Path, place.Range.Start.Line
		}
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}
