package cdbgate.openapi_drift_test

import data.cdbgate.openapi_drift

test_text_at if {
	every value, text in {{"a": "b"}: "b", {"a": " "}: "", {"a": 1}: "", {}: "", null: "", "a": "", ["a"]: ""} {
		openapi_drift.text_at(value, "a") == text
	}
}

test_list_at if {
	every value, list in {{"a": [1]}: [1], {"a": {}}: [], {}: [], null: []} {
		openapi_drift.list_at(value, "a") == list
	}
}

test_object_at if {
	every value, object in {{"a": {"b": 1}}: {"b": 1}, {"a": []}: {}, {}: {}, null: {}} {
		openapi_drift.object_at(value, "a") == object
	}
}

test_led_by if {
	openapi_drift.led_by("", "b") == "b"
	openapi_drift.led_by("a", "b") == "a: b"
}

test_level_of if {
	every value, level in {{"level": "note"}: "note", {"level": "warning"}: "warning", {"level": "error"}: "error", {"level": "riddle"}: "error", {}: "error", null: "error"} {
		openapi_drift.level_of(value) == level
	}
}

test_any_of if {
	openapi_drift.any_of(["a", "b|c"]) == "(?:a)|(?:b|c)"
	not openapi_drift.any_of([])
}

test_segments if {
	every path, list in {"/a/b": ["a", "b"], "/a/b/": ["a", "b"], "//a//b": ["a", "b"], "/": [], "": []} {
		openapi_drift.segments(path) == list
	}
}
