package cdbgate.secret_scan

import data.cdbgate.lib

# METADATA
# title: Everything can be evaluated
# description: >-
#   A file that cannot be read may be the one that holds the secret.
# custom:
#   id: SEC000
#   severity: error
#   clauses: [INF-8, GOV-1]
#   remediation: >-
#     Repair what the message names. If the file is none of this gate's, list it under `exclude:` in .cdbgate.yaml.
deny contains violation if {
	input.context.subject == "fault"
	message := object.get(input.context, ["fault", "message"], "could not be evaluated")
	violation := lib.violation(rego.metadata.rule(), [], message)
}
