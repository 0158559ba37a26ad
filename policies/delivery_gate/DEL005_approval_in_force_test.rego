package cdbgate.delivery_gate_test

test_del005_expired if {
	verdicts("DEL005", with_infrastructure(expired, 1, ["deploy/web.yaml"])) == {[
		["delivery", "expires_at"],
		"the approval expired at 2026-06-15T12:00:00Z, and this change touches infrastructure: deploy/web.yaml",
	]}
}

test_del005_to_come if {
	verdicts("DEL005", with_infrastructure(to_come, 2, ["a.tf", "b.tf"])) == {[
		["delivery", "approved_at"],
		"the approval counts from 2026-06-15T12:00:01Z on, which is still to come, and this change touches infrastructure: a.tf, b.tf",
	]}
}

test_del005_names_some_of_many if {
	messages("DEL005", with_infrastructure(expired, 5, ["a.tf", "b.tf", "c.tf"])) == {
		"the approval expired at 2026-06-15T12:00:00Z, and this change touches infrastructure: a.tf, b.tf, c.tf and 2 more",
	}
}

test_del005_in_force if verdicts("DEL005", with_infrastructure({}, 1, ["a.tf"])) == set()

test_del005_without_infrastructure if verdicts("DEL005", with_infrastructure(expired, 0, [])) == set()

# That an approval is off or unclear is for DEL001 and DEL002 to say.
test_del005_only_clear_approvals if {
	verdicts("DEL005", with_infrastructure(object.union(expired, withdrawn), 1, ["a.tf"])) == set()
	verdicts("DEL005", with_infrastructure(object.union(expired, {"tags": [{"path": [], "line": 1}]}), 1, ["a.tf"])) == set()
	verdicts("DEL005", knowing(with_infrastructure({}, 1, ["a.tf"]), {"approval": missing})) == set()
}

# The trusted approval decides, whatever the change makes of it.
test_del005_renewed_by_the_change if {
	renewed := knowing(with_infrastructure(expired, 1, ["a.tf"]), {"judged": approval, "proposed": approval})
	messages("DEL005", renewed) == {"the approval expired at 2026-06-15T12:00:00Z, and this change touches infrastructure: a.tf"}
}

test_del005_out_of_scope if {
	doc := scoped({}, false)
	verdicts("DEL005", doc) == {[[], "deploy/web.yaml is changed outside of the approval's scope.paths: infra/staging/**, **/compose.yaml"]}
	messages("DEL005", scoped(renamed_from("infra/staging/a.yaml"), false)) == {
		"deploy/web.yaml is renamed from infra/staging/a.yaml outside of the approval's scope.paths: infra/staging/**, **/compose.yaml",
	}
}

test_del005_in_scope if {
	verdicts("DEL005", scoped({}, true)) == set()
	verdicts("DEL005", knowing(scoped({}, false), {"mode": "analysis"})) == set()
	verdicts("DEL005", knowing(scoped({}, false), {"classes": []})) == set()
}

with_infrastructure(changes, count, paths) := knowing(
	the_approval(changes),
	{"approval": an_approval(changes), "infrastructure": {"count": count, "paths": paths}},
)

scoped(changes, covered) := knowing(infrastructure(changes), {
	"approval": {"scope": {"present": true, "valid": true, "paths": ["infra/staging/**", "**/compose.yaml"]}},
	"covered": {"trusted": covered, "proposed": covered},
})
