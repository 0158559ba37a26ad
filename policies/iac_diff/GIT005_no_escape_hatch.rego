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

# A patch of a Kustomization may change for the worse how others reconcile. What is patched is not judged
# as it will be, so what a patch makes better is not seen either: that belongs into the object.
escapes contains {"path": ["spec", "patches", i, "patch"], "message": sprintf("a patch sets %s to %v in what reconciles", [name, value])} if {
	some [i, patch] in read_patches
	concerns_reconcilers(i, patch)
	some [parent, name, value] in settings_in(patch)
	loosens(parent, name, value)
}

read_patches contains [i, patch] if {
	is_flux("Kustomization")
	some i, entry in at(["spec", "patches"])
	is_string(entry.patch)
	yaml.is_valid(entry.patch)
	patch := yaml.unmarshal(entry.patch)
}

reconciling_kinds := {
	"Kustomization", "HelmRelease", "GitRepository", "OCIRepository", "Bucket", "HelmRepository", "HelmChart", "Application", "ApplicationSet",
}

# concerns_reconcilers: the target's kind is a pattern, else the patch names one, else nobody says what it is for.
concerns_reconcilers(i, patch) if {
	pattern := sprintf("^(?:%v)$", [patched_kind(i, patch)])
	some kind in reconciling_kinds
	kind_fits(pattern, kind)
}

kind_fits(pattern, _) if not regex.is_valid(pattern)

kind_fits(pattern, kind) if {
	regex.is_valid(pattern)
	regex.match(pattern, kind)
}

patched_kind(i, patch) := object.get(input.document.spec.patches[i], ["target", "kind"], object.get(one_patch(patch), "kind", ".*"))

one_patch(patch) := patch if is_object_value(patch)

one_patch(patch) := {} if not is_object_value(patch)

is_object_value(value) if type_name(value) == "object"

# settings_in lists what a patch sets: the key, the one above it, and the value. Operations of a JSON patch name both in a path.
settings_in(patch) := settings if {
	is_object_value(patch)
	settings := {[parent_of(path), path[count(path) - 1], value] |
		walk(patch, [path, value])
		count(path) > 0
	}
}

settings_in(patch) := operations if {
	is_array(patch)
	operations := {[parent_of(path), path[count(path) - 1], value] |
		some operation in patch
		operation.op in {"add", "replace"}
		walk(operation.value, [below, value])
		path := array.concat(split(trim_prefix(operation.path, "/"), "/"), below)
	}
}

parent_of(path) := path[count(path) - 2] if count(path) > 1

parent_of(path) := "" if count(path) < 2

loosens(_, "suspend", value) if value in {true, "true"}

loosens("driftDetection", "mode", value) if value in {"disabled", "warn"}

loosens(_, name, false) if name in {"prune", "selfHeal"}

loosens("automated", "enabled", false)

loosens("syncPolicy", "automated", null)

loosens(_, name, value) if {
	name in {"interval", "retryInterval"}
	is_duration(value)
	nanoseconds(value) > longest
}

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
