package cdbgate.iac_diff

import data.cdbgate.lib

# METADATA
# title: Git and runtime agree
# description: >-
#   The plan found that resources are not as they were left: somebody changed them past Git. Entries that only tell of a new
#   address are no drift.
# custom:
#   id: IAC003
#   severity: error
#   clauses: [INF-2.2, INF-3.3]
#   remediation: >-
#     Find out who changed it. Take the change into the code, or let an apply put it back, and record it (INF-4).
deny contains violation if {
	input.context.subject == "drift"
	message := sprintf("%s has drifted%s", [input.document.address, changed_attributes])
	violation := lib.violation(rego.metadata.rule(), [], message)
}

changed_attributes := ": it is gone" if "delete" in input.document.actions

changed_attributes := sprintf(": %s", [attribute_list]) if {
	not "delete" in input.document.actions
	count(input.document.attributes) > 0
}

changed_attributes := "" if {
	not "delete" in input.document.actions
	count(input.document.attributes) == 0
}

attribute_list := concat(", ", input.document.attributes) if untold == 0

attribute_list := sprintf("%s and %d more", [concat(", ", array.slice(input.document.attributes, 0, 10)), untold]) if untold > 0

# untold is how many attributes the message leaves out. Of a huge plan the facts themselves hold only a few of each entry.
untold := max([0, count(input.document.attributes) - 10]) + input.document.more_attributes
