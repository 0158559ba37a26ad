package deliverygate

import (
	"fmt"
	"maps"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// subjects makes what is judged of all that was gathered.
func (c *collector) subjects() []gate.Subject {
	shared := c.shared()
	out := []gate.Subject{c.historySubject(shared), c.approvalSubject(shared)}
	for _, ch := range c.changes {
		out = append(out, c.changeSubject(ch, shared))
	}
	for _, found := range c.commits {
		out = append(out, c.commitSubject(found, shared))
	}
	for _, f := range c.faults {
		out = append(out, gate.FaultSubject(f, c.run.Now))
	}
	return out
}

// examples is how many paths stand for all in a message.
const examples = 3

// shared are the facts that every subject's context has. Converted once, they cost the subjects nothing.
func (c *collector) shared() map[string]any {
	infrastructure, paths := 0, []string{}
	for _, ch := range c.changes {
		if ch.is(classInfrastructure) {
			if infrastructure++; infrastructure <= examples {
				paths = append(paths, ch.Path)
			}
		}
	}
	var proposed *ast.Term
	if c.proposed != nil {
		proposed = policy.Fact(c.proposed.facts)
	} else {
		proposed = policy.Fact(nil)
	}
	return map[string]any{
		"mode":           policy.Fact(string(c.mode)),
		"proposed_mode":  policy.Fact(string(c.proposedMode)),
		"approval":       policy.Fact(c.trusted.facts),
		"proposed":       proposed,
		"signers":        policy.Fact(c.signers.facts(c.files)),
		"infrastructure": policy.Fact(map[string]any{"count": infrastructure, "paths": paths}),
	}
}

// context is a subject's own facts beside the shared ones.
func (c *collector) context(shared map[string]any, subject string, own map[string]any) *ast.Term {
	all := maps.Clone(shared)
	all["subject"] = subject
	maps.Copy(all, own)
	return policy.Fact(all)
}

func nowhere([]any) render.Place { return render.Place{} }

func words(s string) func([]any) string { return func([]any) string { return s } }

func (c *collector) historySubject(shared map[string]any) gate.Subject {
	problems := c.problems
	if problems == nil {
		problems = []string{}
	}
	replaced, grafts, shallow := []string{}, false, false
	if in, err := c.run.Repository.Integrity(); err != nil {
		problems = append(problems, err.Error())
	} else {
		replaced, grafts, shallow = in.Replaced, in.Grafts, in.Shallow
	}
	facts := map[string]any{
		"plain": c.run.Repository.Plain(), "base": c.run.Base != nil, "problems": problems,
		"shallow": shallow, "grafts": grafts, "replaced": replaced,
	}
	return gate.Subject{
		Input: func() ast.Value {
			context := c.context(shared, "history", map[string]any{"history": facts})
			return gate.Input(policy.Fact(nil), context, render.Source{}, c.run.Now)
		},
		Locate: nowhere, Resource: words(""), Identity: words("history"),
	}
}

// approvalSubject is the approval as the change leaves it: the trusted one, or the one it proposes.
func (c *collector) approvalSubject(shared map[string]any) gate.Subject {
	a := c.trusted
	if c.proposed != nil {
		a = c.proposed
	}
	doc := policy.Fact(nil)
	if a.doc != nil {
		doc = policy.Term(a.doc.Root)
	}
	return gate.Subject{
		Input: func() ast.Value {
			context := c.context(shared, "approval", map[string]any{"judged": policy.Fact(a.facts)})
			return gate.Input(doc, context, render.Source{Path: a.path, Kind: render.YAML}, c.run.Now)
		},
		Locate:   func(path []any) render.Place { return c.approvalPlace(a, path) },
		Resource: words(""),
		Identity: func(path []any) string { return fmt.Sprintf("approval %v", path) },
	}
}

// approvalPlace leads into the file that the reader has before them, which holds the same text.
func (c *collector) approvalPlace(a *approval, path []any) render.Place {
	if _, there := c.run.Snapshot.Lookup(a.path); !there {
		return render.Place{}
	}
	if a.doc == nil || len(path) == 0 {
		return render.Place{Path: a.path}
	}
	r, _ := a.doc.Locate(path...)
	return render.Place{Path: a.path, Range: r}
}

func (c *collector) changeSubject(ch *change, shared map[string]any) gate.Subject {
	classes := []any{}
	for _, found := range ch.classes {
		classes = append(classes, map[string]any{"class": found.name, "why": found.why})
	}
	proposed := c.trusted
	if c.proposed != nil {
		proposed = c.proposed
	}
	covered := func(a *approval) bool { return a.covers(ch.Path) && (ch.From == "" || a.covers(ch.From)) }
	own := map[string]any{
		"classes": classes, "uncommitted": ch.uncommitted, "accounted": ch.accounted,
		"covered": map[string]any{"trusted": covered(c.trusted), "proposed": covered(proposed)},
	}
	place := render.Place{Path: ch.Path}
	if ch.Kind == repo.Deleted {
		place = render.Place{}
	}
	resource := ""
	if ch.Kind == repo.Deleted {
		resource = ch.Path
	}
	return gate.Subject{
		Input: func() ast.Value {
			return gate.Input(policy.Fact(ch.facts()), c.context(shared, "change", own), render.Source{Path: ch.Path}, c.run.Now)
		},
		Locate:   func([]any) render.Place { return place },
		Resource: words(resource),
		Identity: words(string(ch.Kind) + " " + ch.Path + " " + ch.From),
	}
}

func (c *collector) commitSubject(found *commit, shared map[string]any) gate.Subject {
	person := func(p repo.Person) map[string]any { return map[string]any{"name": p.Name, "mail": p.Mail} }
	trailers := []any{}
	for _, t := range found.Trailers() {
		trailers = append(trailers, map[string]any{"key": t[0], "value": t[1]})
	}
	doc := map[string]any{
		"id": found.ID, "author": person(found.Author), "committer": person(found.Committer), "trailers": trailers,
		"merge": len(found.Parents) > 1, "committed_at": bound(found.Committer.When.IsZero(), gate.Stamp(found.Committer.When)),
		"approval_paths": found.approval, "rule_paths": found.rules,
	}
	own := map[string]any{"signature": signatureFacts(found.signature)}
	place := render.Place{}
	for _, p := range append(found.approval, found.rules...) {
		if _, there := c.run.Snapshot.Lookup(p); there {
			place = render.Place{Path: p, Range: document.Range{}}
			break
		}
	}
	return gate.Subject{
		Input: func() ast.Value {
			return gate.Input(policy.Fact(doc), c.context(shared, "commit", own), render.Source{Path: place.Path}, c.run.Now)
		},
		Locate:   func([]any) render.Place { return place },
		Resource: words(fmt.Sprintf("commit %.12s by %s <%s>", found.ID, found.Author.Name, found.Author.Mail)),
		Identity: words(found.ID),
	}
}
