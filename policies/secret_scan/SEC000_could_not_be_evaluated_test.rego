package cdbgate.secret_scan_test

test_sec000_says_what_happened if verdicts("SEC000", fault) == {[[], "line 3: unclosed list"]}

test_sec000_without_a_message if {
	verdicts("SEC000", {"document": null, "context": {"subject": "fault"}}) == {[[], "could not be evaluated"]}
}

test_sec000_alone if rules(fault) == {"SEC000"}

test_sec000_other_subjects if {
	every doc in honest {
		verdicts("SEC000", knowing(doc, {"fault": {"message": "x"}})) == set()
	}
}
