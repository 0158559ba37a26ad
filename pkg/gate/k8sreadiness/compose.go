package k8sreadiness

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
)

// composeContainer is a Compose service as the one container it is.
func (w *workload) composeContainer(doc *ast.Term, around *surroundings) *ast.Term {
	n := w.object.Node
	return object(
		item("name", str(w.object.Name)),
		item("role", str("service")),
		item("label", str(label("service", w.object.Name))),
		item("long_running", boolean(!around.completes(w.object))),
		item("path", pathTerm(nil)),
		item("spec", doc),
		item("image", image(n.Get("image").Str())),
		item("env", array(composeEnvironment(n))),
		item("mounts", array(composeMounts(n))),
		item("probes", composeProbes(n.Get("healthcheck"))),
		item("quantities", composeQuantities(n)),
	)
}

func composeEnvironment(n *document.Node) []*ast.Term {
	env := n.Get("environment")
	if env == nil || env.Kind != document.Mapping {
		return nil
	}
	var out []*ast.Term
	for _, p := range env.Pairs {
		if p.Value.Kind == document.Null { // taken from the shell
			continue
		}
		out = append(out, object(
			item("name", str(p.Key.Text)),
			item("value", str(p.Value.Text)),
			item("path", pathTerm([]any{"environment", p.Key.Text})),
		))
	}
	return out
}

// composeVolumeName pairs a volume with its mount: in Compose one entry is both.
func composeVolumeName(v *document.Node) string {
	if s := v.Get("source").Str(); s != "" {
		return s
	}
	return "at " + v.Get("target").Str()
}

func composeMounts(n *document.Node) []*ast.Term {
	volumes := n.Get("volumes")
	if volumes == nil || volumes.Kind != document.Sequence {
		return nil
	}
	var out []*ast.Term
	for i, v := range volumes.Items {
		out = append(out, object(
			item("volume", str(composeVolumeName(v))),
			item("target", str(v.Get("target").Str())),
			item("read_only", boolean(isTrue(v.Get("read_only")))),
			item("sub_path", boolean(v.Lookup("volume", "subpath").Str() != "")),
			item("path", pathTerm([]any{"volumes", i})),
		))
	}
	return out
}

func (w *workload) composeVolumes(doc *ast.Term) []*ast.Term {
	volumes := w.object.Node.Get("volumes")
	if volumes == nil || volumes.Kind != document.Sequence {
		return nil
	}
	var out []*ast.Term
	for i, v := range volumes.Items {
		kind := v.Get("type").Str()
		switch source := v.Get("source").Str(); {
		case kind == "volume" && source == "":
			kind = "anonymous"
		case kind == "volume" && strings.HasPrefix(source, "${"):
			kind = "bind" // whatever it will be, nobody can prove that it is no path of the host
		}
		out = append(out, volume(composeVolumeName(v), kind, []any{"volumes", i}, policy.At(doc, "volumes", i)))
	}
	return out
}

// composeProbes: a healthcheck that asks something stands for all three probes.
func composeProbes(check *document.Node) *ast.Term {
	if check == nil || check.Kind != document.Mapping || isTrue(check.Get("disable")) {
		return object()
	}
	test := check.Get("test")
	asks := false
	switch {
	case test == nil:
	case test.Kind == document.Sequence:
		asks = len(test.Items) > 1 && test.Items[0].Str() != "NONE" && strings.TrimSpace(test.Items[1].Text) != ""
	default:
		asks = strings.TrimSpace(test.Text) != "" && test.Text != "NONE"
	}
	if !asks {
		return object()
	}
	probe := object(item("handler", str("exec")))
	return object(item("readiness", probe), item("liveness", probe), item("startup", probe))
}
