package cdbgate.iac_diff

import data.cdbgate.lib

# METADATA
# title: Reconciliation runs every five minutes or more often
# description: >-
#   The interval of every source bounds how long a commit takes to reach the cluster, that of every reconciler how long a drift
#   stays. Neither may be longer than the policy's five minutes. Flux's own documentation recommends longer ones.
# custom:
#   id: GIT003
#   severity: error
#   clauses: [INF-3.2]
#   params: [max_reconcile_interval]
#   remediation: |-
#     spec:
#       interval: 5m
deny contains violation if {
	some v in slow_intervals
	violation := lib.violation(rego.metadata.rule(), v.path, v.message)
}

# intervals are the fields that hold one: those that must be there, and those that may.
intervals contains {"path": ["spec", "interval"], "required": true} if {
	is_flux_kind({"Kustomization", "HelmRelease", "GitRepository", "OCIRepository", "Bucket", "HelmChart"})
}

intervals contains {"path": ["spec", "interval"], "required": true} if {
	is_flux("HelmRepository")
	not is_registry
}

# A registry has no index that an interval could fetch.
is_registry if resolved(["spec", "type"]) == "oci"

intervals contains {"path": ["spec", "retryInterval"], "required": false} if is_flux("Kustomization")

intervals contains {"path": ["spec", "chart", "spec", "interval"], "required": false} if is_flux("HelmRelease")

is_flux_kind(kinds) if {
	some kind in kinds
	is_flux(kind)
}

slow_intervals contains {"path": ["spec"], "message": "spec.interval is missing: nothing says how often it reconciles"} if {
	some field in intervals
	field.required
	not is_set(field.path)
}

slow_intervals contains {"path": field.path, "message": sprintf("%s is a variable whose value is not in the repository: that it is %s at most cannot be proven", [dotted(field.path), params.max_reconcile_interval])} if {
	some field in intervals
	unprovable(field.path)
}

slow_intervals contains {"path": field.path, "message": sprintf("%s is %v, which is no duration such as 5m: the cluster refuses it", [dotted(field.path), value])} if {
	some field in intervals
	is_set(field.path)
	value := resolved(field.path)
	not is_duration(value)
}

slow_intervals contains {"path": field.path, "message": sprintf("%s is %s: it never runs again by itself", [dotted(field.path), value])} if {
	some field in intervals
	value := resolved(field.path)
	is_duration(value)
	nanoseconds(value) < 1
}

slow_intervals contains {"path": field.path, "message": sprintf("%s is %s, longer than %s", [dotted(field.path), value, params.max_reconcile_interval])} if {
	some field in intervals
	value := resolved(field.path)
	is_duration(value)
	nanoseconds(value) > longest
}

# Argo CD's settings: the time between two looks, and up to a jitter more.
slow_intervals contains {"path": ["data"], "message": sprintf("Argo CD looks for commits %s", [input.context.argo_reconciliation.text])} if {
	is_argo_settings
	input.context.argo_reconciliation.never
}

slow_intervals contains {"path": ["data"], "message": sprintf("how often Argo CD looks for commits is %s", [input.context.argo_reconciliation.text])} if {
	is_argo_settings
	not input.context.argo_reconciliation.never
	not input.context.argo_reconciliation.known
}

slow_intervals contains {"path": ["data"], "message": sprintf("Argo CD looks for commits every %s, jitter included, longer than %s", [input.context.argo_reconciliation.text, params.max_reconcile_interval])} if {
	is_argo_settings
	input.context.argo_reconciliation.known
	time.parse_duration_ns(input.context.argo_reconciliation.text) > longest
}

is_argo_settings if {
	is_role("settings")
	input.document.metadata.name == "argocd-cm"
}
