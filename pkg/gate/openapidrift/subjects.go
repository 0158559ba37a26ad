package openapidrift

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/openapi"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
)

// item is one entry of a subject's list: where it stands, what it belongs to, and what tells it from others.
type item struct {
	place    openapi.Place
	resource string
	identity string
}

// subject makes a subject whose document holds one list, under a key.
func (c *collector) subject(path, key string, document, context map[string]any, items []item) gate.Subject {
	at := func(p []any) (item, bool) {
		if len(p) < 2 || p[0] != key {
			return item{}, false
		}
		i, ok := index(p[1])
		if !ok || i < 0 || i >= len(items) {
			return item{}, false
		}
		return items[i], true
	}
	return gate.Subject{
		Input: func() ast.Value {
			return gate.Input(policy.Fact(document), policy.Fact(context), render.Source{Path: path, Kind: kindOf(path)}, c.run.Now)
		},
		Locate: func(p []any) render.Place {
			if it, ok := at(p); ok {
				return placeOf(it.place)
			}
			return c.file(path)
		},
		Resource: func(p []any) string { it, _ := at(p); return it.resource },
		Identity: func(p []any) string {
			it, _ := at(p)
			return context["subject"].(string) + " " + it.identity
		},
	}
}

// index reads a step of a path that a rule wrote.
func index(step any) (int, bool) {
	switch n := step.(type) {
	case int:
		return n, true
	case int64:
		return int(n), true
	case float64:
		return int(n), float64(int(n)) == n
	case fmt.Stringer: // json.Number
		var i int
		_, err := fmt.Sscanf(n.String(), "%d", &i)
		return i, err == nil
	}
	return 0, false
}

func kindOf(path string) render.Kind {
	if strings.HasSuffix(strings.ToLower(path), ".json") {
		return render.JSON
	}
	return render.YAML
}

func placeOf(p openapi.Place) render.Place { return render.Place{Path: p.Path, Range: p.Range} }

// file is the place of a file as a whole, or none when the judged snapshot does not have it.
func (c *collector) file(path string) render.Place {
	if _, there := c.run.Snapshot.Lookup(path); there {
		return render.Place{Path: path}
	}
	return render.Place{}
}

func (c *collector) validitySubject(s *openapi.Spec, problems []openapi.Problem) gate.Subject {
	list, items := []any{}, make([]item, 0, len(problems))
	for _, p := range problems {
		list = append(list, map[string]any{"id": p.ID, "level": string(p.Level), "text": p.Text, "operation": p.Operation})
		items = append(items, item{p.Place, p.Operation, p.ID + " " + p.Operation + " " + p.Text})
	}
	return c.subject(s.Path, "problems", map[string]any{"problems": list}, map[string]any{"subject": "validity"}, items)
}

func (c *collector) changesSubject(t *target, base, head *openapi.Spec, commit string, changes []openapi.Change) gate.Subject {
	list, items := []any{}, make([]item, 0, len(changes))
	for _, ch := range changes {
		stood := ""
		if ch.Base.Path != "" && ch.Base.Range.Start.Line > 0 {
			stood = fmt.Sprintf("%s:%d", ch.Base.Path, ch.Base.Range.Start.Line)
		}
		list = append(list, map[string]any{"id": ch.ID, "level": string(ch.Level), "text": ch.Text, "operation": ch.Operation, "base": stood})
		items = append(items, item{ch.Head, ch.Operation, ch.ID + " " + ch.Operation + " " + ch.Text})
	}
	_, was := base.Info()
	_, is := head.Info()
	return c.subject(t.path, "changes", map[string]any{"changes": list}, map[string]any{
		"subject": "changes", "deleted": false,
		"base": map[string]any{"version": was, "path": t.from, "commit": commit}, "head": map[string]any{"version": is},
	}, items)
}

// goneSubject is of a description that the base has and the change takes away.
func (c *collector) goneSubject(t *target) gate.Subject {
	return c.subject(t.path, "changes", map[string]any{"changes": []any{}}, map[string]any{
		"subject": "changes", "deleted": true,
		"base": map[string]any{"version": "", "path": t.from, "commit": c.run.Base.Commit}, "head": map[string]any{"version": ""},
	}, nil)
}

// specSubject is of what a description describes.
func (c *collector) specSubject(s *openapi.Spec) gate.Subject {
	return gate.Subject{
		Input: func() ast.Value {
			title, version := s.Info()
			document := map[string]any{
				"openapi": s.Version, "info": map[string]any{"title": title, "version": version},
				"paths": operations(s, "paths"), "webhooks": operations(s, "webhooks"),
			}
			return gate.Input(policy.Fact(document), policy.Fact(map[string]any{"subject": "spec"}), render.Source{Path: s.Path, Kind: kindOf(s.Path)}, c.run.Now)
		},
		Locate:   func(p []any) render.Place { return placeOf(s.Locate(p...)) },
		Resource: resourceOf,
		Identity: func(p []any) string { return fmt.Sprint(p) },
	}
}

// resourceOf words a path to an operation.
func resourceOf(p []any) string {
	var words []string
	for _, step := range p {
		words = append(words, fmt.Sprint(step))
	}
	switch {
	case len(words) > 2 && words[0] == "paths":
		return strings.ToUpper(words[2]) + " " + words[1]
	case len(words) > 1 && (words[0] == "paths" || words[0] == "webhooks"):
		return words[1]
	}
	return ""
}

func operations(s *openapi.Spec, section string) map[string]any {
	out := map[string]any{}
	for name, list := range s.Operations(section) {
		methods := map[string]any{}
		for _, op := range list {
			methods[op.Method] = operation(&op)
		}
		out[name] = methods
	}
	return out
}

func operation(op *openapi.Operation) map[string]any {
	parameters, security, responses := []any{}, []any{}, map[string]any{}
	for _, p := range op.Parameters {
		parameters = append(parameters, map[string]any{"name": p.Name, "in": p.In, "required": p.Required})
	}
	for _, alternative := range op.Security {
		all := []any{}
		for _, scheme := range alternative {
			all = append(all, map[string]any{
				"name": scheme.Name, "type": scheme.Type, "in": scheme.In, "parameter": scheme.Parameter, "scheme": scheme.Scheme, "description": scheme.Description,
			})
		}
		security = append(security, all)
	}
	for _, code := range op.Responses {
		responses[code] = map[string]any{}
	}
	return map[string]any{
		"operationId": op.ID, "deprecated": op.Deprecated, "tags": op.Tags, "parameters": parameters, "security": security, "responses": responses,
	}
}

// generatorSubject is of how a generator ended.
func (c *collector) generatorSubject(g *generation) gate.Subject {
	o := g.outcome
	facts := map[string]any{
		"command": words(g.entry.Generate), "from": g.by, "output": g.output,
		"started": o.Started, "problem": o.Problem, "exit_code": o.ExitCode, "signal": o.Signal, "timed_out": o.TimedOut,
		"seconds": seconds(g.limit()), "too_long": o.TooLong, "max_output": maxWritten, "left": o.Left,
		"network": o.Network, "network_allowed": c.run.AllowNetwork,
		"wrote": g.result != nil || g.wrong != "", "invalid": g.wrong, "stderr": o.Messages,
	}
	return c.subject(g.spec, "", map[string]any{}, map[string]any{"subject": "generator", "generator": facts}, nil)
}

func seconds(d time.Duration) *ast.Term {
	return ast.NumberTerm(json.Number(strconv.FormatFloat(d.Seconds(), 'f', -1, 64)))
}

func (c *collector) driftSubject(g *generation, differences []openapi.Difference) gate.Subject {
	list, items := []any{}, make([]item, 0, len(differences))
	for _, d := range differences {
		list = append(list, map[string]any{
			"operation": d.Operation, "field": d.Field, "kind": string(d.Kind), "committed": d.Committed, "generated": d.Generated,
		})
		items = append(items, item{d.Place, d.Operation, d.Operation + " " + d.Field + " " + string(d.Kind)})
	}
	return c.subject(g.spec, "differences", map[string]any{"differences": list}, map[string]any{"subject": "drift", "repair": g.repair()}, items)
}
