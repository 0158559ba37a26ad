package cdbgate.k8s_readiness

import data.cdbgate.lib

# METADATA
# title: Everything can be evaluated
# description: >-
#   A manifest, chart, Kustomization or Compose file that cannot be read or rendered is not known to follow the policy, so
#   it does not pass.
# custom:
#   id: K8S000
#   severity: error
#   clauses: [INF-7]
#   remediation: >-
#     Repair what the message names. If the file is no manifest, list it under `exclude:` in .cdbgate.yaml.
deny contains violation if {
	input.context.subject == "fault"
	message := object.get(input.context, ["fault", "message"], "could not be evaluated")
	violation := lib.violation(rego.metadata.rule(), [], message)
}
