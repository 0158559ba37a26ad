package cdbgate.delivery_gate

import data.cdbgate.lib

# METADATA
# title: Everything can be evaluated
# description: >-
#   A changed file that cannot be looked at may be infrastructure, so the change does not pass.
# custom:
#   id: DEL000
#   severity: error
#   clauses: [INF-9]
#   remediation: >-
#     Repair what the message names. If the file is no infrastructure, list it under `exclude:` in .cdbgate.yaml on the base.
deny contains violation if {
	input.context.subject == "fault"
	message := object.get(input.context, ["fault", "message"], "could not be evaluated")
	violation := lib.violation(rego.metadata.rule(), [], message)
}
