package cdbgate.iac_diff

import data.cdbgate.lib

# METADATA
# title: An infrastructure change comes with its plan
# description: >-
#   CI blocks changes without their IaC diff: whoever changes a Terraform or OpenTofu root, or a module that it calls, gives the
#   plan of that root. A plan that the change itself commits proves nothing, since its author wrote it.
# custom:
#   id: IAC001
#   severity: error
#   clauses: [INF-2.2]
#   remediation: |-
#     Plan in CI and give the plan to the gate:
#       terraform -chdir=infra plan -out=plan.bin
#       terraform -chdir=infra show -json plan.bin > infra/plan.json
#       cdbgate iac-diff --plan infra/plan.json
deny contains violation if {
	input.context.subject == "root"
	message := missing_plan
	violation := lib.violation(rego.metadata.rule(), [], message)
}

missing_plan := sprintf("%s changes (%s), and no plan of it was given", [root_name, some_files]) if input.context.root.plans == 0

missing_plan := sprintf("%s changes (%s), and its plan is a file of the repository: the change itself may have written it", [root_name, some_files]) if {
	input.context.root.plans > 0
	input.context.root.tracked_plans == input.context.root.plans
}

root_name := "the Terraform root at the top of the repository" if input.context.root.folder == "."

root_name := sprintf("the Terraform root %s", [input.context.root.folder]) if input.context.root.folder != "."

some_files := concat(", ", input.context.root.files) if count(input.context.root.files) <= 3

some_files := sprintf("%s and %d more", [concat(", ", array.slice(input.context.root.files, 0, 3)), count(input.context.root.files) - 3]) if {
	count(input.context.root.files) > 3
}
