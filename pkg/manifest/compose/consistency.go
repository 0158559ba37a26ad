package compose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/validation"

	"github.com/claire-de-binare/cdbgate/pkg/manifest/render"
)

// consistency reports references to what the project does not have. Docker would not start it; what is there was judged
// all the same.
func (l *assembler) consistency(m model) {
	services, _ := m.dict["services"].(map[string]any)
	defined := func(section, name string) bool {
		entries, _ := m.dict[section].(map[string]any)
		_, ok := entries[name]
		return ok
	}
	for _, service := range sorted(services) {
		s, _ := services[service].(map[string]any)
		if !runs(s) || len(m.layers[service]) == 0 {
			continue
		}
		loc := &locator{layers: m.layers[service], node: node(s)}
		refer := func(section, name string, path ...any) {
			if name == "" || unresolved(name) || defined(section, name) {
				return
			}
			place := loc.Locate(path)
			l.faults = append(l.faults, render.Fault{
				Path: place.Path, Range: place.Range, Kind: render.Compose,
				Message: fmt.Sprintf("services.%s: refers to %s %q, which the project does not define",
					service, strings.TrimSuffix(section, "s"), name),
				Remedy: fmt.Sprintf("define it under %s:, or remove the reference", section),
			})
		}
		deps, _ := s["depends_on"].(map[string]any)
		for _, name := range sorted(deps) {
			dep, _ := deps[name].(map[string]any)
			if required, ok := dep["required"].(bool); !ok || required {
				refer("services", name, "depends_on", name)
			}
		}
		networks, _ := s["networks"].(map[string]any)
		for _, name := range sorted(networks) {
			if name != "default" {
				refer("networks", name, "networks", name)
			}
		}
		for _, key := range []string{"network_mode", "ipc", "pid"} {
			if name, ok := strings.CutPrefix(text(s[key]), "service:"); ok {
				refer("services", name, key)
			}
		}
		for i, v := range items(s["volumes"]) {
			if v["type"] == "volume" {
				refer("volumes", text(v["source"]), "volumes", i)
			}
		}
		for _, section := range []string{"configs", "secrets"} {
			for i, v := range items(s[section]) {
				refer(section, text(v["source"]), section, i)
			}
		}
	}
}

// contradictions reports entries whose attributes exclude each other.
func (l *assembler) contradictions(dict map[string]any) {
	for section, message := range map[string]string{
		"volumes": "an external volume cannot have attributes of its own",
		"configs": "exactly one of file, environment and content must be set",
		"secrets": "exactly one of file and environment must be set",
	} {
		entries, _ := dict[section].(map[string]any)
		for _, name := range sorted(entries) {
			if valid(map[string]any{section: map[string]any{name: clone(entries[name])}}) {
				continue
			}
			for _, u := range slices.Backward(l.seen) {
				if u.doc.Root.Lookup(section, name) != nil {
					l.fault(&draft{unit: u}, []any{section, name}, message, "")
					break
				}
			}
		}
	}
}

// valid asks compose-go whether the attributes of a model go together. A reference in the place of a boolean makes it
// panic; that is reported elsewhere.
func valid(model map[string]any) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = true
		}
	}()
	return validation.Validate(model) == nil
}

// items returns a list of mappings.
func items(v any) []map[string]any {
	list, _ := v.([]any)
	out := make([]map[string]any, len(list))
	for i, e := range list {
		out[i], _ = e.(map[string]any)
	}
	return out
}
