package k8sreadiness

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/manifest"
	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
)

// workload is a pod template or a Compose service.
type workload struct {
	object   *manifest.Object
	template []any // path of the pod template (labels and annotations below metadata, the pod below spec)
	pod      *document.Node
	podPath  []any
}

// flaw is a part of an object that cannot be judged.
type flaw struct {
	path    []any
	message string
}

// templatePaths says where each known kind keeps its pod template. A nil path is the object itself.
var templatePaths = map[string][]any{
	"Pod":                   {},
	"PodTemplate":           {"template"},
	"Deployment":            {"spec", "template"},
	"StatefulSet":           {"spec", "template"},
	"DaemonSet":             {"spec", "template"},
	"ReplicaSet":            {"spec", "template"},
	"ReplicationController": {"spec", "template"},
	"Job":                   {"spec", "template"},
	"CronJob":               {"spec", "jobTemplate", "spec", "template"},
	"Rollout":               {"spec", "template"},
}

// workloadOf returns the workload an object is, or nil, and what of it cannot be judged. A kind nobody knows that carries
// a pod template where Deployments do (operators imitate them) is a workload too.
func workloadOf(o *manifest.Object) (*workload, []flaw) {
	if o.Source.Kind == render.Compose {
		return &workload{object: o, pod: o.Node, podPath: []any{}}, nil
	}
	flaws := misspelt(o)
	template, known := templatePaths[o.Kind]
	if known && !builtin(o) {
		known = false // the same word in somebody else's API group
	}
	if !known {
		template = []any{"spec", "template"}
		if o.Node.Lookup("spec", "template", "spec", "containers") == nil {
			return nil, flaws
		}
	}
	w := &workload{object: o, template: template, podPath: append(slices.Clone(template), "spec")}
	w.pod = o.Node.Lookup(w.podPath...)
	const patch = "; if this is a patch, let a kustomization.yaml apply it"
	switch containers := w.pod.Get("containers"); {
	case o.Kind == "Rollout" && o.Node.Lookup("spec", "workloadRef") != nil && w.pod == nil:
		return nil, flaws // the pods are the referenced Deployment's, judged there
	case w.pod == nil || w.pod.Kind != document.Mapping:
		return nil, append(flaws, flaw{w.podPath, fmt.Sprintf("%s %q has no pod template (%s)%s", o.Kind, o.Name, dotted(w.podPath), patch)})
	case containers == nil || containers.Kind == document.Null || (containers.Kind == document.Sequence && len(containers.Items) == 0):
		return nil, append(flaws, flaw{append(slices.Clone(w.podPath), "containers"), fmt.Sprintf("%s %q has no containers%s", o.Kind, o.Name, patch)})
	}
	return w, append(flaws, w.misshapen()...)
}

// builtin reports whether an object's kind is the one Kubernetes (or Argo Rollouts) defines.
func builtin(o *manifest.Object) bool {
	group, _, found := strings.Cut(o.APIVersion, "/")
	if !found {
		group = ""
	}
	switch group {
	case "", "apps", "batch", "extensions":
		return o.Kind != "Rollout"
	case "argoproj.io":
		return o.Kind == "Rollout"
	}
	return false
}

// misspelt finds a kind that is almost a workload's in Kubernetes' own groups: the cluster would refuse it, and until then
// nobody would have judged it.
func misspelt(o *manifest.Object) []flaw {
	if _, known := templatePaths[o.Kind]; known || !builtin(o) {
		return nil
	}
	for _, kind := range slices.Sorted(maps.Keys(templatePaths)) {
		if strings.EqualFold(kind, o.Kind) || (len(kind) > 6 && near(kind, o.Kind)) {
			return []flaw{{[]any{"kind"}, fmt.Sprintf("unknown kind %q in %s; did you mean %q?", o.Kind, o.APIVersion, kind)}}
		}
	}
	return nil
}

// near reports whether two words differ by one inserted, dropped or changed letter, or two swapped ones.
func near(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || a == b {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

func dotted(path []any) string {
	parts := make([]string, len(path))
	for i, step := range path {
		parts[i] = fmt.Sprint(step)
	}
	return strings.Join(parts, ".")
}

func (w *workload) isCompose() bool { return w.object.Source.Kind == render.Compose }

// runsToCompletion tells workloads that end: they have nobody to be ready for.
func (w *workload) runsToCompletion() bool {
	switch w.object.Kind {
	case "Job", "CronJob":
		return true
	case "Pod":
		policy := w.pod.Get("restartPolicy").Str()
		return policy == "Never" || policy == "OnFailure"
	}
	return false
}

// context gathers the facts around the workload, whose document is converted already.
func (w *workload) context(doc *ast.Term, around *surroundings) *ast.Term {
	o := w.object
	kind, platform := o.Kind, "kubernetes"
	meta := o.Node.Lookup(append(slices.Clone(w.template), "metadata")...)
	labels, annotations := meta.Get("labels"), meta.Get("annotations")
	if w.isCompose() {
		kind, platform = "service", "compose"
		labels, annotations = o.Node.Get("labels"), o.Node.Get("annotations")
	}
	items := [][2]*ast.Term{
		item("subject", str("workload")),
		item("platform", str(platform)),
		item("text", str(text(o.Node))),
		item("workload", object(
			item("kind", str(kind)),
			item("name", str(o.Name)),
			item("namespace", str(o.Namespace)),
			item("labels", stringMap(labels)),
			item("annotations", stringMap(annotations)),
			item("pod", object(item("path", pathTerm(w.podPath)), item("spec", policy.At(doc, w.podPath...)))),
			item("quantities", quantities(w.pod.Get("resources"), []any{"resources"})),
		)),
		item("containers", array(w.containers(doc, around))),
		item("volumes", array(w.volumes(doc))),
		item("limit_ranges", array(around.limitRanges(o))),
		item("bindings", array(around.bindings(o, w.pod))),
	}
	if account := around.serviceAccount(o, w.pod); account != nil {
		items = append(items, item("service_account", policy.Term(account)))
	}
	if w.isCompose() {
		var project [][2]*ast.Term
		for _, key := range []string{"volumes", "configs", "secrets", "networks"} {
			if n := o.Context[key]; n != nil {
				project = append(project, item(key, policy.Term(n)))
			}
		}
		items = append(items, item("project", object(project...)))
	}
	return object(items...)
}
