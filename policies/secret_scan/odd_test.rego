package cdbgate.secret_scan_test

import data.cdbgate.secret_scan

# Odd input is judged, or passed by, but never an error: one would end the whole run.

odd_values := [null, true, 3, "text", [], ["text", null], [3, [{}]], {}, {"a": {"kind": "deny"}}]

is_set_of_violations(doc) if {
	found := secret_scan.deny with input as doc
	is_set(found)
}

test_odd_facts if {
	every subject in ["leak", "ignore", "file", "secret", "assignment", "scan", "missed", "fault"] {
		every value in odd_values {
			is_set_of_violations({"document": value, "context": {"subject": subject}})
			is_set_of_violations({"document": value, "context": {
				"subject": subject, "leak": value, "ignored": value, "entry": value, "file": value, "secret": value, "assignment": value,
				"scan": value, "missed": value,
			}})
			is_set_of_violations({"document": null, "context": {
				"subject": subject, "file": {"tracked": true, "path": ".env", "marks": value, "assignments": 1},
				"secret": {"literals": value},
			}})
		}
	}
}

test_nothing_there if {
	every document in odd_values {
		secret_scan.deny == set() with input as {"document": document, "context": {}}
	}
}
