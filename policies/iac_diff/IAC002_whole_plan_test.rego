package cdbgate.iac_diff_test

test_iac002_whole if {
	every facts in [
		{}, {"applyable": false}, {"applyable": null}, {"changes": 0}, {"tracked": true}, {"made_at": null}, {"newest_commit_at": null},
		{"made_at": null, "newest_commit_at": null}, {"made_at": "2026-03-02T08:00:00Z"}, {"made_at": "2027-01-01T00:00:00Z"},
		{"root": "", "roots": 1}, {"root": "", "roots": 0}, {"root": "infra", "roots": 5},
	] {
		graded("IAC002", a_plan(facts)) == set()
	}
}

# what a plan says of itself, and what is said of it.
flaws := {
	{"unreadable": "format_version is missing: this is no plan"}: "format_version is missing: this is no plan",
	{"errored": true}: "the plan ended in errors: it holds only what was planned before them",
	{"complete": false}: "the plan is not complete: after it is applied, more would have to be planned",
	{"deferred": 3}: "the plan defers 3 changes",
	{"root": "", "roots": 2}: "the repository has 2 Terraform roots, and nobody said which one the plan is for: give it as --plan ROOT=FILE",
	{"known_root": false, "root": "elsewhere"}: "the plan is for elsewhere, which is no Terraform root of the repository",
	{"made_at": "2026-03-02T07:59:59Z"}: "the plan was made at 2026-03-02T07:59:59Z, before the newest change of its root at 2026-03-02T08:00:00Z",
	{"newest_commit_at": "2026-10-01T00:00:00Z"}: "the plan was made at 2026-03-02T09:00:00Z, before the newest change of its root at 2026-10-01T00:00:00Z",
}

test_iac002_flawed if {
	every facts, message in flaws {
		graded("IAC002", a_plan(facts)) == {["error", [], message]}
	}
}

test_iac002_several_flaws if {
	found := graded("IAC002", a_plan({"errored": true, "complete": false, "deferred": 1}))
	count(found) == 3
	{severity | some [severity, _, _] in found} == {"error"}
}

# What a tool does not write is not known, which proves neither.
test_iac002_unsaid if {
	graded("IAC002", a_plan({"complete": null})) == {["note", [], "the plan does not say whether it is complete: OpenTofu and older Terraform do not tell"]}
	graded("IAC002", a_plan({"errored": null})) == {["note", [], "the plan does not say whether it ended in errors: OpenTofu and older Terraform do not tell"]}
	count(graded("IAC002", a_plan({"errored": null, "complete": null}))) == 2
}

# Of what cannot be read, nothing is known, and one message is enough.
test_iac002_unreadable if {
	graded("IAC002", a_plan({"unreadable": "the file is empty", "complete": null, "errored": null, "applyable": null, "made_at": null})) == {["error", [], "the file is empty"]}
}

test_iac002_other_subjects if {
	every subject in ["planned", "drift", "root", "object"] {
		verdicts("IAC002", knowing(a_plan({"errored": true, "deferred": 1}), {"subject": subject})) == set()
	}
}

# What a plan was made from is known when the gate made it itself: all of it must fit.
test_iac002_bound if {
	every facts in [{}, {"commit": "", "judged_commit": ""}] {
		graded("IAC002", a_plan({"made_from": a_binding(facts)})) == set()
	}
}

misfits := {
	{"root": "live"}: "the plan was made for live, and is given for infra",
	{"commit": "0123456789abcdef0123456789abcdef01234567"}: "the plan was made from commit 0123456789ab, and commit 61d6ae4c2f0f is judged",
	{"commit": ""}: "the plan was made from no commit, and commit 61d6ae4c2f0f is judged",
	{"judged_commit": ""}: "the plan was made from commit 61d6ae4c2f0f, and no commit is judged",
	{"same_files": false}: "the files of its root are not those that the plan was made from",
	{"same_plan": false}: "the plan is not the one that its .cdbgate-plan.json was written for",
}

test_iac002_made_from_something_else if {
	every facts, message in misfits {
		graded("IAC002", a_plan({"made_from": a_binding(facts)})) == {["error", [], message]}
	}
}

test_iac002_nobody_can_tell_from_what if {
	graded("IAC002", a_plan({"made_from": {"unreadable": "it cannot be opened"}})) == {[
		"error", [],
		"what the plan was made from cannot be told: .cdbgate-plan.json beside it: it cannot be opened",
	]}
}
