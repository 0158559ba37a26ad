package cdbgate.delivery_gate

import data.cdbgate.lib

# METADATA
# title: The approval is in force
# description: >-
#   An approval may end (`expires_at`), begins no earlier than it was given (`approved_at`), and may be limited to paths
#   (`scope.paths`). Infrastructure changes only within it.
# custom:
#   id: DEL005
#   severity: error
#   clauses: [INF-9]
#   remediation: >-
#     Have a human renew or widen the approval in a change of its own: `delivery.expires_at`, `delivery.approved_at`,
#     `delivery.scope.paths`.
deny contains violation if {
	some v in force_violations
	violation := lib.violation(rego.metadata.rule(), v.path, v.message)
}

force_violations contains {"path": limit_place(limit), "message": message} if {
	input.context.subject == "approval"
	input.context.infrastructure.count > 0
	a := input.context.approval
	a.approved.value
	count(flaws(a)) == 0
	some limit in out_of_force(a)
	message := sprintf("%s, and %s", [limit.message, changed_infrastructure])
}

force_violations contains {"path": [], "message": message} if {
	a_changed_infrastructure
	input.context.mode == "delivery"
	not input.context.covered.trusted
	message := sprintf("%s outside of the approval's scope.paths: %s", [what_happened, concat(", ", input.context.approval.scope.paths)])
}

# What the change itself says at that place is not what counts.
limit_place(limit) := limit.path if input.context.proposed == null

limit_place(_) := [] if input.context.proposed != null

changed_infrastructure := sprintf("this change touches infrastructure: %s", [concat(", ", input.context.infrastructure.paths)]) if {
	input.context.infrastructure.count == count(input.context.infrastructure.paths)
}

changed_infrastructure := sprintf("this change touches infrastructure: %s and %d more", [concat(", ", input.context.infrastructure.paths), more]) if {
	more := input.context.infrastructure.count - count(input.context.infrastructure.paths)
	more > 0
}
