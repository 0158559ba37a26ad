package gate

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/finding"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
)

// judge evaluates the subjects on all workers and turns violations into findings, sorted.
func judge(ctx context.Context, run *Run, engine *policy.Engine, name string, subjects []Subject) ([]finding.Finding, error) {
	session, err := engine.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer session.Close(ctx)
	rules := map[string]finding.Rule{}
	for _, r := range engine.Rules(name) {
		rules[r.ID] = r
	}
	j := &judgement{gate: name, session: session, rules: rules}

	jobs := max(1, run.Jobs)
	var (
		next     atomic.Int64
		wg       sync.WaitGroup
		findings = make([][]finding.Finding, jobs)
		errs     = make([]error, jobs)
	)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for worker := range jobs {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(subjects) {
					return
				}
				findings[worker], errs[worker] = j.subject(ctx, findings[worker], &subjects[i])
				if errs[worker] != nil {
					stop() // the policy itself is broken: no verdict of this run can be trusted
					return
				}
				if run.Progress != nil && i%64 == 0 {
					run.Progress(name, i, len(subjects))
				}
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return Sort(slices.Concat(findings...)), nil
}

type judgement struct {
	gate    string
	session *policy.Session
	rules   map[string]finding.Rule
}

func (j *judgement) subject(ctx context.Context, to []finding.Finding, s *Subject) ([]finding.Finding, error) {
	violations, err := j.session.Eval(ctx, s.Input())
	if err != nil {
		return to, err
	}
	for _, v := range violations {
		to = append(to, j.finding(s, v))
	}
	if s.Fault != "" && len(violations) == 0 {
		// A policy without a rule for faults does not make them pass.
		to = append(to, j.finding(s, policy.Violation{Rule: faultRule(j.rules), Message: s.Fault, Severity: finding.Error}))
	}
	return to, nil
}

// faultRule names a fault's finding when the policy has no rule for it: the prefix of its rules with 000.
func faultRule(rules map[string]finding.Rule) string {
	for id := range rules {
		return id[:3] + "000"
	}
	return ""
}

func (j *judgement) finding(s *Subject, v policy.Violation) finding.Finding {
	rule, known := j.rules[v.Rule]
	if !known {
		rule = finding.Rule{ID: v.Rule, Title: "Everything can be evaluated", Incomplete: true}
	}
	f := finding.Finding{
		Rule: rule.ID, Title: rule.Title, Severity: v.Severity, Gate: j.gate, Message: v.Message,
		Remediation: rule.Remediation, Clauses: rule.Clauses, Incomplete: rule.Incomplete, Resource: s.Resource(v.Path),
		Excerpt: s.Excerpt,
	}
	place := s.Locate(v.Path)
	f.Location = location(place)
	if place.Note != "" {
		f.Message += " (" + place.Note + ")"
	}
	h := sha256.New()
	for _, part := range []string{rule.ID, place.Path, f.Resource, s.Identity(v.Path)} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	f.Fingerprint = hex.EncodeToString(h.Sum(nil)[:16])
	if f.Resource == "" {
		f.Resource = s.Name
	}
	return f
}

func location(p render.Place) *finding.Location {
	if p.Path == "" {
		return nil
	}
	var zero document.Range
	if p.Range == zero {
		return &finding.Location{Path: p.Path}
	}
	return &finding.Location{
		Path: p.Path, StartLine: p.Range.Start.Line, StartColumn: p.Range.Start.Column,
		EndLine: p.Range.End.Line, EndColumn: p.Range.End.Column,
	}
}

// Sort orders findings by path, line, column, rule and message, drops exact repetitions (one source rendered twice), and
// tells apart findings that would share a fingerprint.
func Sort(findings []finding.Finding) []finding.Finding {
	slices.SortFunc(findings, compare)
	findings = slices.CompactFunc(findings, func(a, b finding.Finding) bool { return compare(a, b) == 0 && a.Fingerprint == b.Fingerprint })
	seen := map[string]int{}
	for i := range findings {
		fp := findings[i].Fingerprint
		seen[fp]++
		if n := seen[fp]; n > 1 {
			findings[i].Fingerprint = fmt.Sprintf("%s-%d", fp, n)
		}
	}
	return findings
}

func compare(a, b finding.Finding) int {
	la, lb := a.Location, b.Location
	if la == nil {
		la = &finding.Location{}
	}
	if lb == nil {
		lb = &finding.Location{}
	}
	return cmp.Or(
		cmp.Compare(la.Path, lb.Path), cmp.Compare(la.StartLine, lb.StartLine), cmp.Compare(la.StartColumn, lb.StartColumn),
		cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message), cmp.Compare(a.Resource, b.Resource),
		cmp.Compare(a.Fingerprint, b.Fingerprint),
	)
}
