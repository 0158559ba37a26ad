package cdbgate.delivery_gate_test

test_del006_says_what_changed if {
	graded("DEL006", own_rule({})) == {[
		"note",
		".cdbgate.yaml is changed: the gate's own rules are read from it; this run went by the trusted revision's",
	]}
	graded("DEL006", taken_for(a_change(object.union({"path": ".github/workflows/ci.yml"}, deleted)), "gate-rules", "it runs the gate")) == {[
		"note",
		".github/workflows/ci.yml is deleted: it runs the gate; this run went by the trusted revision's",
	]}
}

test_del006_other_changes if {
	verdicts("DEL006", a_change({})) == set()
	verdicts("DEL006", infrastructure({})) == set()
	verdicts("DEL006", taken_for(a_change({}), "approval", "it is the approval file")) == set()
}

test_del006_signed_by_a_listed_human if verdicts("DEL006", object.union(a_commit({}), of_rules)) == set()

test_del006_no_proof if {
	graded("DEL006", object.union(unsigned, of_rules)) == {[
		"error",
		"commit 0123456789ab changes the gate's own rules (.cdbgate.yaml, governance/allowed_signers), and nothing proves that a human made it: the commit is not signed: sign it with git commit -S",
	]}
}

test_del006_not_proven_without_signers if {
	graded("DEL006", no_signers(object.union(unsigned, of_rules))) == {[
		"warning",
		"commit 0123456789ab changes the gate's own rules (.cdbgate.yaml, governance/allowed_signers), and who made it is not proven: the trusted revision lists no signers in governance/allowed_signers",
	]}
}

# A commit that touched the approval alone is DEL004's; one that touched both is either's.
test_del006_other_commits if {
	verdicts("DEL006", unsigned) == set()
	rules(object.union(unsigned, {"document": {"rule_paths": [".cdbgate.yaml"]}})) == {"DEL004", "DEL006"}
}

test_del006_no_commit_answers if {
	["error", ".cdbgate.yaml is changed, and no commit of the change answers for it"] in graded("DEL006", knowing(own_rule({}), {"accounted": false}))
	count(graded("DEL006", knowing(own_rule({}), {"accounted": false}))) == 2
}

test_del006_uncommitted if {
	graded("DEL006", knowing(own_rule(added), {"accounted": false, "uncommitted": true})) == {
		["warning", ".cdbgate.yaml is added and not committed: whoever commits it must sign"],
		["note", ".cdbgate.yaml is added: the gate's own rules are read from it; this run went by the trusted revision's"],
	}
}

own_rule(changes) := taken_for(a_change(object.union({"path": ".cdbgate.yaml"}, changes)), "gate-rules", "the gate's own rules are read from it")

of_rules := {"document": {"approval_paths": [], "rule_paths": [".cdbgate.yaml", "governance/allowed_signers"]}}
