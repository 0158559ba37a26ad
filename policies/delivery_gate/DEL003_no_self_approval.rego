package cdbgate.delivery_gate

import data.cdbgate.lib

# METADATA
# title: A change does not approve itself
# description: >-
#   The approval counts as it stands at the tip of the base. A change that turns it on, or widens it, carries no infrastructure
#   that only its own approval would allow.
# custom:
#   id: DEL003
#   severity: error
#   clauses: [INF-9]
#   remediation: >-
#     Split the change: first the approval alone, merged by a human; then the infrastructure, once the approval is on the base.
deny contains violation if {
	a_changed_infrastructure
	allowed_by_the_change
	not allowed_by_the_base
	message := sprintf("%s in the same change that approves it", [what_happened])
	violation := lib.violation(rego.metadata.rule(), [], message)
}

allowed_by_the_base if {
	input.context.mode == "delivery"
	input.context.covered.trusted
}

allowed_by_the_change if {
	input.context.proposed_mode == "delivery"
	input.context.covered.proposed
}
