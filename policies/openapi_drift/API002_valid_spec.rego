package cdbgate.openapi_drift

import data.cdbgate.lib

# METADATA
# title: The spec is valid
# description: >-
#   The spec follows OpenAPI 3.0 or 3.1, and its references lead somewhere. From a spec that does not, tools make different things.
# custom:
#   id: API002
#   severity: error
#   clauses: [GOV-5]
#   remediation: |-
#     Repair what the message names where the spec comes from, in the code's annotations, then write the spec anew and look again:
#       make api-schema
#       cdbgate openapi-drift
deny contains violation if {
	some v in spec_problems
	violation := lib.graded_violation(rego.metadata.rule(), v.severity, v.path, v.message)
}

is_validity if input.context.subject == "validity"

problems := input.document.problems if {
	is_validity
	is_array(input.document.problems)
}

spec_problems contains {"severity": level_of(problem), "path": ["problems", i], "message": led_by(text_at(problem, "operation"), problem_words(problem))} if {
	some i, problem in problems
}

spec_problems contains {"severity": "error", "path": [], "message": "nobody told whether the spec is valid"} if {
	is_validity
	not problems
}

default problem_text(_) := "the spec is not valid"

problem_text(problem) := problem.text if text_at(problem, "text") != ""

problem_words(problem) := sprintf("%s [%s]", [problem_text(problem), problem.id]) if {
	text_at(problem, "id") != ""
} else := problem_text(problem)
