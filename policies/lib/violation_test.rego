package cdbgate.lib_test

import data.cdbgate.lib

test_violation_takes_the_rule_from_its_metadata if {
	lib.violation({"title": "T", "custom": {"id": "K8S999", "severity": "error"}}, ["spec", 0], "no") == {
		"rule": "K8S999",
		"path": ["spec", 0],
		"message": "no",
	}
}

test_violation_without_an_id_is_none if not lib.violation({"custom": {}}, [], "no")

test_graded_violation_carries_its_severity if {
	lib.graded_violation({"custom": {"id": "K8S999"}}, "note", [], "so") == {"rule": "K8S999", "path": [], "message": "so", "severity": "note"}
}

test_counted if {
	every n, text in {0: "0 changes", 1: "1 change", 2: "2 changes", 1500: "1500 changes"} {
		lib.counted(n, "change", "changes") == text
	}
}
