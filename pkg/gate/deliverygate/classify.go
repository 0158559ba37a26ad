package deliverygate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// The lists of the policy that this package itself looks things up in.
const (
	listApproval = "approval" // the approval file
	listRules    = "rules"    // what the gate's own ground is read from
	listRunners  = "runners"  // what may run the gate, when it names it
)

// The classes that this package itself must know.
const (
	classInfrastructure = "infrastructure"
	classApproval       = "approval"
	classRules          = "gate-rules"
)

// watched asks the policy which paths it wants to hear of.
func (c *collector) watched(ctx context.Context) error {
	rules := []string{}
	for _, p := range append([]string{c.files.signers, c.files.openpgp, c.files.revoked}, c.run.RulePaths...) {
		rules = append(rules, literal(p))
	}
	context := policy.Fact(map[string]any{
		"subject": "files", "files": map[string]any{"approval": literal(c.files.approval), "rules": rules},
	})
	answer, err := c.session.Ask(ctx, "watched", gate.Input(policy.Fact(nil), context, render.Source{}, c.run.Now))
	if err != nil {
		return err
	}
	object, ok := answer.(ast.Object)
	if !ok {
		return fmt.Errorf("policy: watched is %s: it must be an object of lists of globs", ast.ValueName(answer))
	}
	c.lists = map[string]globs{}
	err = object.Iter(func(key, value *ast.Term) error {
		patterns, err := texts(value.Value)
		if err != nil {
			return fmt.Errorf("policy: watched.%s: %w", textOf(key.Value), err)
		}
		c.lists[textOf(key.Value)] = newGlobs(patterns)
		return nil
	})
	for _, list := range []string{listApproval, listRules, listRunners} {
		if _, there := c.lists[list]; err == nil && !there {
			err = fmt.Errorf("policy: watched has no list %q", list)
		}
	}
	return err
}

// textOf is the text of a string, "" of anything else.
func textOf(v ast.Value) string {
	s, _ := v.(ast.String)
	return string(s)
}

// texts reads an array or a set of strings.
func texts(v ast.Value) ([]string, error) {
	var out []string
	add := func(t *ast.Term) error {
		s, ok := t.Value.(ast.String)
		if !ok {
			return fmt.Errorf("%s where a text is expected", ast.ValueName(t.Value))
		}
		out = append(out, string(s))
		return nil
	}
	switch v := v.(type) {
	case *ast.Array:
		return out, v.Iter(add)
	case ast.Set:
		err := v.Iter(add)
		slices.Sort(out)
		return out, err
	}
	return nil, fmt.Errorf("%s where a list is expected", ast.ValueName(v))
}

// classify asks the policy what each changed path is. A file is read only when its name does not already make it
// infrastructure, and what it belongs to is looked up only when its content does not either.
func (c *collector) classify(ctx context.Context) error {
	errs, err := each(ctx, c.run.Jobs, len(c.changes), func(i int) error { return c.classifyOne(ctx, c.changes[i]) })
	if err != nil {
		return err
	}
	for i, err := range errs {
		var unread *unreadError
		switch {
		case errors.As(err, &unread) && errors.Is(err, repo.ErrTooLarge):
			c.faults = append(c.faults, render.Fault{
				Path: c.changes[i].Path, Message: "is too large to tell whether it is infrastructure",
				Remedy: "split it, or list it under exclude: in .cdbgate.yaml",
			})
		case errors.As(err, &unread):
			c.problems = append(c.problems, err.Error())
		case err != nil:
			return err
		}
	}
	p := c.findParts(ctx)
	errs, err = each(ctx, c.run.Jobs, len(c.changes), func(i int) error {
		ch := c.changes[i]
		if ch.is(classInfrastructure) || !ch.inScope {
			return nil
		}
		if ch.part = p.of(ch); ch.part == "" {
			return nil
		}
		return c.askClasses(ctx, ch)
	})
	return errors.Join(err, errors.Join(errs...))
}

// unreadError is a changed file that could not be read.
type unreadError struct{ error }

func (e *unreadError) Unwrap() error { return e.error }

func (c *collector) classifyOne(ctx context.Context, ch *change) error {
	folded := repo.Fold(ch.Path)
	ch.matches = c.match(folded)
	ch.inScope = c.run.Scope(ch.Path)
	if ch.From != "" {
		ch.fromMatches = c.match(repo.Fold(ch.From))
		ch.inScope = ch.inScope || c.run.Scope(ch.From)
	}
	if c.lists[listRunners].matches(folded) || ch.From != "" && c.lists[listRunners].matches(repo.Fold(ch.From)) {
		if err := ch.lookForGate(); err != nil {
			return &unreadError{err}
		}
	}
	if err := c.askClasses(ctx, ch); err != nil || ch.is(classInfrastructure) || !ch.inScope {
		return err
	}
	// What was infrastructure and no longer is, is changed infrastructure: both sides are asked, the new one first.
	for _, s := range ch.sides() {
		found, err := s.look()
		if err != nil {
			return &unreadError{err}
		}
		if found == nil {
			continue
		}
		ch.content = found
		if err := c.askClasses(ctx, ch); err != nil || ch.is(classInfrastructure) {
			return err
		}
	}
	return nil
}

func (c *collector) match(folded string) map[string]any {
	out := make(map[string]any, len(c.lists))
	for list, g := range c.lists {
		if found := g.match(folded); len(found) > 0 {
			out[list] = found
		}
	}
	return out
}

func (c *collector) askClasses(ctx context.Context, ch *change) error {
	input := gate.Input(policy.Fact(ch.facts()), policy.Fact(map[string]any{"subject": "change"}), render.Source{Path: ch.Path}, c.run.Now)
	answer, err := c.session.Ask(ctx, "classes", input)
	if err != nil {
		return err
	}
	set, ok := answer.(ast.Set)
	if !ok {
		return fmt.Errorf("policy: classes is %s: it must be a set of {class, why}", ast.ValueName(answer))
	}
	ch.classes = nil
	for _, t := range set.Slice() {
		object, ok := t.Value.(ast.Object)
		if !ok {
			return fmt.Errorf("policy: classes holds %s: it must hold {class, why}", ast.ValueName(t.Value))
		}
		name, why := object.Get(ast.StringTerm("class")), object.Get(ast.StringTerm("why"))
		if name == nil || why == nil {
			return errors.New("policy: classes holds an object without class or why")
		}
		ch.classes = append(ch.classes, class{textOf(name.Value), textOf(why.Value)})
	}
	slices.SortFunc(ch.classes, func(a, b class) int {
		if n := strings.Compare(a.name, b.name); n != 0 {
			return n
		}
		return strings.Compare(a.why, b.why)
	})
	return nil
}

func (ch *change) is(name string) bool {
	return slices.ContainsFunc(ch.classes, func(c class) bool { return c.name == name })
}

// explanations lists what every changed path was taken for.
func (c *collector) explanations() []Explanation {
	out := make([]Explanation, 0, len(c.changes))
	for _, ch := range c.changes {
		e := Explanation{Change: ch.Change}
		for _, class := range ch.classes {
			e.Classes, e.Why = append(e.Classes, class.name), append(e.Why, class.why)
		}
		out = append(out, e)
	}
	return out
}
