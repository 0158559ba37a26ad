package cdbgate.iac_diff_test

attributes(n) := [sprintf("a%02d", [i]) | some i in numbers.range(1, n)]

ten := "a01, a02, a03, a04, a05, a06, a07, a08, a09, a10"

test_iac003_drift if {
	verdicts("IAC003", an_entry("drift", {"attributes": ["tags.owner"]})) == {[[], "aws_instance.web has drifted: tags.owner"]}
}

test_iac003_attributes if {
	every n, told in {
		2: ": a01, a02", 10: sprintf(": %s", [ten]), 11: sprintf(": %s and 1 more", [ten]), 14: sprintf(": %s and 4 more", [ten]),
	} {
		messages("IAC003", an_entry("drift", {"attributes": attributes(n)})) == {sprintf("aws_instance.web has drifted%s", [told])}
	}
}

# The facts of a plan with very many entries hold only a few attributes of each.
test_iac003_more_than_the_facts_hold if {
	messages("IAC003", an_entry("drift", {"attributes": ["a", "b"], "more_attributes": 5})) == {"aws_instance.web has drifted: a, b and 5 more"}
	messages("IAC003", an_entry("drift", {"attributes": attributes(12), "more_attributes": 5})) == {sprintf("aws_instance.web has drifted: %s and 7 more", [ten])}
}

test_iac003_no_attributes if {
	messages("IAC003", an_entry("drift", {"attributes": []})) == {"aws_instance.web has drifted"}
}

test_iac003_gone if {
	every list in [["id", "tags"], []] {
		messages("IAC003", an_entry("drift", {"actions": ["delete"], "action": "delete", "attributes": list})) == {"aws_instance.web has drifted: it is gone"}
	}
}

test_iac003_other_subjects if {
	every subject in ["planned", "plan", "object"] {
		verdicts("IAC003", an_entry(subject, {})) == set()
	}
}
