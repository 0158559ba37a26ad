package secretscan

import (
	"context"
	"encoding/base64"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/keymaterial"
	"github.com/claire-de-binare/cdbgate/pkg/manifest"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
)

// manifests makes a subject of every Kubernetes Secret, raw or rendered, with its values taken out.
func (s *scan) manifests(ctx context.Context) ([]gate.Subject, error) {
	set, err := s.manifestSet(ctx)
	if err != nil {
		return nil, err
	}
	if set.Volatile {
		s.unsteady = true
	}
	var out []gate.Subject
	for i := range set.Objects {
		if o := &set.Objects[i]; o.APIVersion == "v1" && o.Kind == "Secret" && o.Node != nil {
			out = append(out, s.secretSubject(o))
		}
	}
	if s.Required {
		for _, f := range set.Faults {
			if s.run.Scope(f.Path) {
				out = append(out, gate.FaultSubject(f, s.run.Now))
			}
		}
	}
	return out, nil
}

// manifestSet reads the manifests: of what is staged only the files that change.
func (s *scan) manifestSet(ctx context.Context) (*manifest.Set, error) {
	if s.stagedFiles == nil {
		return s.run.Manifests(ctx)
	}
	return manifest.Collect(ctx, s.run.Snapshot, manifest.Options{
		Scope: func(p string) bool { return s.stagedFiles[p] }, Config: s.run.ConfigFile, Jobs: s.run.Jobs,
	})
}

func (s *scan) secretSubject(o *manifest.Object) gate.Subject {
	return gate.Subject{
		Input: func() ast.Value {
			context := policy.Fact(map[string]any{"subject": "secret", "secret": map[string]any{
				"sops": o.Node.Get("sops") != nil, "literals": literals(o.Node),
				"template": o.Source.Kind == render.Helm, "generator": o.Source.Kind == render.Kustomize && !written(o),
			}})
			return gate.Input(policy.Fact(withoutValues(o)), context, o.Source, s.run.Now)
		},
		Locate:   o.Locator.Locate,
		Resource: func([]any) string { return o.String() },
		Identity: func(path []any) string { return gate.Identity(o.Node, path) },
	}
}

// written reports whether an object that kustomize rendered stands in a file as such.
func written(o *manifest.Object) bool {
	return o.Locator.Locate([]any{"kind"}).Note == ""
}

// withoutValues is the object as rules see it.
func withoutValues(o *manifest.Object) map[string]any {
	out := map[string]any{
		"apiVersion": o.APIVersion, "kind": o.Kind, "type": o.Node.Get("type").Str(),
		"metadata": map[string]any{"name": o.Name, "namespace": o.Namespace},
	}
	for _, field := range []string{"data", "stringData"} {
		keys := map[string]any{}
		for _, p := range document.Entries(o.Node.Get(field)) {
			keys[p.Key.Text] = nil
		}
		out[field] = keys
	}
	return out
}

// literals says of each value what form it has.
func literals(n *document.Node) []any {
	out := []any{}
	for _, field := range []string{"data", "stringData"} {
		for _, p := range document.Entries(n.Get(field)) {
			out = append(out, map[string]any{"field": field, "key": p.Key.Text, "form": formOf(field, p.Value)})
		}
	}
	return out
}

func formOf(field string, n *document.Node) string {
	if n == nil || n.Kind == document.Null {
		return "empty"
	}
	if n.Kind == document.Mapping || n.Kind == document.Sequence {
		return "literal" // the cluster refuses it, and whoever wrote it meant a value
	}
	text := n.Text
	if strings.HasPrefix(text, "ENC[") && strings.HasSuffix(strings.TrimSpace(text), "]") {
		return "encrypted"
	}
	if field == "data" {
		plain, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err == nil && text != "" {
			text = string(plain)
		}
	}
	return string(keymaterial.FormOf(text))
}
