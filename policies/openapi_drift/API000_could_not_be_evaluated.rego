package cdbgate.openapi_drift

import data.cdbgate.lib

# METADATA
# title: Everything can be evaluated
# description: >-
#   A spec that cannot be read, or that nothing can be compared with, may be the one that drifted.
# custom:
#   id: API000
#   severity: error
#   clauses: [GOV-5]
#   remediation: |-
#     Repair what the message names, and say in .cdbgate.yaml which file the spec is and what writes it:
#       openapi:
#         - spec: openapi.yaml
#           generate: [make, api-schema]
deny contains violation if {
	input.context.subject == "fault"
	violation := lib.violation(rego.metadata.rule(), [], fault_message)
}

default fault_message := "could not be evaluated"

fault_message := input.context.fault.message if text_at(input.context.fault, "message") != ""
