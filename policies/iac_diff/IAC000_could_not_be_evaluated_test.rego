package cdbgate.iac_diff_test

test_iac000_says_what_happened if verdicts("IAC000", fault) == {[[], "line 3: unclosed list"]}

test_iac000_without_a_message if {
	verdicts("IAC000", {"document": null, "context": {"subject": "fault"}}) == {[[], "could not be evaluated"]}
}

test_iac000_alone if rules(fault) == {"IAC000"}

test_iac000_other_subjects if {
	every doc in [kustomization, an_uncovered({})] {
		verdicts("IAC000", knowing(doc, {"fault": {"message": "x"}})) == set()
	}
}
