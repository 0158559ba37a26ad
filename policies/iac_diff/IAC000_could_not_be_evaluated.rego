package cdbgate.iac_diff

import data.cdbgate.lib

# METADATA
# title: Everything can be evaluated
# description: >-
#   A manifest that cannot be read may be the one that reconciles, or the one that keeps something from it.
# custom:
#   id: IAC000
#   severity: error
#   clauses: [INF-2, INF-3]
#   remediation: >-
#     Repair what the message names. If the file is none of this gate's, list it under `exclude:` in .cdbgate.yaml.
deny contains violation if {
	input.context.subject == "fault"
	message := object.get(input.context, ["fault", "message"], "could not be evaluated")
	violation := lib.violation(rego.metadata.rule(), [], message)
}
