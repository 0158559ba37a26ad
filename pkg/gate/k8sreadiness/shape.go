package k8sreadiness

import (
	"fmt"
	"slices"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// shape says what a field that rules read must be. A field of another type would look absent to them, and the cluster
// would refuse it: it is a fault, never a pass.
type shape struct {
	kind   document.Kind
	fields map[string]shape // of a mapping, or of each element of a sequence of mappings
}

func list(fields map[string]shape) shape    { return shape{document.Sequence, fields} }
func mapping(fields map[string]shape) shape { return shape{document.Mapping, fields} }

var (
	isText = shape{kind: document.String}
	isBool = shape{kind: document.Bool}

	handlers = map[string]shape{"httpGet": mapping(nil), "tcpSocket": mapping(nil), "grpc": mapping(nil), "exec": mapping(nil)}

	bounds = mapping(map[string]shape{"requests": mapping(nil), "limits": mapping(nil)})

	containerShape = list(map[string]shape{
		"name": isText, "image": isText, "restartPolicy": isText,
		"env": list(map[string]shape{"name": isText, "valueFrom": mapping(nil)}), "envFrom": list(nil), "ports": list(nil),
		"volumeMounts":   list(map[string]shape{"name": isText, "mountPath": isText, "readOnly": isBool}),
		"volumeDevices":  list(nil),
		"readinessProbe": mapping(handlers), "livenessProbe": mapping(handlers), "startupProbe": mapping(handlers),
		"resources": bounds,
		"securityContext": mapping(map[string]shape{
			"privileged": isBool, "allowPrivilegeEscalation": isBool, "capabilities": mapping(nil),
		}),
	})

	podShape = map[string]shape{
		"containers": containerShape, "initContainers": containerShape, "ephemeralContainers": containerShape,
		"volumes": list(map[string]shape{"name": isText}), "resources": bounds, "securityContext": mapping(nil),
		"hostNetwork": isBool, "hostPID": isBool, "hostIPC": isBool, "automountServiceAccountToken": isBool,
		"nodeName": isText, "serviceAccountName": isText, "restartPolicy": isText, "nodeSelector": mapping(nil),
	}
)

// misshapen lists the fields of the pod that are of another type than they must be.
func (w *workload) misshapen() []flaw { return checkFields(nil, w.pod, podShape, w.podPath) }

func checkFields(flaws []flaw, n *document.Node, fields map[string]shape, path []any) []flaw {
	for _, p := range n.Pairs {
		if want, known := fields[p.Key.Text]; known {
			flaws = check(flaws, p.Value, want, append(slices.Clone(path), p.Key.Text))
		}
	}
	return flaws
}

func check(flaws []flaw, n *document.Node, want shape, path []any) []flaw {
	if n.Kind == document.Null {
		return flaws // as if it were not there
	}
	if n.Kind != want.kind {
		return append(flaws, flaw{path, fmt.Sprintf("%s must be %s, so the cluster would refuse it", dotted(path), article(want.kind))})
	}
	switch n.Kind {
	case document.Mapping:
		return checkFields(flaws, n, want.fields, path)
	case document.Sequence:
		for i, item := range n.Items {
			here := append(slices.Clone(path), i)
			if item.Kind != document.Mapping {
				flaws = append(flaws, flaw{here, fmt.Sprintf("%s must be a mapping, so the cluster would refuse it", dotted(here))})
				continue
			}
			flaws = checkFields(flaws, item, want.fields, here)
		}
	}
	return flaws
}

func article(k document.Kind) string {
	switch k {
	case document.Bool:
		return "true or false, without quotes"
	case document.String:
		return "a text"
	case document.Sequence:
		return "a list"
	}
	return "a mapping"
}
