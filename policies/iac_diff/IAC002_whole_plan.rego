package cdbgate.iac_diff

import data.cdbgate.lib

# METADATA
# title: The plan is whole
# description: >-
#   A plan that ended in errors, targets only a part, defers changes, is older than the code, or was made from another commit
#   or for another root says nothing about what would happen. What a plan does not say is not known, which is a note.
# custom:
#   id: IAC002
#   severity: error
#   clauses: [INF-2.2]
#   remediation: >-
#     Plan anew, without -target and -refresh=false, from the commit that is judged, and write it with `terraform show -json FILE`.
deny contains violation if {
	some v in plan_flaws
	violation := lib.graded_violation(rego.metadata.rule(), v.severity, [], v.message)
}

the_plan := input.context.plan if input.context.subject == "plan"

plan_flaws contains {"severity": "error", "message": the_plan.unreadable} if the_plan.unreadable != ""

plan_flaws contains {"severity": "error", "message": "the plan ended in errors: it holds only what was planned before them"} if the_plan.errored == true

plan_flaws contains {"severity": "error", "message": "the plan is not complete: after it is applied, more would have to be planned"} if the_plan.complete == false

plan_flaws contains {"severity": "error", "message": sprintf("the plan defers %s", [lib.counted(the_plan.deferred, "change", "changes")])} if the_plan.deferred > 0

plan_flaws contains {"severity": "error", "message": sprintf("the plan is for %s, which is no Terraform root of the repository", [the_plan.root])} if not the_plan.known_root

plan_flaws contains {"severity": "error", "message": sprintf("the repository has %d Terraform roots, and nobody said which one the plan is for: give it as --plan ROOT=FILE", [the_plan.roots])} if {
	the_plan.root == ""
	the_plan.roots > 1
}

plan_flaws contains {"severity": "error", "message": sprintf("the plan was made at %s, before the newest change of its root at %s", [the_plan.made_at, the_plan.newest_commit_at])} if {
	the_plan.made_at != null
	the_plan.newest_commit_at != null
	the_plan.made_at < the_plan.newest_commit_at
}

plan_flaws contains {"severity": "error", "message": sprintf("what the plan was made from cannot be told: .cdbgate-plan.json beside it: %s", [the_plan.made_from.unreadable])} if {
	the_plan.made_from.unreadable != ""
}

plan_flaws contains {"severity": "error", "message": sprintf("the plan was made for %s, and is given for %s", [the_plan.made_from.root, the_plan.root])} if {
	the_plan.made_from.root != the_plan.root
}

plan_flaws contains {"severity": "error", "message": sprintf("the plan was made from %s, and %s is judged", [commit_name(the_plan.made_from.commit), commit_name(the_plan.made_from.judged_commit)])} if {
	the_plan.made_from.commit != the_plan.made_from.judged_commit
}

plan_flaws contains {"severity": "error", "message": "the files of its root are not those that the plan was made from"} if the_plan.made_from.same_files == false

plan_flaws contains {"severity": "error", "message": "the plan is not the one that its .cdbgate-plan.json was written for"} if the_plan.made_from.same_plan == false

commit_name(id) := "no commit" if id == ""

commit_name(id) := sprintf("commit %s", [substring(id, 0, 12)]) if id != ""

plan_flaws contains {"severity": "note", "message": sprintf("the plan does not say whether it %s: OpenTofu and older Terraform do not tell", [what])} if {
	the_plan.unreadable == ""
	some field, what in {"complete": "is complete", "errored": "ended in errors"}
	the_plan[field] == null
}
