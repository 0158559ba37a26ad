package cdbgate.iac_diff

import data.cdbgate.lib

# METADATA
# title: Reconciliation is on
# description: >-
#   A suspended reconciler or source repairs no drift. `suspend: false`, written out, overwrites a hot patch that switches it on;
#   left out, such a patch stays.
# custom:
#   id: GIT002
#   severity: error
#   clauses: [INF-3.2]
#   remediation: |-
#     spec:
#       suspend: false
deny contains violation if {
	some v in suspensions
	violation := lib.graded_violation(rego.metadata.rule(), v.severity, v.path, v.message)
}

suspensions contains {"severity": "error", "path": ["spec", "suspend"], "message": "suspended: nothing is reconciled and no drift is corrected"} if {
	can_be_suspended
	resolved(["spec", "suspend"]) in {true, "true"}
}

suspensions contains {"severity": "error", "path": ["spec", "suspend"], "message": "spec.suspend is a variable whose value is not in the repository: that it is off cannot be proven"} if {
	can_be_suspended
	unprovable(["spec", "suspend"])
}

suspensions contains {"severity": "error", "path": ["spec", "suspend"], "message": sprintf("spec.suspend is %v, which is neither true nor false: the cluster refuses it", [value])} if {
	can_be_suspended
	is_set(["spec", "suspend"])
	value := resolved(["spec", "suspend"])
	not value in {true, false, "true", "false"}
}

suspensions contains {"severity": "error", "path": ["spec", "suspend"], "message": "spec.suspend is a text: the cluster refuses it"} if {
	can_be_suspended
	not has_variable(["spec", "suspend"])
	at(["spec", "suspend"]) == "false"
}

suspensions contains {"severity": "note", "path": ["spec"], "message": "spec.suspend is not written out: a hot patch that sets it would stay"} if {
	is_role("reconciler")
	input.context.family == "flux"
	not is_set(["spec", "suspend"])
}

can_be_suspended if {
	input.context.role in {"reconciler", "source", "generator"}
	input.context.family == "flux"
}
