//lint:file-ignore SA1019 deprecated fields are still written, and what is written has to be judged

package kustomize

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/claire-de-binare/cdbgate/pkg/document"
)

// expandVars replaces $(NAME) in the rendered objects by what the deprecated vars field of a kustomization says it
// stands for. Kustomize could do it itself, but would print a warning to the process's standard error whenever the field
// is there at all. A variable whose object is missing stays as it is.
func expandVars(closure []*kustomization, resources []*resource.Resource, sources []source, texts [][]byte) {
	for _, k := range closure {
		for _, v := range k.spec.Vars {
			value, ok := varValue(v, resources, sources)
			if !ok {
				continue
			}
			quoted, err := json.Marshal(value)
			if err != nil {
				continue
			}
			for i := range texts {
				texts[i] = bytes.ReplaceAll(texts[i], []byte("$("+v.Name+")"), quoted[1:len(quoted)-1])
			}
		}
	}
}

func varValue(v types.Var, resources []*resource.Resource, sources []source) (string, bool) {
	field := v.FieldRef.FieldPath
	if field == "" {
		field = types.DefaultReplacementFieldPath
	}
	for i, r := range resources {
		name := r.GetName()
		if s := sources[i]; s.doc != nil {
			name = s.doc.Root.Lookup(append(s.at[:len(s.at):len(s.at)], "metadata", "name")...).Str()
		}
		if r.GetKind() != v.ObjRef.Kind || name != v.ObjRef.Name && r.GetName() != v.ObjRef.Name {
			continue
		}
		text, err := r.MarshalJSON()
		if err != nil {
			return "", false
		}
		file := document.Parse("", text, document.Options{})
		if len(file.Docs) != 1 {
			return "", false
		}
		n := file.Docs[0].Root.Lookup(fieldPath(field)...)
		if n == nil || n.Kind == document.Mapping || n.Kind == document.Sequence {
			return "", false
		}
		return n.Text, true
	}
	return "", false
}

// fieldPath reads "spec.ports[0].port".
func fieldPath(field string) []any {
	var out []any
	for part := range strings.SplitSeq(field, ".") {
		key, index, indexed := strings.Cut(strings.TrimSuffix(part, "]"), "[")
		out = append(out, key)
		if i, err := strconv.Atoi(index); indexed && err == nil {
			out = append(out, i)
		}
	}
	return out
}
