package cdbgate.secret_scan

import data.cdbgate.lib

# METADATA
# title: Named confidential values are never literals
# description: >-
#   What the policy calls confidential by name is given by reference wherever it is set. The value is not part of the message.
# custom:
#   id: SEC004
#   severity: error
#   clauses: [GOV-1, INF-8]
#   params: [confidential_names, confidential_exceptions]
#   remediation: >-
#     Replace the value where it is used, and refer to the secret store: `${NAME}` without a default in Compose, `secretKeyRef` in
#     Kubernetes, `${{ secrets.NAME }}` in a workflow, the environment in source. A value made for tests may be excepted by path and
#     name in `confidential_exceptions`.
deny contains violation if {
	input.context.subject == "assignment"
	severity := form_severity(form_of(assignment))
	is_confidential
	not confidential_excepted
	message := sprintf("%s is given a %s%s", [assignment.name, given[severity], assignment_where])
	violation := lib.graded_violation(rego.metadata.rule(), severity, [], message)
}

assignment := input.context.assignment

given := {"error": "literal value", "warning": "placeholder: whoever fills it in may commit the value"}

default assignment_where := ""

assignment_where := sprintf(" (%s)", [assignment.where]) if assignment.where != ""

is_confidential if {
	some pattern in params.confidential_names
	regex.match(concat("", ["^(?:", pattern, ")$"]), assignment.name)
}

confidential_excepted if {
	some pattern in params.confidential_exceptions
	regex.match(pattern, sprintf("%s: %s", [assignment.path, assignment.name]))
}
