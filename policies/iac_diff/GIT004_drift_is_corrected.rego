package cdbgate.iac_diff

import data.cdbgate.lib

# METADATA
# title: Drift is corrected
# description: >-
#   A HelmRelease corrects drift only with `driftDetection.mode: enabled` (the default is disabled, `warn` corrects nothing), Argo
#   CD only with automated syncing and selfHeal. What Git no longer has goes only with prune.
# custom:
#   id: GIT004
#   severity: error
#   clauses: [INF-3.3]
#   remediation: |-
#     # HelmRelease
#     spec:
#       driftDetection: {mode: enabled}
#     # Kustomization
#     spec:
#       prune: true
#     # Argo CD Application
#     spec:
#       syncPolicy:
#         automated: {selfHeal: true, prune: true}
deny contains violation if {
	some v in uncorrected
	violation := lib.violation(rego.metadata.rule(), v.path, v.message)
}

uncorrected contains {"path": ["spec", "prune"], "message": "prune is not true: what Git no longer has stays in the cluster"} if {
	is_flux("Kustomization")
	not unprovable(["spec", "prune"])
	not is_true(["spec", "prune"])
}

uncorrected contains {"path": ["spec", "prune"], "message": "spec.prune is a variable whose value is not in the repository: that what Git no longer has goes cannot be proven"} if {
	is_flux("Kustomization")
	unprovable(["spec", "prune"])
}

uncorrected contains {"path": ["spec", "driftDetection", "mode"], "message": message} if {
	is_flux("HelmRelease")
	mode := drift_mode
	mode != "enabled"
	message := sprintf("driftDetection.mode is %v: drift of what the chart made is not corrected", [mode])
}

uncorrected contains {"path": ["spec", "driftDetection", "mode"], "message": "driftDetection.mode is a variable whose value is not in the repository: that drift is corrected cannot be proven"} if {
	is_flux("HelmRelease")
	unprovable(["spec", "driftDetection", "mode"])
}

drift_mode := "disabled, the default" if not is_set(["spec", "driftDetection", "mode"])

drift_mode := resolved(["spec", "driftDetection", "mode"]) if is_set(["spec", "driftDetection", "mode"])

# argo_spec is where an application says how it syncs.
argo_spec := ["spec"] if is_argo("Application")

argo_spec := ["spec", "template", "spec"] if is_argo("ApplicationSet")

automated := array.concat(argo_spec, ["syncPolicy", "automated"])

automation_is_on if {
	is_set(automated) # {} is on, null is not
	at(array.concat(automated, ["enabled"])) in {absent, null, true}
}

uncorrected contains {"path": automated, "message": "syncing is not automated: neither commits nor drift lead to a sync"} if {
	argo_spec
	not automation_is_on
}

uncorrected contains {"path": array.concat(automated, [field]), "message": sprintf("%s is not true: %s", [field, what])} if {
	automation_is_on
	some field, what in {"selfHeal": "drift stays until the next commit", "prune": "what Git no longer has stays in the cluster"}
	not at(array.concat(automated, [field])) == true
}

uncorrected contains {"path": ["spec", "syncPolicy", "applicationsSync"], "message": sprintf("applicationsSync is %s: applications that somebody changed are not brought back", [value])} if {
	is_argo("ApplicationSet")
	value := at(["spec", "syncPolicy", "applicationsSync"])
	value in {"create-only", "create-delete"}
}

uncorrected contains {"path": ["spec", "ignoreApplicationDifferences", i], "message": "the set ignores differences of its applications' sync policy: people may switch it off"} if {
	is_argo("ApplicationSet")
	some i, rule in at(["spec", "ignoreApplicationDifferences"])
	some list in ["jsonPointers", "jqPathExpressions"]
	some pointer in rule[list]
	is_string(pointer)
	regex.match(`syncPolicy|^/spec$|^\.spec$`, pointer)
}
