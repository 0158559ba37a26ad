package cdbgate.delivery_gate_test

import data.cdbgate.delivery_gate

mode_of(a) := m if m := delivery_gate.mode with input as {"document": null, "now": now, "context": {"subject": "approval", "approval": a}}

test_mode_delivery if mode_of(approval) == "delivery"

test_mode_analysis if {
	every changes in [withdrawn, quoted, expired, to_come, {"kind": "symlink"}, {"documents": 2}, {"scope": {"valid": false}}] {
		mode_of(an_approval(changes)) == "analysis"
	}
	mode_of(missing) == "analysis"
	mode_of(an_approval({"kind": "absent"})) == "analysis"
}

flaws(changes) := {[f.path, f.message] | some f in delivery_gate.flaws(an_approval(changes))}

test_flaws_none if {
	every changes in [{}, withdrawn, expired, to_come, {"kind": "absent", "documents": 0}, {"unknown": [{"path": ["x"], "key": "x"}]}] {
		flaws(changes) == set()
	}
}

test_flaws_no_regular_file if {
	flaws({"kind": "symlink"}) == {[[], "the approval is a symbolic link, not a regular file"]}
	flaws({"kind": "directory"}) == {[[], "the approval is a directory, not a regular file"]}
	flaws({"kind": "submodule"}) == {[[], "the approval is a submodule, not a regular file"]}
	flaws({"kind": "unreadable"}) == set()
}

# Another spelling of the name is a flaw beside an approval, and in its place.
test_flaws_alike if {
	said := {[[], "knowledge/governance/delivery_approved.yaml differs from the approval's name only in case or spelling, and some systems take it for the same file"]}
	flaws({"alike": ["knowledge/governance/delivery_approved.yaml"]}) == said
	flaws({"alike": ["knowledge/governance/delivery_approved.yaml"], "kind": "absent"}) == said
}

test_flaws_size if {
	flaws({"bytes": 65535}) == set()
	flaws({"bytes": 65535, "documents": 2}) == {[[], "the approval holds several documents, and must be one"]}
	flaws({"bytes": 65536}) == {[[], "the approval has 65536 bytes, more than 65535"]}
	flaws({"bytes": 101}) == {[[], "the approval has 101 bytes, more than 100"]} with data.cdbgate.params.approval_max_bytes as 100
}

test_flaws_encoding if {
	flaws({"encoding": "not UTF-8"}) == {[[], "the approval is not UTF-8: save it as UTF-8"]}
}

# Of what cannot be read to its end, nothing is said to be missing.
test_flaws_syntax if {
	[[], "line 2: a line is indented with a tab"] in flaws({"syntax": [{"message": "a line is indented with a tab", "line": 2}]})
	every broken in [{"syntax": [{"message": "no", "line": 1}]}, {"encoding": "not UTF-8"}, {"bytes": 70000}, {"kind": "symlink"}] {
		not [["delivery"], "delivery.approved is missing"] in flaws(object.union(broken, {"approved": {"present": false}}))
	}
}

test_flaws_documents if {
	flaws({"documents": 2}) == {[[], "the approval holds several documents, and must be one"]}
	flaws({"documents": 0}) == {[[], "the approval holds no documents, and must be one"]}
	flaws({"documents": 2, "encoding": "not UTF-8"}) == {[[], "the approval is not UTF-8: save it as UTF-8"]}
}

test_flaws_readers_differ if {
	flaws({"duplicates": [{"path": ["delivery", "approved"], "line": 3}]}) == {[["delivery", "approved"], "line 3: the key stands twice"]}
	flaws({"anchors": [
		{"path": ["x"], "line": 1, "what": "an anchor"}, {"path": ["delivery", "approved"], "line": 3, "what": "an alias"},
		{"path": ["delivery"], "line": 4, "what": "a merge key"},
	]}) == {
		[["x"], "line 1: an anchor, which readers may follow or not"],
		[["delivery", "approved"], "line 3: an alias, which readers may follow or not"],
		[["delivery"], "line 4: a merge key, which readers may follow or not"],
	}
	flaws({"tags": [{"path": ["delivery", "approved"], "line": 2}]}) == {[
		["delivery", "approved"],
		"line 2: a tag says what type the value has; write the value plainly",
	]}
}

test_flaws_misplaced if {
	flaws({"misplaced": [{"path": ["expires_at"], "key": "expires_at"}]}) == {[
		["expires_at"],
		"\"expires_at\" does not stand where it would limit the approval: move it below delivery",
	]}
}

test_flaws_approved if {
	flaws({"approved": {"present": false, "boolean": false, "value": false, "written": ""}}) == {[["delivery"], "delivery.approved is missing"]}
	flaws(quoted) == {[["delivery", "approved"], "delivery.approved is the text \"true\": only true or false, without quotes, is clear"]}
	flaws({"approved": {"boolean": false, "value": false, "written": "1"}}) == {[
		["delivery", "approved"],
		"delivery.approved is 1: only true or false, without quotes, is clear",
	]}
}

test_flaws_times if {
	no_time := {"present": true, "time": "", "written": "the text \"next week\""}
	flaws({"approved_at": no_time, "expires_at": no_time}) == {
		[["delivery", "approved_at"], "delivery.approved_at is no time: the text \"next week\"; write 2026-01-31T12:00:00Z"],
		[["delivery", "expires_at"], "delivery.expires_at is no time: the text \"next week\"; write 2026-01-31T12:00:00Z"],
	}
	flaws({"approved_at": unsaid, "expires_at": unsaid}) == set()
}

test_flaws_scope if {
	flaws({"scope": {"present": true, "valid": false}}) == {[["delivery", "scope"], "delivery.scope.paths is no list of globs"]}
	flaws({"scope": {"present": true, "paths": ["infra/**"]}}) == set()
}

out_of_force(changes) := {[f.path, f.message] | some f in delivery_gate.out_of_force(an_approval(changes)) with input as {"now": now}}

# An approval counts from the second approved_at names to the one before expires_at.
test_out_of_force if {
	out_of_force({}) == set()
	out_of_force(expired) == {[["delivery", "expires_at"], "the approval expired at 2026-06-15T12:00:00Z"]}
	out_of_force({"expires_at": {"time": "2026-06-15T12:00:01Z"}}) == set()
	out_of_force(to_come) == {[["delivery", "approved_at"], "the approval counts from 2026-06-15T12:00:01Z on, which is still to come"]}
	out_of_force({"approved_at": {"time": now}}) == set()
	out_of_force({"approved_at": unsaid, "expires_at": unsaid}) == set()
	count(out_of_force(object.union(expired, to_come))) == 2
}

closed_because(a) := why if why := delivery_gate.closed_because(a) with input as {"now": now}

test_closed_because if {
	closed_because(missing) == "the trusted revision has no knowledge/governance/DELIVERY_APPROVED.yaml"
	closed_because(an_approval(withdrawn)) == "delivery.approved is false"
	closed_because(an_approval({"kind": "unreadable"})) == "knowledge/governance/DELIVERY_APPROVED.yaml of the trusted revision cannot be read"
	closed_because(an_approval(expired)) == "the approval expired at 2026-06-15T12:00:00Z"
	closed_because(an_approval(object.union(quoted, {"documents": 2}))) == concat("", [
		"the trusted approval is unclear: delivery.approved is the text \"true\": only true or false, without quotes, is clear; ",
		"the approval holds several documents, and must be one",
	])
	closed_because(an_approval(object.union(expired, to_come))) == concat("", [
		"the approval counts from 2026-06-15T12:00:01Z on, which is still to come; ",
		"the approval expired at 2026-06-15T12:00:00Z",
	])
}

# An approval that is off is off, also past its time.
test_closed_because_it_is_off if closed_because(an_approval(object.union(expired, withdrawn))) == "delivery.approved is false"
