package cdbgate.secret_scan

import data.cdbgate.lib

# METADATA
# title: The scan is complete
# description: >-
#   Everything that was to be scanned was scanned. What nobody looked at may hold a secret, so it does not count as clean.
# custom:
#   id: SEC005
#   severity: error
#   clauses: [INF-8]
#   incomplete: true
#   remediation: >-
#     Fetch what is missing and run again: `git fetch --unshallow` or `fetch-depth: 0` in actions/checkout (GIT_DEPTH: 0 in GitLab
#     CI), `git fetch --refetch` for missing objects. Split what is too large, or list it under `exclude:` in .cdbgate.yaml on the base.
deny contains violation if {
	some gap in gaps
	violation := lib.violation(rego.metadata.rule(), [], gap)
}

scan := input.context.scan if input.context.subject == "scan"

gaps contains sprintf("%v of %v %s were scanned", [scan.scanned, scan.expected, scan.unit]) if {
	counts_known
	scan.scanned < scan.expected
}

gaps contains "nobody counted what was scanned" if {
	scan
	not counts_known
}

counts_known if {
	is_number(scan.scanned)
	is_number(scan.expected)
}

missed := input.context.missed if input.context.subject == "missed"

gaps contains sprintf("%s was not scanned: %s%s", [missed.what, missed.why, missed_remedy]) if missed

default missed_remedy := ""

missed_remedy := sprintf(": %s", [missed.remedy]) if missed.remedy != ""
