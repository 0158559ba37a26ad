// Package deliverygate gathers the facts of INF-9: what a change changes, which of it is infrastructure, what the approval
// of the trusted base says, and who signed the commits that touch it or the gate's own rules. Whether that may be is decided
// by policies/delivery_gate.
package deliverygate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// Gate is the delivery-gate.
type Gate struct {
	// Required says that this gate was asked for by name: a run that cannot know the change is then incomplete. As one of
	// many, and on a developer's machine, the gate is skipped, for want of a base or a repository.
	Required bool
	// Explain is told what each changed path was taken for. It may be nil.
	Explain func([]Explanation)
}

// Explanation says what a changed path was taken for, and why.
type Explanation struct {
	Change  repo.Change
	Classes []string // none: nothing this gate is about
	Why     []string // for each class
}

// Name is "delivery-gate".
func (Gate) Name() string { return name }

const name = "delivery-gate"

// Memo keeps nothing: what the base holds is no part of the snapshot.
func (Gate) Memo(*gate.Run) (string, bool) { return "", false }

// Collect makes a subject of the history, of the approval, of every changed path, and of every commit that touched the
// approval or the gate's own rules.
func (g Gate) Collect(ctx context.Context, run *gate.Run) (*gate.Collection, error) {
	required := g.Required || run.CI
	if run.Repository.Plain() && !required {
		return &gate.Collection{Skipped: "no git repository, so nothing says what changed", Volatile: true}, nil
	}
	engine, err := run.Engine()
	if err != nil {
		return nil, err
	}
	session, err := engine.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer session.Close(ctx)
	c := &collector{run: run, session: session, files: filesOf(run.Config.Delivery)}
	if err := c.approve(ctx); err != nil {
		return nil, err
	}
	if run.Base == nil && !required {
		return &gate.Collection{Skipped: "no base, so nothing says what changed: name one with --base REV", Mode: c.mode, Volatile: true}, nil
	}
	c.signers = readSigners(run.Trusted, run.Config.Delivery)
	if run.Base != nil {
		if err := c.history(ctx); err != nil {
			return nil, err
		}
	}
	if g.Explain != nil {
		g.Explain(c.explanations())
	}
	return &gate.Collection{Subjects: c.subjects(), Mode: c.mode, Volatile: true}, nil
}

// collector gathers one run's facts.
type collector struct {
	run     *gate.Run
	session *policy.Session
	files   files
	signers signers

	trusted, proposed  *approval // proposed is nil when the change leaves the approval alone
	mode, proposedMode finding.Mode

	lists    map[string]globs // what the policy watches
	changes  []*change
	commits  []*commit
	problems []string // what of the history is missing or damaged
	faults   []render.Fault
}

// approve reads the trusted approval and asks which mode follows.
func (c *collector) approve(ctx context.Context) (err error) {
	c.trusted, err = readApproval(c.run.Trusted, c.files.approval)
	c.lost(err)
	c.mode, err = c.ask(ctx, c.trusted)
	c.proposedMode = c.mode
	return err
}

// propose reads the approval that a change of it would leave. One that the change leaves alone will be the base's, whatever
// the head still holds.
func (c *collector) propose(ctx context.Context) (err error) {
	if !slices.ContainsFunc(c.changes, func(ch *change) bool { return ch.is(classApproval) }) {
		return nil
	}
	c.proposed, err = readApproval(c.run.Snapshot, c.files.approval)
	c.lost(err)
	c.proposedMode, err = c.ask(ctx, c.proposed)
	return err
}

func (c *collector) ask(ctx context.Context, a *approval) (finding.Mode, error) {
	input := gate.Input(policy.Fact(nil), policy.Fact(map[string]any{"subject": "approval", "approval": a.facts}), render.Source{Path: a.path}, c.run.Now)
	answer, err := c.session.Ask(ctx, "mode", input)
	if err != nil {
		return "", err
	}
	switch mode := finding.Mode(textOf(answer)); mode {
	case finding.Delivery, finding.Analysis:
		return mode, nil
	default:
		return "", fmt.Errorf("policy: the mode is %s: it must be %q or %q", answer, finding.Delivery, finding.Analysis)
	}
}

// lost notes what is missing or damaged of the history.
func (c *collector) lost(err error) {
	if lost(err) {
		c.problems = append(c.problems, err.Error())
	}
}

// history looks at what lies between base and head. Whatever is missing of it is noted, and the rest is judged.
func (c *collector) history(ctx context.Context) error {
	if err := c.watched(ctx); err != nil {
		return err
	}
	if c.run.HeadCommit == "" {
		c.problems = append(c.problems, "HEAD names no commit: commit something, or name a commit with --head")
		return nil
	}
	changes, err := c.run.Changes(ctx)
	if err != nil {
		if err := c.noted(ctx, err); err != nil || changes.History == nil {
			return err
		}
	}
	for _, ch := range changes.List {
		c.changes = append(c.changes, &change{Change: ch.Change, before: ch.Before, head: c.run.Snapshot})
	}
	if err := c.classify(ctx); err != nil {
		return err
	}
	if err := c.propose(ctx); err != nil {
		return err
	}
	return c.proofs(ctx, changes.History)
}

// noted takes an error for a problem of the history, unless the run was interrupted.
func (c *collector) noted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, repo.ErrTooLarge) {
		return err
	}
	c.problems = append(c.problems, err.Error())
	return nil
}
