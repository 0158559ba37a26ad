package keymaterial

import (
	"bytes"
	"encoding/json"
)

// terraformJSON marks a state or a plan that is JSON. One that is cut or damaged is told by its names.
func terraformJSON(text []byte) []Mark {
	text = bytes.TrimSpace(text)
	if !bytes.HasPrefix(text, []byte("{")) || !bytes.Contains(text, []byte(`"terraform_version"`)) && !bytes.Contains(text, []byte(`"encrypted_data"`)) {
		return nil
	}
	var top map[string]json.RawMessage
	has := func(name string) bool { _, ok := top[name]; return ok }
	if json.Unmarshal(text, &top) != nil {
		has = func(name string) bool { return bytes.Contains(text, []byte(`"`+name+`"`)) }
	}
	if kind, encrypted := terraformKind(has); kind != "" {
		return []Mark{{kind, encrypted, 1}}
	}
	return nil
}

// terraformKind tells what has some names: a state file of version 3 or 4, one that OpenTofu encrypted, and what `show -json` makes of a
// plan or a state.
func terraformKind(has func(string) bool) (kind string, encrypted bool) {
	named := has("serial") || has("lineage")
	switch {
	case has("encrypted_data") && has("encryption_version"):
		if named {
			return TerraformState, true
		}
		return TerraformPlan, true
	case !has("terraform_version"):
		return "", false
	case has("version") && named && (has("resources") || has("modules")):
		return TerraformState, false
	case has("planned_values"), has("resource_changes"):
		return TerraformPlan, false
	case has("format_version") && has("values"):
		return TerraformState, false
	}
	return "", false
}
