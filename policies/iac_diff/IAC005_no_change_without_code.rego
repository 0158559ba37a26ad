package cdbgate.iac_diff

import data.cdbgate.lib

# METADATA
# title: No change without code
# description: >-
#   Where the change touches no code of the root, its plan has nothing to do. What it would do comes from elsewhere: a variable, a
#   moving version, a drift.
# custom:
#   id: IAC005
#   severity: error
#   clauses: [INF-2.1, INF-2.2]
#   remediation: >-
#     Pin versions and images, keep variables in tfvars files of the repository, and see to what drifted.
deny contains violation if {
	input.context.subject == "plan"
	input.context.base
	not input.context.code_changed
	input.context.plan.changes > 0
	message := sprintf("the plan changes %s, and the change touches no code of its root", [lib.counted(input.context.plan.changes, "resource", "resources")])
	violation := lib.violation(rego.metadata.rule(), [], message)
}
