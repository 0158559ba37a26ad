package cdbgate.delivery_gate

import data.cdbgate.lib

# METADATA
# title: The history is complete
# description: >-
#   What changed, and who signed it, is read from git's objects. Where they are missing, cut off, or replaced by others, the
#   change cannot be evaluated.
# custom:
#   id: DEL007
#   severity: error
#   clauses: [INF-9, INF-10]
#   incomplete: true
#   remediation: >-
#     Fetch what is missing and run again: `git fetch --unshallow` or `fetch-depth: 0` in actions/checkout (GIT_DEPTH: 0 in GitLab
#     CI), `git fetch --refetch` for missing objects, `--base REV` where no base is known.
deny contains violation if {
	some gap in gaps
	violation := lib.violation(rego.metadata.rule(), [], gap)
}

gaps contains "this is no git repository, so nothing says what changed: run in a clone" if {
	is_history
	history.plain
}

gaps contains "no base is known, so nothing says what changed: name the branch that the change goes to with --base origin/main, or run on pull_request events" if {
	is_history
	not history.plain
	not history.base
}

gaps contains "the clone is shallow: run git fetch --unshallow, or set fetch-depth: 0 in actions/checkout (GIT_DEPTH: 0 in GitLab CI)" if {
	is_history
	history.shallow
}

gaps contains "info/grafts gives commits other parents than they have: run git rev-parse --git-path info/grafts and remove that file" if {
	is_history
	history.grafts
}

gaps contains sprintf("refs/replace puts other objects in place of %s: run git replace -d %s", [concat(", ", [substring(id, 0, 12) | some id in history.replaced]), concat(" ", history.replaced)]) if {
	is_history
	count(history.replaced) > 0
}

gaps contains problem if {
	is_history
	some problem in history.problems
}

is_history if input.context.subject == "history"

history := input.context.history
