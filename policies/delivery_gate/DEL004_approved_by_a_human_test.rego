package cdbgate.delivery_gate_test

test_del004_signed_by_a_listed_human if verdicts("DEL004", a_commit({})) == set()

test_del004_no_proof if {
	graded("DEL004", unsigned) == {[
		"error",
		"commit 0123456789ab changes the approval (knowledge/governance/DELIVERY_APPROVED.yaml), and nothing proves that a human made it: the commit is not signed: sign it with git commit -S",
	]}
	verdicts("DEL004", unsigned) == {[[], message] | some message in messages("DEL004", unsigned)}
}

test_del004_names_every_path if {
	doc := knowing(a_commit({"approval_paths": ["a.yaml", "A.yaml"]}), {"signature": {"verified": false, "problem": "no"}})
	messages("DEL004", doc) == {"commit 0123456789ab changes the approval (a.yaml, A.yaml), and nothing proves that a human made it: no"}
}

test_del004_not_proven_without_signers if {
	graded("DEL004", no_signers(unsigned)) == {[
		"warning",
		"commit 0123456789ab changes the approval (knowledge/governance/DELIVERY_APPROVED.yaml), and who made it is not proven: the trusted revision lists no signers in governance/allowed_signers",
	]}
}

test_del004_agents_without_signers if {
	graded("DEL004", no_signers(a_commit({"author": claude}))) == {[
		"error",
		"commit 0123456789ab changes the approval (knowledge/governance/DELIVERY_APPROVED.yaml), and nothing proves that a human made it: its author Claude <noreply@anthropic.com> is an agent",
	]}
}

# A commit that touched the gate's own rules alone is DEL006's.
test_del004_other_commits if {
	verdicts("DEL004", object.union(unsigned, {"document": {"approval_paths": [], "rule_paths": [".cdbgate.yaml"]}})) == set()
}

test_del004_no_commit_answers if {
	graded("DEL004", knowing(the_approval_file({}), {"accounted": false})) == {[
		"error",
		"knowledge/governance/DELIVERY_APPROVED.yaml is changed, and no commit of the change answers for it",
	]}
	verdicts("DEL004", the_approval_file({})) == set()
	verdicts("DEL004", knowing(a_change({}), {"accounted": false})) == set()
	verdicts("DEL004", knowing(infrastructure({}), {"accounted": false})) == set()
}

test_del004_uncommitted if {
	said := {["warning", "knowledge/governance/DELIVERY_APPROVED.yaml is added and not committed: whoever commits it must sign"]}
	graded("DEL004", knowing(the_approval_file(added), {"accounted": false, "uncommitted": true})) == said
	graded("DEL004", knowing(the_approval_file(added), {"accounted": true, "uncommitted": true})) == said
	verdicts("DEL004", knowing(a_change({}), {"uncommitted": true})) == set()
}

the_approval_file(changes) := taken_for(a_change(object.union({"path": approval.path}, changes)), "approval", "it is the approval file")
