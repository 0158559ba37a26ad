package cdbgate.iac_diff

import data.cdbgate.lib

# METADATA
# title: References resolve
# description: >-
#   A reconciler whose source, chart, project or dependency is not there waits for ever.
# custom:
#   id: GIT007
#   severity: warning
#   clauses: [INF-3.2]
#   remediation: >-
#     Add the object the reference names, or correct kind, name and namespace. A reference without namespace means the
#     object's own.
deny contains violation if {
	is_object
	some ref in input.context.references
	not ref.found
	message := sprintf("%s %s/%s is not in the repository", [ref.kind, ref.namespace, ref.name])
	violation := lib.violation(rego.metadata.rule(), ref.path, message)
}
