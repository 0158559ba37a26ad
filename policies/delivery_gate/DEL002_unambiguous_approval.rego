package cdbgate.delivery_gate

import data.cdbgate.lib

# METADATA
# title: The approval is unambiguous
# description: >-
#   The approval is a regular file of one YAML document in which no reader can see anything else: no duplicate keys, no anchors,
#   aliases, merge keys or tags, `approved` a real boolean. Judged is the file as the change leaves it.
# custom:
#   id: DEL002
#   severity: error
#   clauses: [INF-9]
#   params: [approval_max_bytes, approval_limit_patterns]
#   remediation: |-
#     Write the approval plainly, in one document:
#       delivery:
#         approved: true
#         approved_by: alice@example.org
#         approved_at: 2026-01-31T12:00:00Z
#         reason: rollout of the payment service
deny contains violation if {
	some v in approval_violations
	violation := lib.graded_violation(rego.metadata.rule(), v.severity, v.path, v.message)
}

approval_violations contains {"severity": "error", "path": flaw.path, "message": flaw.message} if {
	input.context.subject == "approval"
	some flaw in flaws(input.context.judged)
}

# What is not understood is said, not passed over.
approval_violations contains {"severity": "note", "path": key.path, "message": sprintf("unknown key %q: it changes nothing", [key.key])} if {
	input.context.subject == "approval"
	some key in input.context.judged.unknown
	not limiting(key)
}

approval_violations contains {"severity": "note", "path": key.path, "message": "labels open nothing: no label lifts the gate"} if {
	input.context.subject == "approval"
	some key in input.context.judged.labels
}
