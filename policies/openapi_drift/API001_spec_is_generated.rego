package cdbgate.openapi_drift

import data.cdbgate.lib

# METADATA
# title: The committed spec is what the generator writes
# description: >-
#   The project's own generator writes the spec from the code. The committed spec says the same, compared by meaning: neither the
#   order of keys nor the layout counts.
# custom:
#   id: API001
#   severity: error
#   clauses: [GOV-5]
#   params: [max_spec_differences]
#   remediation: |-
#     Generate the spec anew with the command that the message names, and commit it with the code that changed it:
#       make api-schema
#       git add openapi.yaml
#       git commit --message 'api: write the spec anew'
deny contains violation if {
	some v in drifts
	violation := lib.violation(rego.metadata.rule(), v.path, v.message)
}

is_drift if input.context.subject == "drift"

differences := input.document.differences if {
	is_drift
	is_array(input.document.differences)
}

drifts contains {"path": ["differences", i], "message": concat("", [difference_words(difference), repair_words])} if {
	some i, difference in array.slice(differences, 0, params.max_spec_differences)
}

drifts contains {"path": [], "message": concat("", [unlisted, repair_words])} if {
	more := count(differences) - params.max_spec_differences
	more > 0
	unlisted := sprintf("%s not listed", [lib.counted(more, "more difference is", "more differences are")])
}

drifts contains {"path": [], "message": concat("", ["nobody told how the committed spec differs from the generated one", repair_words])} if {
	is_drift
	not differences
}

default repair_words := ""

repair_words := sprintf("; repair: %s", [input.context.repair]) if text_at(input.context, "repair") != ""

difference_words(difference) := led_by(difference_place(difference), difference_kind(difference))

difference_place(difference) := led_by(text_at(difference, "operation"), text_at(difference, "field")) if {
	text_at(difference, "field") != ""
} else := text_at(difference, "operation") if {
	text_at(difference, "operation") != ""
} else := "the document"

difference_kind(difference) := sprintf("only the generated spec has it%s", [said(difference, "generated")]) if {
	difference.kind == "added"
} else := sprintf("only the committed spec has it%s", [said(difference, "committed")]) if {
	difference.kind == "removed"
} else := sprintf("other order: %s", [both_values(difference)]) if {
	difference.kind == "order"
} else := "equal in meaning, other bytes" if {
	difference.kind == "text"
} else := both_values(difference)

said(difference, side) := sprintf(": %s", [text_at(difference, side)]) if text_at(difference, side) != ""

said(difference, side) := "" if text_at(difference, side) == ""

both_values(difference) := sprintf("committed %s, generated %s", [value_words(difference, "committed"), value_words(difference, "generated")])

value_words(difference, side) := text_at(difference, side) if text_at(difference, side) != ""

value_words(difference, side) := "nothing" if text_at(difference, side) == ""
