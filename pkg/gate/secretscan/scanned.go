package secretscan

import (
	"cmp"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
)

// scanSubjects makes a subject of every part of the scan, with how much it looked at, and of all that it did not.
func (s *scan) scanSubjects() []gate.Subject {
	var out []gate.Subject
	subject := func(facts map[string]any, place render.Place, identity string) {
		out = append(out, gate.Subject{
			Input: func() ast.Value {
				return gate.Input(policy.Fact(nil), policy.Fact(facts), render.Source{Path: place.Path}, s.run.Now)
			},
			Locate:   func([]any) render.Place { return place },
			Resource: func([]any) string { return "" },
			Identity: func([]any) string { return identity },
		})
	}
	for _, c := range s.counts {
		subject(map[string]any{"subject": "scan", "scan": map[string]any{
			"mode": c.mode, "expected": c.expected, "scanned": c.scanned, "unit": c.unit,
		}}, render.Place{}, c.mode)
	}
	slices.SortFunc(s.missed, func(a, b missed) int { return cmp.Or(cmp.Compare(a.what, b.what), cmp.Compare(a.why, b.why)) })
	s.missed = slices.Compact(s.missed)
	for _, m := range s.missed {
		place := render.Place{}
		if m.path != "" {
			if _, there := s.run.Snapshot.Lookup(m.path); there {
				place.Path = m.path
			}
		}
		subject(map[string]any{"subject": "missed", "missed": map[string]any{"what": m.what, "why": m.why, "remedy": m.remedy}}, place, m.what)
	}
	return out
}
