package openapi

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/formatters"
	"github.com/oasdiff/oasdiff/validate"
)

// Validate says what is wrong with a description, each problem at its place, those that parsing brought up among them. An
// error means that it could not be validated.
//
// A sound description is told quickly, without places; only when there is something to place is it read again with them.
func Validate(ctx context.Context, s *Spec) ([]Problem, error) {
	problems := slices.Clone(s.Problems)
	if s.Root == nil || hasErrors(problems) {
		return problems, nil // the validator stops at the first such problem; all of them are known already
	}
	m, err := s.build(ctx, nil, false)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return append(problems, s.unbuildable(ctx, err)...), nil
	}
	found, err := m.validate()
	if err != nil || len(found) == 0 {
		return problems, err
	}
	if m, err = s.build(ctx, nil, true); err != nil {
		return nil, err
	}
	if found, err = m.validate(); err != nil {
		return nil, err
	}
	for _, f := range found {
		if p := m.problem(f); !unfounded(p) {
			problems = append(problems, p)
		}
	}
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Place.Path, b.Place.Path), cmp.Compare(a.Place.Range.Start.Line, b.Place.Range.Start.Line), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Text, b.Text))
	})
	return problems, nil
}

// unfounded reports whether the validator takes for wrong what OpenAPI 3.1 allows: it knows no components.pathItems.
func unfounded(p Problem) bool {
	return p.Text == "extra sibling fields: [pathItems]"
}

func hasErrors(list []Problem) bool {
	return slices.ContainsFunc(list, func(p Problem) bool { return p.Level == Error })
}

func (m *model) validate() (found formatters.Findings, err error) {
	defer caught(&err)
	return validate.Validate(m.doc, m.spec.Path), nil
}

// problem words a finding of the validator.
func (m *model) problem(f formatters.Finding) Problem {
	p := Problem{ID: f.Id, Level: levelOf(f.Level), Text: oneLine(f.Text), Place: Place{Path: m.spec.Path}}
	if f.Operation != "" {
		p.Operation = strings.ToUpper(f.Operation) + " " + f.Path
	} else if f.Path != "" {
		p.Operation = f.Path
	}
	if at, ok := m.place(f.Source.Line); ok {
		p.Place = at
	}
	return p
}

func levelOf(l checker.Level) Level {
	switch l {
	case checker.ERR:
		return Error
	case checker.WARN:
		return Warning
	}
	return Note
}

// maxProblemText is how much of a message is kept: some quote a whole schema.
const maxProblemText = 400

// internals are values of the library's own types, addresses among them, that some of its messages end with.
var internals = regexp.MustCompile(`:? &\{\{.*`)

func oneLine(text string) string {
	text = strings.Join(strings.Fields(internals.ReplaceAllString(text, "")), " ")
	if r := []rune(text); len(r) > maxProblemText {
		text = string(r[:maxProblemText]) + "…"
	}
	return text
}

// unbuildable says why kin-openapi cannot hold a description: something has the wrong type, or a reference leads to something
// of another kind. It stops at the first such fault, so each part is tried alone, with what it refers to, to find all.
func (s *Spec) unbuildable(ctx context.Context, whole error) []Problem {
	parts := partsOf(s)
	if err := s.trial(ctx, parts); err != nil {
		return []Problem{structural(err, Place{Path: s.Path})}
	}
	var out []Problem
	failed := map[location]error{}
	root := s.files[s.Path]
	for _, p := range root.parts {
		if !isFrame(p.at, s.Path) {
			if err := s.trial(ctx, parts, p.at); err != nil {
				failed[p.at] = err
			}
		}
	}
	for _, p := range root.parts {
		// What only refers to a part that fails has no fault of its own.
		if err := failed[p.at]; err != nil && !s.refersToFailed(p, failed) {
			out = append(out, structural(err, Place{s.Path, root.doc.Range(p.key)}))
		}
	}
	if len(out) == 0 {
		out = append(out, structural(whole, Place{Path: s.Path}))
	}
	return out
}

// trial builds a description of some parts alone.
func (s *Spec) trial(ctx context.Context, parts map[location]*part, of ...location) error {
	need := map[location]bool{}
	for at := range parts {
		if isFrame(at, s.Path) {
			need[at] = true
		}
	}
	for _, at := range of {
		need[at] = true
	}
	spread(need, func(visit func(from, to location)) { edges(s, parts, visit) })
	_, err := s.build(ctx, selected(need, s.Path), false)
	return err
}

func (s *Spec) refersToFailed(p *part, failed map[location]error) bool {
	return slices.ContainsFunc(p.refs, func(r *reference) bool {
		to := s.partOf(r.target)
		return to != p.at && failed[to] != nil
	})
}

func structural(err error, at Place) Problem {
	return Problem{ID: "invalid-structure", Level: Error, Text: oneLine(err.Error()), Place: at}
}
