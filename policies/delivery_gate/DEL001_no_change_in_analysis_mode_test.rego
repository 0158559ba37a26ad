package cdbgate.delivery_gate_test

test_del001_says_why_the_mode_is_analysis if {
	every trusted, why in {
		missing: "the trusted revision has no knowledge/governance/DELIVERY_APPROVED.yaml",
		an_approval(withdrawn): "delivery.approved is false",
		an_approval(quoted): "the trusted approval is unclear: delivery.approved is the text \"true\": only true or false, without quotes, is clear",
		an_approval(expired): "the approval expired at 2026-06-15T12:00:00Z",
		an_approval(to_come): "the approval counts from 2026-06-15T12:00:01Z on, which is still to come",
	} {
		graded("DEL001", in_analysis(infrastructure({}), trusted)) == {[
			"error",
			sprintf("deploy/web.yaml is changed in Analysis Mode: it is infrastructure, since its path fits deploy/**; %s", [why]),
		]}
	}
}

test_del001_every_kind_of_change if {
	every kind, what in {
		added: "is added", {}: "is changed", deleted: "is deleted", renamed_from("src/a.yaml"): "is renamed from src/a.yaml",
		{"kind": "type-changed", "mode_after": "symlink"}: "becomes a symbolic link",
	} {
		messages("DEL001", in_analysis(infrastructure(kind), missing)) == {sprintf(
			"deploy/web.yaml %s in Analysis Mode: it is infrastructure, since its path fits deploy/**; the trusted revision has no %s",
			[what, approval.path],
		)}
	}
}

test_del001_every_reason if {
	both := knowing(infrastructure({}), {"classes": [
		{"class": "infrastructure", "why": "it holds v1 Service web"},
		{"class": "infrastructure", "why": "it describes a chart"},
		{"class": "gate-rules", "why": "it runs the gate"},
	]})
	messages("DEL001", in_analysis(both, an_approval(withdrawn))) == {
		"deploy/web.yaml is changed in Analysis Mode: it is infrastructure, since it describes a chart; it holds v1 Service web; delivery.approved is false",
	}
}

test_del001_delivery_mode if verdicts("DEL001", infrastructure({})) == set()

test_del001_what_is_no_infrastructure if {
	verdicts("DEL001", in_analysis(a_change({}), missing)) == set()
	verdicts("DEL001", in_analysis(taken_for(a_change({}), "approval", "it is the approval file"), missing)) == set()
	verdicts("DEL001", in_analysis(a_commit({}), missing)) == set()
	verdicts("DEL001", in_analysis(the_approval(withdrawn), missing)) == set()
}

test_del001_submodules if {
	said := {["note", "vendor/lib is added: what a submodule brings is not judged here"]}
	graded("DEL001", submodule(added, "", "submodule")) == said
	graded("DEL001", in_analysis(submodule(added, "", "submodule"), missing)) == said
	graded("DEL001", submodule(deleted, "submodule", "")) == {["note", "vendor/lib is deleted: what a submodule brings is not judged here"]}
	verdicts("DEL001", submodule({"in_scope": false}, "submodule", "submodule")) == set()
	verdicts("DEL001", a_change({"path": "vendor/lib"})) == set()
}

test_del001_submodules_that_are_infrastructure if {
	module := taken_for(submodule({}, "submodule", "submodule"), "infrastructure", "its path fits infra/**")
	verdicts("DEL001", module) == set()
	graded("DEL001", in_analysis(module, an_approval(withdrawn))) == {[
		"error",
		"vendor/lib is changed in Analysis Mode: it is infrastructure, since its path fits infra/**; delivery.approved is false",
	]}
}

submodule(changes, before, after) := a_change(object.union({"path": "vendor/lib"}, object.union(changes, {"mode_before": before, "mode_after": after})))
