package manifest

import (
	"path"
	"strings"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// applied lists the folders that Flux and Argo CD objects name as what they apply. A source may be another repository; such a
// folder is then not here, or is one of the same name.
func applied(objects []Object) []string {
	var out []string
	for i := range objects {
		o := &objects[i]
		group, _, _ := strings.Cut(o.APIVersion, "/")
		spec := o.Node.Get("spec")
		switch {
		case group == "kustomize.toolkit.fluxcd.io" && o.Kind == "Kustomization":
			out = appendFolder(out, spec.Get("path"))
		case group == "argoproj.io" && (o.Kind == "Application" || o.Kind == "ApplicationSet"):
			if o.Kind == "ApplicationSet" {
				spec = spec.Lookup("template", "spec")
			}
			out = appendFolder(out, spec.Lookup("source", "path"))
			for _, source := range document.Items(spec.Get("sources")) {
				out = appendFolder(out, source.Get("path"))
			}
		}
	}
	return out
}

// appendFolder adds the folder that a path names, unless it can only be known later.
func appendFolder(to []string, n *document.Node) []string {
	text := n.Str()
	if text == "" || strings.Contains(text, "${") || strings.Contains(text, "{{") {
		return to
	}
	return append(to, path.Join(".", path.Clean("/"+text)))
}
