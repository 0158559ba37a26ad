// Package k8sreadiness gathers the facts of INF-7 and INF-8: what every pod template and Compose service mounts, probes,
// requests, limits and may reach. Whether that is ready for Kubernetes is decided by policies/k8s_readiness.
package k8sreadiness

import (
	"context"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/gate"
	"github.com/claire-de-binare/cdbgate/pkg/manifest"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// Gate is the k8s-readiness gate.
type Gate struct{}

// Name is "k8s-readiness".
func (Gate) Name() string { return "k8s-readiness" }

// Memo keeps every result: the snapshot decides all of it.
func (Gate) Memo(*gate.Run) (string, bool) { return "", true }

// Collect makes a subject of every object, every Compose service and every fault.
func (Gate) Collect(ctx context.Context, run *gate.Run) (*gate.Collection, error) {
	set, err := run.Manifests(ctx)
	if err != nil {
		return nil, err
	}
	if len(set.Objects) == 0 && len(set.Faults) == 0 {
		return &gate.Collection{Skipped: "no Kubernetes manifests, Kustomizations, Helm charts or Compose files"}, nil
	}
	around := newSurroundings(set)
	out := &gate.Collection{Volatile: set.Volatile, Subjects: make([]gate.Subject, 0, len(set.Objects)+len(set.Faults))}
	for i := range set.Objects {
		out.Subjects = subjects(out.Subjects, &set.Objects[i], around, run.Now)
	}
	for i := range set.Faults {
		out.Subjects = append(out.Subjects, gate.FaultSubject(set.Faults[i], run.Now))
	}
	return out, nil
}

// describe words what a path of an object belongs to: "apps/v1 Deployment ns/name container web".
func describe(o *manifest.Object, path []any) string {
	var b strings.Builder
	if o.Source.Kind == render.Compose {
		b.WriteString("compose service " + o.Name)
	} else {
		b.WriteString(o.String())
	}
	for i, step := range path {
		kind := ""
		switch step {
		case "containers":
			kind = "container"
		case "initContainers":
			kind = "init container"
		case "ephemeralContainers":
			kind = "ephemeral container"
		}
		if kind == "" || i+1 >= len(path) {
			continue
		}
		if name := o.Node.Lookup(path[:i+2]...).Get("name").Str(); name != "" {
			b.WriteString(" " + kind + " " + name)
			break
		}
	}
	return b.String()
}
