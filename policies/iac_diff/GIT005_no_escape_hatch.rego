package cdbgate.iac_diff

import data.cdbgate.lib

# METADATA
# title: No escape hatch
# description: >-
#   Annotations, ignore rules, deny windows and pinned commits exempt single objects or fields from reconciliation, where nobody
#   who looks at the reconciler sees it.
# custom:
#   id: GIT005
#   severity: error
#   clauses: [INF-3.2, INF-3.3]
#   remediation: >-
#     Remove the annotation, ignore rule, window or pin. What a controller must own alone (a replica count under an autoscaler)
#     leave out of the manifest instead of ignoring it.
deny contains violation if {
	some v in escapes
	violation := lib.violation(rego.metadata.rule(), v.path, v.message)
}

# closed are values of annotations that switch reconciliation off, by key. Flux looks for its own among the labels, too.
closed := {
	"kustomize.toolkit.fluxcd.io/reconcile": {"disabled"},
	"kustomize.toolkit.fluxcd.io/ssa": {"ignore", "ifnotpresent", "merge"},
	"kustomize.toolkit.fluxcd.io/prune": {"disabled"},
	"helm.toolkit.fluxcd.io/driftdetection": {"disabled"},
	"source.extensions.fluxcd.io/reconcile": {"disabled"},
	"argocd.argoproj.io/skip-reconcile": {"true", "t", "1"},
}

closes(key, value) if {
	is_string(key)
	lower(sprintf("%v", [value])) in closed[lower(key)]
}

# effect is what such a mark does.
effect(key) := "keeps the object when Git no longer has it" if endswith(lower(key), "/prune")

effect(key) := "takes the object out of reconciliation" if not endswith(lower(key), "/prune")

escapes contains {"path": ["metadata", "annotations", key], "message": sprintf("the annotation %s: %v %s", [key, value, effect(key)])} if {
	is_object
	some key, value in at(["metadata", "annotations"])
	closes(key, value)
}

escapes contains {"path": ["metadata", "labels", key], "message": sprintf("the label %s: %v %s", [key, value, effect(key)])} if {
	is_object
	some key, value in at(["metadata", "labels"])
	closes(key, value)
	contains(lower(key), ".toolkit.fluxcd.io/")
}

escapes contains {"path": ["metadata", "annotations", key], "message": sprintf("the sync option %s keeps the object when Git no longer has it", [trim_space(option)])} if {
	is_object
	some key, value in at(["metadata", "annotations"])
	is_string(key)
	lower(key) == "argocd.argoproj.io/sync-options"
	is_string(value)
	some option in split(value, ",")
	lower(trim_space(option)) in {"prune=false", "delete=false"}
}

# A patch can put the annotation on what is rendered later: one in a text …
escapes contains {"path": array.concat(["spec", field], path), "message": patched} if {
	some [field, path, value] in added_later
	is_string(value)
	regex.match(patch_pattern, value)
}

# … and one that is a mapping itself.
escapes contains {"path": array.concat(["spec", field], path), "message": patched} if {
	some [field, path, value] in added_later
	count(path) > 0
	closes(path[count(path) - 1], value)
}

added_later contains [field, path, value] if {
	input.context.family == "flux"
	is_role("reconciler")
	some field in ["postRenderers", "patches", "commonMetadata"]
	walk(at(["spec", field]), [path, value])
}

patched := "a patch takes objects out of reconciliation by an annotation"

# patch_pattern finds the annotation as a key with its value, and as the path of a JSON patch with the value behind it.
patch_pattern := concat("", [
	`(?i)((kustomize\.toolkit\.fluxcd\.io(/|~1)(reconcile|prune)|helm\.toolkit\.fluxcd\.io(/|~1)driftDetection)`, patch_value, `disabled`,
	`|kustomize\.toolkit\.fluxcd\.io(/|~1)ssa`, patch_value, `(ignore|ifnotpresent|merge))`,
])

patch_value := `["']?[\s,]*(["']?value["']?)?\s*:\s*["']?`

escapes contains {"path": ["spec", "ignore"], "message": "spec.ignore exempts fields from reconciliation"} if {
	is_flux("Kustomization")
	is_filled(["spec", "ignore"])
}

escapes contains {"path": ["spec", "driftDetection", "ignore"], "message": "driftDetection.ignore exempts fields from correction"} if {
	is_flux("HelmRelease")
	is_filled(["spec", "driftDetection", "ignore"])
}

escapes contains {"path": array.concat(argo_spec, ["ignoreDifferences"]), "message": "ignoreDifferences exempts fields from comparison"} if {
	is_filled(array.concat(argo_spec, ["ignoreDifferences"]))
}

escapes contains {"path": ["spec", "syncWindows", i], "message": "a deny window keeps applications from syncing"} if {
	is_argo("AppProject")
	some i, window in at(["spec", "syncWindows"])
	window.kind == "deny"
}

escapes contains {"path": ["spec", "ref", "commit"], "message": "ref.commit beats every other reference: new commits never arrive"} if {
	is_flux("GitRepository")
	is_set(["spec", "ref", "commit"])
}
