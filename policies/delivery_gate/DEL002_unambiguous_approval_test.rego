package cdbgate.delivery_gate_test

import data.cdbgate.delivery_gate

test_del002_flaws_where_they_stand if {
	graded("DEL002", the_approval(quoted)) == {["error", "delivery.approved is the text \"true\": only true or false, without quotes, is clear"]}
	verdicts("DEL002", the_approval({"duplicates": [{"path": ["delivery", "approved"], "line": 3}]})) == {[["delivery", "approved"], "line 3: the key stands twice"]}
	verdicts("DEL002", the_approval({"kind": "symlink"})) == {[[], "the approval is a symbolic link, not a regular file"]}
}

test_del002_judges_what_the_change_leaves if {
	verdicts("DEL002", knowing(the_approval({}), {"approval": an_approval(quoted)})) == set()
	verdicts("DEL002", infrastructure({})) == set()
}

test_del002_clear_approvals if {
	every changes in [{}, withdrawn, expired, to_come, {"expires_at": unsaid, "approved_at": unsaid}] {
		verdicts("DEL002", the_approval(changes)) == set()
	}
	verdicts("DEL002", knowing(the_approval({}), {"judged": missing})) == set()
}

test_del002_unknown_keys_are_noted if {
	doc := the_approval({"unknown": [{"path": ["delivery", "owner"], "key": "owner"}, {"path": ["ticket"], "key": "ticket"}]})
	verdicts("DEL002", doc) == {
		[["delivery", "owner"], "unknown key \"owner\": it changes nothing"],
		[["ticket"], "unknown key \"ticket\": it changes nothing"],
	}
	graded("DEL002", doc) == {["note", "unknown key \"owner\": it changes nothing"], ["note", "unknown key \"ticket\": it changes nothing"]}
}

# Whoever writes a limit means it to count, so one that nobody reads is no note.
test_del002_limits_that_nobody_reads if {
	every key in ["expires", "valid_until", "not_after", "Approved", "paths", "only_for"] {
		doc := the_approval({"unknown": [{"path": ["delivery", key], "key": key}]})
		{severity | some [severity, _] in graded("DEL002", doc)} == {"error"}
		in_force := {"context": {"approval": object.union(input_approval(doc), {"unknown": [{"path": ["delivery", key], "key": key}]})}, "now": now}
		delivery_gate.mode == "analysis" with input as in_force
	}
	elsewhere := the_approval({"unknown": [{"path": ["meta2"], "key": "valid"}]})
	graded("DEL002", elsewhere) == {["note", "unknown key \"valid\": it changes nothing"]}
}

input_approval(doc) := doc.context.judged

test_del002_labels_are_noted if {
	doc := the_approval({"labels": [{"path": ["exceptions", "labels"]}]})
	verdicts("DEL002", doc) == {[["exceptions", "labels"], "labels open nothing: no label lifts the gate"]}
	graded("DEL002", doc) == {["note", "labels open nothing: no label lifts the gate"]}
}
