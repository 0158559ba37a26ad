package openapi

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/formatters"
	"github.com/oasdiff/oasdiff/validate"

	"github.com/claire-de-binare/cdbgate/pkg/document"
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
	if s.sound(ctx, runtime.GOMAXPROCS(0), manyPaths) {
		return problems, ctx.Err()
	}
	m, err := s.build(ctx, nil, false)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		problems = append(problems, s.unbuildable(ctx, err)...)
		return problems, ctx.Err()
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
// of another kind. It stops at the first such fault, so each part is read alone to find all of them.
func (s *Spec) unbuildable(ctx context.Context, whole error) []Problem {
	root := s.files[s.Path]
	failed := map[location]error{}
	bad := map[location]bool{}
	for _, p := range root.parts {
		if err := p.misread(); err != nil {
			failed[p.at], bad[p.at] = err, true
		}
	}
	if !slices.ContainsFunc(slices.Collect(maps.Keys(failed)), func(at location) bool { return isFrame(at, s.Path) }) {
		s.search(ctx, failed, bad)
	}
	var out []Problem
	for _, p := range root.parts {
		if err := failed[p.at]; err != nil && !s.refersToFailed(p, failed) {
			out = append(out, structural(err, Place{s.Path, root.doc.Range(p.key)}))
		}
	}
	if len(out) == 0 {
		out = append(out, structural(whole, Place{Path: s.Path}))
	}
	return out
}

// misread says what of a part has the wrong type. References are not followed.
func (p *part) misread() (err error) {
	defer caught(&err)
	n := p.node
	path := steps(p.at.pointer)
	for i := len(path) - 1; i >= 0; i-- {
		n = &document.Node{Kind: document.Mapping, Pairs: []document.Pair{{Key: &document.Node{Kind: document.String, Text: path[i]}, Value: n}}}
	}
	e := &emitter{}
	if err := e.node(n, 0); err != nil {
		return err
	}
	return json.Unmarshal(e.text, &openapi3.T{})
}

// search looks for parts that cannot be built though each can be read: a reference leads to something of another kind.
func (s *Spec) search(ctx context.Context, failed map[location]error, bad map[location]bool) {
	t := s.trials(ctx, failed)
	reach(bad, t.from)
	var left []*part
	for _, p := range s.files[s.Path].parts {
		if !bad[p.at] && !isFrame(p.at, s.Path) {
			left = append(left, p)
		}
	}
	// Components come first: what refers to one that fails has no fault of its own.
	slices.SortStableFunc(left, func(a, b *part) int {
		return cmp.Compare(strings.Count(b.at.pointer, "/"), strings.Count(a.at.pointer, "/"))
	})
	t.search(left)
}

// trials builds descriptions of some parts alone, with what they refer to.
type trials struct {
	ctx      context.Context
	spec     *Spec
	frame    map[location]bool
	to, from map[location][]location // what parts refer to, and what refers to them
	failed   map[location]error
}

func (s *Spec) trials(ctx context.Context, failed map[location]error) *trials {
	t := &trials{ctx: ctx, spec: s, frame: map[location]bool{}, to: map[location][]location{}, from: map[location][]location{}, failed: failed}
	parts := partsOf(s)
	for at := range parts {
		if isFrame(at, s.Path) {
			t.frame[at] = true
		}
	}
	edges(s, parts, func(from, to location) {
		t.to[from], t.from[to] = append(t.to[from], to), append(t.from[to], from)
	})
	return t
}

// maxFailed is how many parts that cannot be built are looked for: each takes a dozen of trials.
const maxFailed = 20

// search notes which of some parts cannot be built.
func (t *trials) search(parts []*part) {
	if len(parts) == 0 || len(t.failed) >= maxFailed || t.ctx.Err() != nil {
		return
	}
	need := maps.Clone(t.frame)
	for _, p := range parts {
		need[p.at] = true
	}
	reach(need, t.to)
	_, err := t.spec.build(t.ctx, selected(need, t.spec.Path), false)
	switch half := len(parts) / 2; {
	case err == nil:
	case half == 0:
		t.failed[parts[0].at] = err
	default:
		t.search(parts[:half])
		t.search(parts[half:])
	}
}

func (s *Spec) refersToFailed(p *part, failed map[location]error) bool {
	return slices.ContainsFunc(p.refs, func(r *reference) bool {
		to := s.partOf(r.target)
		return to != p.at && failed[to] != nil
	})
}

func structural(err error, at Place) Problem {
	text, _, _ := strings.Cut(err.Error(), ", yaml error: ") // which says the same again
	return Problem{ID: "invalid-structure", Level: Error, Text: oneLine(strings.TrimPrefix(strings.TrimPrefix(text, "failed to unmarshal data: json error: "), "json: ")), Place: at}
}
