package cdbgate.openapi_drift_test

import data.cdbgate.openapi_drift

# Odd input is judged, or passed by, but never an error: one would end the whole run.

odd_values := [null, true, 3, 1.5, "text", " ", [], ["text", null], [3, [{}]], {}, {"a": {"kind": "deny"}}]

subjects := ["spec", "validity", "generator", "drift", "changes", "fault"]

is_set_of_violations(doc) if {
	found := openapi_drift.deny with input as doc
	is_set(found)
	every violation in found {
		trim_space(violation.message) != ""
		is_array(violation.path)
	}
}

test_odd_facts if {
	every subject in subjects {
		every value in odd_values {
			is_set_of_violations({"document": value, "context": {"subject": subject}})
			is_set_of_violations({"document": value, "context": {
				"subject": subject, "fault": value, "generator": value, "repair": value, "base": value, "head": value, "deleted": value,
			}})
			is_set_of_violations({"document": null, "context": {"subject": subject, "fault": {"message": value}}})
			is_set_of_violations({"document": {"problems": value, "differences": value, "changes": value}, "context": {"subject": subject}})
			is_set_of_violations({"document": {"problems": [value], "differences": [value], "changes": [value]}, "context": {"subject": subject}})
		}
	}
}

test_odd_items if {
	every value in odd_values {
		every field in ["id", "level", "text", "operation", "base", "field", "kind", "committed", "generated"] {
			is_set_of_violations(a_validity([{field: value}]))
			is_set_of_violations(a_drift([{field: value}]))
			is_set_of_violations(a_step("1.0.0", "1.0.0", {field: value}))
		}
		every field in ["version", "path", "commit"] {
			is_set_of_violations(knowing(a_step("1.0.0", "1.0.0", {}), {"base": {field: value}}))
			is_set_of_violations(knowing(a_step("1.0.0", "1.0.0", {}), {"head": {field: value}}))
		}
	}
}

test_odd_runs if {
	every value in odd_values {
		every field, _ in a_run({}).context.generator {
			every flaw in [{}, {"timed_out": true}, {"too_long": true}, {"started": false}, {"exit_code": 1}] {
				is_set_of_violations(a_run(object.union(flaw, {field: value})))
			}
		}
	}
}

test_odd_specs if {
	every value in odd_values {
		is_set_of_violations({"document": {"paths": value, "webhooks": value}, "context": {"subject": "spec"}})
		is_set_of_violations(bare_spec({"/auth/keys/rotated": value, "/healthz": value, "/metrics": value}))
		is_set_of_violations(bare_spec({"/auth/keys/rotated": {"post": value}, "/healthz": {"get": value}, "/metrics": {"get": value}}))
		every field in ["parameters", "security", "responses"] {
			every odd in [value, [value], [[value]]] {
				is_set_of_violations(bare_spec({"/auth/keys/rotated": {"post": {field: odd}}, "/healthz": {"get": {field: odd}}}))
			}
		}
		every field in ["name", "in", "required"] {
			is_set_of_violations(a_rotation({"parameters": [a_header({field: value})]}))
		}
		every field in ["name", "type", "in", "parameter", "scheme", "description"] {
			is_set_of_violations(a_rotation({"security": [[a_scheme({field: value})]]}))
		}
	}
}

test_nothing_there if {
	every document in odd_values {
		openapi_drift.deny == set() with input as {"document": document, "context": {}}
	}
}
