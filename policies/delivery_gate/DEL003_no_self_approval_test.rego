package cdbgate.delivery_gate_test

test_del003_turned_on_by_the_change if {
	verdicts("DEL003", self_approved({})) == {[[], "deploy/web.yaml is changed in the same change that approves it"]}
	messages("DEL003", self_approved(added)) == {"deploy/web.yaml is added in the same change that approves it"}
}

test_del003_widened_by_the_change if {
	messages("DEL003", covering(false, true)) == {"deploy/web.yaml is changed in the same change that approves it"}
}

# Neither approval allows it: that is for other rules to say.
test_del003_allowed_by_neither if {
	verdicts("DEL003", covering(false, false)) == set()
	verdicts("DEL003", in_analysis(infrastructure({}), an_approval(withdrawn))) == set()
	verdicts("DEL003", knowing(self_approved({}), {"covered": {"proposed": false}})) == set()
}

test_del003_allowed_by_the_base if {
	verdicts("DEL003", infrastructure({})) == set()
	verdicts("DEL003", covering(true, true)) == set()
	verdicts("DEL003", covering(true, false)) == set()
	verdicts("DEL003", knowing(infrastructure({}), {"proposed_mode": "analysis"})) == set()
}

test_del003_what_is_no_infrastructure if verdicts("DEL003", knowing(a_change({}), {"mode": "analysis"})) == set()

self_approved(changes) := knowing(infrastructure(changes), {"mode": "analysis", "approval": an_approval(withdrawn), "proposed": approval})

covering(trusted, proposed) := knowing(infrastructure({}), {"covered": {"trusted": trusted, "proposed": proposed}})
