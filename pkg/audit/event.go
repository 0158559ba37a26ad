// Package audit words what a run found as events for a log that is kept. An event says what was found, where and by which rule;
// it never holds a value of anything that was judged.
package audit

import (
	"slices"

	"github.com/claire-de-binare/cdbgate/pkg/finding"
)

// DriftType is the type of an event about one resource that was found changed past Git. The number goes up when a field changes
// its meaning or goes away.
const DriftType = "io.cdbgate.drift.v1"

// Event is something that happened, as data. Times, numbers and hashes are the log's business.
type Event struct {
	Type string `json:"type"`
	Data any    `json:"data"`
}

// Drift is the data of a DriftType event.
type Drift struct {
	Head        string   `json:"head"`           // what was judged: a commit, "worktree" or "index"
	Root        string   `json:"root,omitempty"` // the folder whose plan found it, "" when nobody said which
	Plan        string   `json:"plan,omitempty"` // the digest of that plan: "sha256:…"
	Resource    string   `json:"resource"`       // the address
	Action      string   `json:"action,omitempty"`
	Attributes  []string `json:"attributes,omitempty"` // paths of what changed
	More        int      `json:"more,omitempty"`       // how many further attributes changed
	Rule        string   `json:"rule"`
	Clauses     []string `json:"clauses"`
	Fingerprint string   `json:"fingerprint"`
}

// driftRule is the rule whose findings are drift.
const driftRule = "IAC003"

// Events lists what a report holds for the log, in the order of its findings.
func Events(r *finding.Report) []Event {
	var out []Event
	told := map[*finding.ResourceChange]bool{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Rule != driftRule {
			continue
		}
		d := Drift{Head: r.Repository.Head, Resource: f.Resource, Rule: f.Rule, Clauses: slices.Clone(f.Clauses), Fingerprint: f.Fingerprint}
		if p, c := planned(r, f.Resource, told); c != nil {
			told[c] = true
			d.Root, d.Plan, d.Action, d.More = p.Root, p.Digest, c.Action, c.More
			for _, a := range c.Attributes {
				d.Attributes = append(d.Attributes, a.Path)
			}
		}
		out = append(out, Event{DriftType, d})
	}
	return out
}

// planned finds the entry of a plan that a finding tells of. Several roots may use one address.
func planned(r *finding.Report, address string, told map[*finding.ResourceChange]bool) (*finding.Plan, *finding.ResourceChange) {
	for i := range r.Plans {
		for j := range r.Plans[i].Drift {
			if c := &r.Plans[i].Drift[j]; c.Address == address && !told[c] {
				return &r.Plans[i], c
			}
		}
	}
	return nil, nil
}
