package cdbgate.k8s_readiness

import data.cdbgate.lib

# METADATA
# title: No secret as a literal environment value
# description: >-
#   An environment variable that holds a secret refers to it; the value itself never stands in a manifest. The value is not
#   part of the message.
# custom:
#   id: K8S003
#   severity: error
#   clauses: [INF-7, INF-8, GOV-1]
#   params: [secret_name_patterns, secret_name_exceptions, secret_reference_patterns, secret_value_patterns]
#   remediation: >-
#     Kubernetes: use `valueFrom: {secretKeyRef: {name: …, key: …}}` with a Secret that the secret manager fills. Compose: use
#     `${NAME}` without a default, or the image's NAME_FILE variable with a Compose secret. Rotate the value: it is in the history.
deny contains violation if {
	input.context.subject == "workload"
	some c in input.context.containers
	some variable in c.env
	is_literal_secret(variable)
	message := concat("", [c.label, " sets ", variable.name, " to a literal value"])
	violation := lib.violation(rego.metadata.rule(), variable.path, message)
}

is_literal_secret(variable) if {
	names_secret(variable.name)
	not regex.match(secret_reference, variable.value)
}

is_literal_secret(variable) if regex.match(secret_value, variable.value)
