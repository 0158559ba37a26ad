package cdbgate.iac_diff

import data.cdbgate.lib

# METADATA
# title: No unapproved destruction of persistent resources
# description: >-
#   Deleting, replacing or forgetting what keeps data is final. Of persistent types it is an error unless the base's
#   configuration approves the address; of any other type a warning.
# custom:
#   id: IAC004
#   severity: error
#   clauses: [INF-2.1, INF-9]
#   params: [persistent_types, accessory_types, approved_destructions]
#   remediation: |-
#     Avoid the replacement (moved blocks, lifecycle.prevent_destroy), or have a human approve the address on the base:
#       # .cdbgate.yaml
#       params:
#         approved_destructions: ['^aws_db_instance\.old$']
deny contains violation if {
	input.context.subject == "planned"
	destroys := destruction[input.document.action]
	not approved_destruction
	message := sprintf("%s: the plan %s%s%s", [input.document.address, destroys, persistent_words, because])
	violation := lib.graded_violation(rego.metadata.rule(), destruction_severity, [], message)
}

destruction := {
	"delete": "deletes it",
	"replace": "deletes it and creates it anew",
	"replace-create-first": "creates it anew and deletes the old one",
	"forget": "forgets it: nothing manages it any longer",
	"create-forget": "creates it anew and forgets the old one",
}

is_persistent if {
	some pattern in params.persistent_types
	regex.match(pattern, input.document.type)
	not is_accessory
}

# is_accessory is true of what only belongs to something that keeps data: a policy, a link, a setting.
is_accessory if {
	some pattern in params.accessory_types
	regex.match(pattern, input.document.type)
}

destruction_severity := "error" if is_persistent

destruction_severity := "warning" if not is_persistent

persistent_words := ", and it keeps data" if is_persistent

persistent_words := "" if not is_persistent

because := "" if count(reasons) == 0

because := sprintf(" (%s)", [concat("; ", reasons)]) if count(reasons) > 0

reasons := array.concat(
	[input.document.action_reason | input.document.action_reason != ""],
	[sprintf("forced by %s", [concat(", ", input.document.replace_paths)]) | count(input.document.replace_paths) > 0],
)

approved_destruction if {
	some pattern in params.approved_destructions
	regex.match(pattern, input.document.address)
}
