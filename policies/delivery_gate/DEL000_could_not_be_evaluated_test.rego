package cdbgate.delivery_gate_test

test_del000_says_what_went_wrong if {
	verdicts("DEL000", fault({"fault": {"message": "is too large to tell whether it is infrastructure"}})) == {[
		[],
		"is too large to tell whether it is infrastructure",
	]}
}

test_del000_holds_without_a_message if verdicts("DEL000", fault({})) == {[[], "could not be evaluated"]}

test_del000_is_all_that_is_said_of_a_fault if rules(fault({})) == {"DEL000"}

test_del000_not_for_what_can_be_read if {
	every doc in [the_history({}), the_approval({}), infrastructure({}), a_commit({})] {
		verdicts("DEL000", doc) == set()
	}
}

fault(own) := {"document": null, "now": now, "context": object.union({"subject": "fault"}, own)}
