package compose

import (
	"fmt"
	"strings"

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

// items returns a list of mappings.
func items(v any) []map[string]any {
	list, _ := v.([]any)
	out := make([]map[string]any, len(list))
	for i, e := range list {
		out[i], _ = e.(map[string]any)
	}
	return out
}
