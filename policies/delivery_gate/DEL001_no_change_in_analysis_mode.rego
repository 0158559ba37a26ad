package cdbgate.delivery_gate

import data.cdbgate.lib

# METADATA
# title: No infrastructure change in Analysis Mode
# description: >-
#   Infrastructure changes only in Delivery Mode: when the approval of the trusted revision says `delivery.approved: true`,
#   clearly and in force. Absent, false or unclear is Analysis Mode, in which nothing mutates.
# custom:
#   id: DEL001
#   severity: error
#   clauses: [INF-9]
#   params: [infrastructure_paths, infrastructure_exceptions, foreign_api_versions, deploy_actions, deploy_commands]
#   remediation: |-
#     Have a human approve the delivery first, in a change of its own, signed by a key of the allowed signers:
#       # knowledge/governance/DELIVERY_APPROVED.yaml
#       delivery:
#         approved: true
#         approved_by: alice@example.org
#         approved_at: 2026-01-31T12:00:00Z
#         expires_at: 2026-02-07T12:00:00Z
#     Once that is on the base branch, run the check again.
deny contains violation if {
	some v in analysis_violations
	violation := lib.graded_violation(rego.metadata.rule(), v.severity, [], v.message)
}

analysis_violations contains {"severity": "error", "message": message} if {
	a_changed_infrastructure
	input.context.mode == "analysis"
	message := sprintf("%s in Analysis Mode: it is infrastructure, since %s; %s", [what_happened, why("infrastructure"), closed_because(input.context.approval)])
}

# What a submodule brings along lies in another repository.
analysis_violations contains {"severity": "note", "message": message} if {
	is_change
	"submodule" in {input.document.mode_before, input.document.mode_after}
	input.document.in_scope
	not is_class("infrastructure")
	message := sprintf("%s: what a submodule brings is not judged here", [what_happened])
}
