package cdbgate.delivery_gate_test

test_del007_whole if verdicts("DEL007", the_history({})) == set()

test_del007_no_repository if {
	verdicts("DEL007", the_history({"plain": true, "base": false})) == {[[], "this is no git repository, so nothing says what changed: run in a clone"]}
}

test_del007_no_base if {
	messages("DEL007", the_history({"base": false})) == {
		"no base is known, so nothing says what changed: name the branch that the change goes to with --base origin/main, or run on pull_request events",
	}
}

test_del007_shallow if {
	messages("DEL007", the_history({"shallow": true})) == {
		"the clone is shallow: run git fetch --unshallow, or set fetch-depth: 0 in actions/checkout (GIT_DEPTH: 0 in GitLab CI)",
	}
}

test_del007_grafts if {
	messages("DEL007", the_history({"grafts": true})) == {
		"info/grafts gives commits other parents than they have: run git rev-parse --git-path info/grafts and remove that file",
	}
}

test_del007_replaced if {
	messages("DEL007", the_history({"replaced": ["0123456789abcdef", "fedcba9876543210"]})) == {
		"refs/replace puts other objects in place of 0123456789ab, fedcba987654: run git replace -d 0123456789abcdef fedcba9876543210",
	}
}

test_del007_problems_in_their_own_words if {
	messages("DEL007", the_history({"problems": ["object is missing", "no common ancestor"]})) == {"object is missing", "no common ancestor"}
}

test_del007_all_at_once if count(verdicts("DEL007", the_history({"base": false, "shallow": true, "problems": ["x"]}))) == 3

test_del007_only_of_the_history if {
	broken := {"history": {"plain": true, "base": false, "problems": ["x"], "shallow": true, "grafts": true, "replaced": ["x"]}}
	every doc in [a_change({}), a_commit({}), the_approval({})] {
		verdicts("DEL007", knowing(doc, broken)) == set()
	}
}
