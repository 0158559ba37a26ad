package iacdiff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/gate/iacdiff/gitops"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
	"github.com/claire-de-binare/cdbgate/pkg/repo"
)

// exists tells whether a snapshot has a file or folder.
func exists(s *repo.Snapshot) func(string) bool {
	return func(name string) bool {
		if name == "" {
			return true
		}
		_, err := s.Stat(name)
		return err == nil
	}
}

// gitopsSubjects makes the subjects of reconciliation.
func gitopsSubjects(run *gate.Run, graph *gitops.Graph) []gate.Subject {
	var out []gate.Subject
	worst := policy.Fact(boundFacts(graph.ArgoReconciliation()))
	for _, o := range graph.Objects {
		if !judged(run, o) || o.Role == gitops.Workload && !marked(o.Node) {
			continue
		}
		argo := worst
		if o.Role == gitops.Settings {
			argo = policy.Fact(boundFacts(graph.ReconciliationOf(o)))
		}
		out = append(out, objectSubject(run, graph, o, argo))
	}
	reconcilers := len(graph.Reconcilers())
	for _, u := range graph.Uncovered() {
		if u.Objects = slices.DeleteFunc(u.Objects, func(o *gitops.Object) bool { return !judged(run, o) }); len(u.Objects) == 0 {
			continue
		}
		out = append(out, uncoveredSubject(run, u, reconcilers))
	}
	return out
}

// judged reports whether an object lies in the part of the repository that is judged.
func judged(run *gate.Run, o *gitops.Object) bool {
	return run.Scope(o.Source.Path) || o.Source.Root != "" && run.Scope(o.Source.Root)
}

// marked reports whether an object has annotations or labels, by which it may be exempt.
func marked(n *document.Node) bool {
	for _, key := range []string{"annotations", "labels"} {
		if a := n.Lookup("metadata", key); a != nil && a.Kind != document.Null {
			return true
		}
	}
	return false
}

func boundFacts(b gitops.Bound) map[string]any {
	return map[string]any{"known": b.Known, "never": b.Never, "why": b.Why, "text": b.String()}
}

func objectSubject(run *gate.Run, graph *gitops.Graph, o *gitops.Object, argo *ast.Term) gate.Subject {
	return gate.Subject{
		Input: func() ast.Value {
			references := []any{}
			for _, r := range o.References() {
				references = append(references, map[string]any{"path": r.At, "kind": r.Kind, "namespace": r.Namespace, "name": r.Name, "found": r.Found})
			}
			context := policy.Fact(map[string]any{
				"subject": "object", "role": string(o.Role), "family": o.Family, "references": references,
				"recorded": o.Role == gitops.Reconciler && graph.Recorded(o), "variables": variables(graph, o), "argo_reconciliation": argo,
			})
			return gate.Input(policy.Term(o.Node), context, o.Source, run.Now)
		},
		Locate:   o.Locator.Locate,
		Resource: func([]any) string { return o.String() },
		Identity: func(path []any) string { return gate.Identity(o.Node, path) },
	}
}

// variables lists every text below spec that holds a variable: its path joined by dots, and what is known of it.
func variables(graph *gitops.Graph, o *gitops.Object) map[string]any {
	out := map[string]any{}
	if o.Role == gitops.Workload {
		return out
	}
	var walk func(n *document.Node, at string, depth int)
	walk = func(n *document.Node, at string, depth int) {
		if n == nil || depth > 12 {
			return
		}
		switch n.Kind {
		case document.Mapping:
			for _, p := range n.Pairs {
				walk(p.Value, at+"."+p.Key.Text, depth+1)
			}
		case document.Sequence:
			for i, item := range n.Items {
				walk(item, fmt.Sprintf("%s.%d", at, i), depth+1)
			}
		case document.String:
			if strings.Contains(n.Text, "${") {
				v := graph.Resolve(o, n.Text)
				out[at] = map[string]any{"known": v.Known, "text": v.Text}
			}
		}
	}
	walk(o.Node.Get("spec"), "spec", 0)
	return out
}

func uncoveredSubject(run *gate.Run, u gitops.Uncovered, reconcilers int) gate.Subject {
	first := u.Objects[0]
	facts := map[string]any{
		"subject": "uncovered",
		"uncovered": map[string]any{
			"folder": u.Folder, "objects": len(u.Objects), "first": first.String(), "reconcilers": reconcilers,
		},
	}
	return gate.Subject{
		Input: func() ast.Value {
			return gate.Input(policy.Fact(nil), policy.Fact(facts), render.Source{Path: first.Source.Path, Kind: first.Source.Kind, Root: first.Source.Root}, run.Now)
		},
		Locate:   func([]any) render.Place { return first.Locator.Locate(nil) },
		Resource: func([]any) string { return "" },
		Identity: func([]any) string { return "folder " + u.Folder },
	}
}
