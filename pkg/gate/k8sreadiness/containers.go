package k8sreadiness

import (
	"slices"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/claire-de-binare/cdbgate/pkg/document"
	"github.com/claire-de-binare/cdbgate/pkg/policy"
)

// containers lists the facts of every container.
func (w *workload) containers(doc *ast.Term, around *surroundings) []*ast.Term {
	if w.isCompose() {
		return []*ast.Term{w.composeContainer(doc, around)}
	}
	serves := !w.runsToCompletion()
	var out []*ast.Term
	for _, list := range []struct{ key, role string }{
		{"initContainers", "init"}, {"containers", "main"}, {"ephemeralContainers", "ephemeral"},
	} {
		nodes := w.pod.Get(list.key)
		if nodes == nil || nodes.Kind != document.Sequence {
			continue
		}
		for i, n := range nodes.Items {
			role, long := list.role, serves && list.role == "main"
			if role == "init" && n.Get("restartPolicy").Str() == "Always" {
				role, long = "sidecar", serves
			}
			path := append(slices.Clone(w.podPath), list.key, i)
			out = append(out, object(
				item("name", str(n.Get("name").Str())),
				item("role", str(role)),
				item("label", str(label(role, n.Get("name").Str()))),
				item("long_running", boolean(long)),
				item("path", pathTerm(path)),
				item("spec", policy.At(doc, path...)),
				item("image", image(n.Get("image").Str())),
				item("env", array(environment(n, path))),
				item("mounts", array(mounts(n, path))),
				item("probes", probes(n)),
				item("quantities", quantities(n.Get("resources"), []any{"resources"})),
			))
		}
	}
	return out
}

// label names a container by what it is, for messages.
func label(role, name string) string {
	switch role {
	case "main":
		role = "container"
	case "init", "ephemeral":
		role += " container"
	}
	return role + " " + strconv.Quote(name)
}

// image splits a reference: ref is all of it, name the last part without registry, tag and digest.
func image(ref string) *ast.Term {
	name := ref
	if i := strings.IndexByte(name, '@'); i >= 0 {
		name = name[:i]
	}
	name = name[strings.LastIndexByte(name, '/')+1:]
	if i := strings.IndexByte(name, ':'); i >= 0 {
		name = name[:i]
	}
	return object(item("ref", str(ref)), item("name", str(name)))
}

// environment lists the variables that are given a literal value.
func environment(n *document.Node, path []any) []*ast.Term {
	env := n.Get("env")
	if env == nil || env.Kind != document.Sequence {
		return nil
	}
	var out []*ast.Term
	for i, variable := range env.Items {
		value := variable.Get("value")
		if value == nil || value.Kind == document.Null || value.Kind >= document.Sequence {
			continue
		}
		out = append(out, object(
			item("name", str(variable.Get("name").Str())),
			item("value", str(value.Text)),
			item("path", pathTerm(append(slices.Clone(path), "env", i, "value"))),
		))
	}
	return out
}

func mounts(n *document.Node, path []any) []*ast.Term {
	var out []*ast.Term
	for _, list := range []struct{ key, target string }{{"volumeMounts", "mountPath"}, {"volumeDevices", "devicePath"}} {
		nodes := n.Get(list.key)
		if nodes == nil || nodes.Kind != document.Sequence {
			continue
		}
		for i, m := range nodes.Items {
			out = append(out, object(
				item("volume", str(m.Get("name").Str())),
				item("target", str(m.Get(list.target).Str())),
				item("read_only", boolean(isTrue(m.Get("readOnly")))),
				item("sub_path", boolean(m.Get("subPath").Str() != "" || m.Get("subPathExpr").Str() != "")),
				item("path", pathTerm(append(slices.Clone(path), list.key, i))),
			))
		}
	}
	return out
}

// probes names the handler of each probe that has one: a probe without a handler checks nothing.
func probes(n *document.Node) *ast.Term {
	var items [][2]*ast.Term
	for _, p := range []struct{ key, fact string }{
		{"readinessProbe", "readiness"}, {"livenessProbe", "liveness"}, {"startupProbe", "startup"},
	} {
		probe := n.Get(p.key)
		for _, handler := range []string{"httpGet", "grpc", "exec", "tcpSocket"} {
			if asks(handler, probe.Get(handler)) {
				items = append(items, item(p.fact, object(item("handler", str(handler)))))
				break
			}
		}
	}
	return object(items...)
}

// asks reports whether a handler says what to ask: an empty one checks nothing.
func asks(handler string, n *document.Node) bool {
	if handler == "exec" {
		command := n.Get("command")
		return command != nil && command.Kind == document.Sequence && len(command.Items) > 0
	}
	port := n.Get("port")
	return port != nil && port.Kind != document.Null
}

// volumes lists the pod's volumes by kind.
func (w *workload) volumes(doc *ast.Term) []*ast.Term {
	if w.isCompose() {
		return w.composeVolumes(doc)
	}
	out := w.claims(doc)
	nodes := w.pod.Get("volumes")
	if nodes == nil || nodes.Kind != document.Sequence {
		return out
	}
	for i, v := range nodes.Items {
		if v.Kind != document.Mapping {
			continue
		}
		path := append(slices.Clone(w.podPath), "volumes", i)
		name := v.Get("name").Str()
		kinds := 0
		for _, p := range v.Pairs {
			if p.Key.Text == "name" || p.Value.Kind == document.Null {
				continue
			}
			kinds++
			out = append(out, volume(name, p.Key.Text, append(path, p.Key.Text), policy.At(doc, append(path, p.Key.Text)...)))
		}
		if kinds == 0 { // Kubernetes reads a volume of no kind as an emptyDir
			out = append(out, volume(name, "emptyDir", path, nil))
		}
	}
	return out
}

// claims lists the volumes that a StatefulSet's claim templates make: containers mount them like any other.
func (w *workload) claims(doc *ast.Term) []*ast.Term {
	templates := w.object.Node.Lookup("spec", "volumeClaimTemplates")
	if templates == nil || templates.Kind != document.Sequence {
		return nil
	}
	var out []*ast.Term
	for i, t := range templates.Items {
		path := []any{"spec", "volumeClaimTemplates", i}
		out = append(out, volume(t.Lookup("metadata", "name").Str(), "persistentVolumeClaim", path, policy.At(doc, append(path, "spec")...)))
	}
	return out
}

func volume(name, kind string, path []any, source *ast.Term) *ast.Term {
	if source == nil {
		source = object()
	} else if _, mapping := source.Value.(ast.Object); !mapping {
		source = object()
	}
	return object(
		item("name", str(name)), item("kind", str(kind)), item("path", pathTerm(path)), item("source", source),
	)
}

func isTrue(n *document.Node) bool { return n != nil && n.Kind == document.Bool && n.Text == "true" }
