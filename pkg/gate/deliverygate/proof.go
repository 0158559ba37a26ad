package deliverygate

import (
	"context"
	"slices"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
	"github.com/claire-de-binare/cdbgate/pkg/signing"
)

// commit is a commit of the change that touched the approval or the gate's own rules.
type commit struct {
	*repo.CommitInfo
	approval, rules []string // the paths it touched
	signature       signing.Signature
}

// proofs finds the commits that a human must answer for, and who signed them.
func (c *collector) proofs(ctx context.Context, h *repo.History) error {
	watch := repo.Watch{
		Folder: func(dir string) bool {
			folded := repo.Fold(dir)
			return c.lists[listApproval].mayHold(folded) || c.lists[listRules].mayHold(folded) || c.lists[listRunners].mayHold(folded)
		},
		File: func(path string) bool {
			folded := repo.Fold(path)
			return c.lists[listApproval].matches(folded) || c.lists[listRules].matches(folded) || c.lists[listRunners].matches(folded)
		},
	}
	touched, err := c.run.Repository.Touched(ctx, h, watch)
	if err != nil {
		return c.noted(ctx, err)
	}
	commits := make([]*commit, len(touched))
	errs, err := each(ctx, c.run.Jobs, len(touched), func(i int) (err error) {
		commits[i], err = c.proof(ctx, touched[i])
		return err
	})
	if err != nil {
		return err
	}
	accounted := map[string]bool{}
	for i, found := range commits {
		if errs[i] != nil {
			if err := c.noted(ctx, errs[i]); err != nil {
				return err
			}
		}
		if found == nil {
			continue
		}
		c.commits = append(c.commits, found)
		for _, p := range slices.Concat(found.approval, found.rules) {
			accounted[p] = true
		}
	}
	return c.account(ctx, accounted)
}

// proof reads a commit and checks who signed it; nil when it touched nothing that needs one.
func (c *collector) proof(ctx context.Context, t repo.Touched) (*commit, error) {
	if t.Err != nil {
		return nil, t.Err
	}
	found := &commit{}
	for _, f := range t.Files {
		folded := repo.Fold(f.Path)
		switch {
		case c.lists[listApproval].matches(folded):
			found.approval = append(found.approval, f.Path)
		case c.lists[listRules].matches(folded), c.runsGate(ctx, f):
			found.rules = append(found.rules, f.Path)
		}
	}
	if found.approval == nil && found.rules == nil {
		return nil, nil
	}
	info, err := c.run.Repository.ReadCommit(ctx, t.Commit)
	if err != nil {
		return nil, err
	}
	found.CommitInfo = info
	found.signature = signing.Verify(info.Payload, info.Signatures, c.signers.trust)
	return found, nil
}

// runsGate reports whether a touched file names this program, before or after. One that cannot be read may.
func (c *collector) runsGate(ctx context.Context, f repo.Touch) bool {
	for _, id := range []string{f.Before, f.After} {
		if id == "" {
			continue
		}
		if text, err := c.run.Repository.ReadBlob(ctx, id, f.Path); err != nil || namesGate(text) {
			return true
		}
	}
	return false
}

// account notes for the changed paths that need a proof whether any commit answers for them.
func (c *collector) account(ctx context.Context, accounted map[string]bool) error {
	var committed *repo.Snapshot
	for _, ch := range c.changes {
		if !ch.is(classApproval) && !ch.is(classRules) {
			continue
		}
		ch.accounted = accounted[ch.Path] || ch.From != "" && accounted[ch.From]
		if c.run.Snapshot.Kind() == repo.Commit {
			continue
		}
		if committed == nil {
			var err error
			if committed, err = c.run.Repository.Commit(ctx, c.run.HeadCommit); err != nil {
				return c.noted(ctx, err)
			}
		}
		ch.uncommitted = !gate.SameFile(c.run.Snapshot, committed, ch.Path) || ch.From != "" && !gate.SameFile(c.run.Snapshot, committed, ch.From)
	}
	return nil
}
