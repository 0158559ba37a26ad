package cdbgate.iac_diff_test

# without_code is an input about a plan of a change that touches none of its code.
without_code(changes) := knowing(a_plan(changes), {"code_changed": false})

test_iac005_no_code if {
	every n, told in {1: "1 resource", 2: "2 resources", 4000: "4000 resources"} {
		verdicts("IAC005", without_code({"changes": n})) == {[[], sprintf("the plan changes %s, and the change touches no code of its root", [told])]}
	}
}

test_iac005_nothing_to_do if {
	verdicts("IAC005", without_code({"changes": 0})) == set()
	verdicts("IAC005", without_code({"changes": 0, "drift": 3, "deferred": 2})) == set()
}

test_iac005_with_code if verdicts("IAC005", a_plan({"changes": 9})) == set()

# Without a base nobody knows what the change is.
test_iac005_without_a_base if verdicts("IAC005", knowing(without_code({"changes": 9}), {"base": false})) == set()

test_iac005_once_for_each_plan if {
	every subject in ["planned", "drift", "root"] {
		verdicts("IAC005", knowing(without_code({"changes": 9}), {"subject": subject})) == set()
	}
}
