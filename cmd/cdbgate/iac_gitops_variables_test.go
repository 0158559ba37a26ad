package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestVariables puts in what Flux would: the values of the Kustomization that applies the object.
func TestVariables(t *testing.T) {
	t.Parallel()
	vars := "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars, namespace: flux-system}\ndata: {INTERVAL: 4m, SLOW: 1h, \"ON\": \"true\"}\n"
	applying := func(postBuild string) string {
		return surroundings + vars + "---\n" + with(aKustomization, "name: x", "name: applies", "path: ./", "path: ./clusters", "  prune: true", postBuild+"  prune: true")
	}
	const substitute, empty = "  postBuild: {substitute: {INTERVAL: %s}}\n", "  postBuild: {substitute: {OTHER: x}}\n"
	slow := func(value string) string {
		return with(aSource("Bucket"), "interval: 5m", "interval: "+value+" # GIT003")
	}
	fine := func(value string) string { return with(aSource("Bucket"), "interval: 5m", "interval: "+value) }
	from := func(kind, name string) string {
		return "  postBuild: {substituteFrom: [{kind: " + kind + ", name: " + name + "}]}\n"
	}
	const unproven = "is a variable whose value is not in the repository"
	judgeFields(t, []fields{
		{what: "put in", text: fine("${INTERVAL}"), around: applying(fmt.Sprintf(substitute, "5m")), bounds: []string{"5m"}},
		{what: "put in, too long", text: slow("${INTERVAL}"), around: applying(fmt.Sprintf(substitute, "1h")), says: "spec.interval is 1h, longer than 5m", bounds: []string{"1h"}},
		{what: "put in, no duration", text: slow("${INTERVAL}"), around: applying(fmt.Sprintf(substitute, "'5'")), says: "spec.interval is 5, which is no duration"},
		{what: "a part of it", text: fine("${INTERVAL}s"), around: applying(fmt.Sprintf(substitute, "'300'")), bounds: []string{"5m"}},
		{what: "not put in", text: slow("${INTERVAL}"), around: applying(empty), says: unproven, bounds: []string{"unknown: spec.interval is a variable"}},
		{what: "the default", text: fine("${INTERVAL:=5m}"), around: applying(empty), bounds: []string{"5m"}},
		{what: "the default, too long", text: slow("${INTERVAL:=1h}"), around: applying(empty), says: "spec.interval is 1h", bounds: []string{"1h"}},
		{what: "put in past the default", text: slow("${INTERVAL:=5m}"), around: applying(fmt.Sprintf(substitute, "1h")), says: "spec.interval is 1h", bounds: []string{"1h"}},
		{what: "the default in the other spelling", text: fine("${INTERVAL:-5m}"), around: applying(empty), bounds: []string{"5m"}},
		// An empty value counts as none.
		{what: "the default for nothing", text: fine("${INTERVAL:=5m}"), around: applying(fmt.Sprintf(substitute, `""`)), bounds: []string{"5m"}},
		{what: "from a ConfigMap", text: fine("${INTERVAL}"), around: applying(from("ConfigMap", "vars")), bounds: []string{"4m"}},
		{what: "from a ConfigMap, too long", text: slow("${SLOW}"), around: applying(from("ConfigMap", "vars")), says: "spec.interval is 1h", bounds: []string{"1h"}},
		{what: "from a Secret", text: slow("${INTERVAL:=5m}"), around: applying(from("Secret", "vars")), says: unproven},
		{what: "from a ConfigMap that is not here", text: slow("${INTERVAL:=5m}"), around: applying(from("ConfigMap", "gone")), says: unproven},
		// Flux puts in nothing at all, no default either, when its Kustomization names no variable …
		{what: "no variable is put in", text: slow("${INTERVAL:=5m}"), around: applying("  postBuild: {substitute: {}}\n"), says: "spec.interval is"},
		{what: "no postBuild", text: slow("${INTERVAL:=5m}"), around: applying(""), says: "spec.interval is"},
		// … and in an object that asks for it.
		{
			what: "switched off", text: with(slow("${INTERVAL}"), "namespace: flux-system}", "namespace: flux-system, annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}}"),
			around: applying(fmt.Sprintf(substitute, "5m")), says: "spec.interval is",
		},
		{
			what: "switched off by a label", text: with(slow("${INTERVAL}"), "namespace: flux-system}", "namespace: flux-system, labels: {kustomize.toolkit.fluxcd.io/substitute: disabled}}"),
			around: applying(fmt.Sprintf(substitute, "5m")), says: "spec.interval is",
		},
		{what: "suspended by a variable", text: with(aSource("Bucket"), "suspend: false", "suspend: ${ON} # GIT002"), around: applying(from("ConfigMap", "vars")), says: "suspended: nothing", bounds: []string{"never: its source is suspended"}},
		{what: "perhaps suspended", text: with(aSource("Bucket"), "suspend: false", "suspend: ${OFF} # GIT002"), around: applying(empty), says: "that it is off cannot be proven"},
	})
}

func TestSuspension(t *testing.T) {
	t.Parallel()
	objects := []string{aKustomization, aRelease, aSource("GitRepository"), aSource("OCIRepository"), aSource("Bucket"), aSource("HelmRepository")}
	on := []string{"1m | 5m", "2m | 5m", "5m", "5m", "5m", "5m"}
	off := []string{"never: suspended | never: suspended", "never: suspended | never: suspended"}
	for len(off) < len(on) {
		off = append(off, "never: its source is suspended")
	}
	var cases []fields
	for _, v := range []struct {
		value, says string
		bounds      []string
	}{
		{"false", "", on},
		{"", "spec.suspend is not written out", on},
		{"null", "spec.suspend is not written out", on},
		{"true", "suspended: nothing is reconciled", off},
		{`"true"`, "suspended: nothing is reconciled", off},
		{`"false"`, "spec.suspend is a text: the cluster refuses it", on},
		{`"yes"`, "spec.suspend is yes, which is neither true nor false", on},
		{"1", "spec.suspend is 1, which is neither true nor false", on},
		{"[]", "which is neither true nor false", on},
		{"${OFF}", "that it is off cannot be proven", on},
		{"${OFF:=false}", "that it is off cannot be proven", on},
	} {
		text := ""
		for i, object := range objects {
			line := "  suspend: " + v.value
			switch {
			case v.says == "":
			case !strings.Contains(v.says, "not written out"):
				line += " # GIT002"
			case i < 2: // a hot patch of a source keeps no drift
				object = with(object, "\nspec:", "\nspec: # GIT002:note")
			}
			if v.value == "" {
				line = "  # nothing"
			}
			text += with(object, "  suspend: false", line) + "---\n"
		}
		text = strings.Replace(text, "path: ./\n", "path: ./apps\n", 1)
		cases = append(cases, fields{what: "suspend " + v.value, text: text, says: v.says, bounds: v.bounds})
	}
	judgeFields(t, cases)
}
