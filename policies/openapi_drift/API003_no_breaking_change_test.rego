package cdbgate.openapi_drift_test

import data.cdbgate.openapi_drift

broken := "GET /things: the query request parameter limit became required [request-parameter-became-required] (openapi.yaml:12 in base 0123456789ab); "

# steps that allow a breaking change.
great_steps := [
	["1.2.0", "2.0.0"], ["1.2.0", "3.1.4"], ["0.9.0", "1.0.0"], ["0.2.0", "0.3.0"], ["0.2.9", "0.10.0"], ["9.0.0", "10.0.0"], ["v1.2.0", "v2.0.0"],
	["1.2.0", "v2.0.0"], ["1.2.0", "2.0.0-rc.1"], ["1.2.0-rc.1+5", "2.0.0+build.7"], ["1.2", "2.0"], ["1", "2"], ["1.2.0", "2"], ["0.2", "0.3"], ["0", "1"],
	["99999999999999999999.0.0", "100000000000000000000.0.0"], ["18446744073709551616.0.0", "18446744073709551617.0.0"],
]

test_api003_great_steps if {
	every step in great_steps {
		every level in ["error", "warning", "note"] {
			rules(a_step(step[0], step[1], {"level": level})) == set()
		}
	}
}

# what is said of the others.
small_steps := {
	["1.2.0", "1.2.0"]: "info.version stays 1.2.0",
	["0.2.0", "0.2.0"]: "info.version stays 0.2.0",
	["1.2.0", "1.3.0"]: "info.version steps from 1.2.0 to 1.3.0, which is no major step",
	["1.2.0", "1.2.1"]: "info.version steps from 1.2.0 to 1.2.1, which is no major step",
	["1.2", "1.3"]: "info.version steps from 1.2 to 1.3, which is no major step",
	["1", "1.5"]: "info.version steps from 1 to 1.5, which is no major step",
	["1.2.0", "v1.2.0"]: "info.version steps from 1.2.0 to v1.2.0, which is no major step",
	["2.0.0-rc.1", "2.0.0"]: "info.version steps from 2.0.0-rc.1 to 2.0.0, which is no major step",
	["1.0.0+1", "1.0.0+2"]: "info.version steps from 1.0.0+1 to 1.0.0+2, which is no major step",
	["0.2.0", "0.2.1"]: "info.version steps from 0.2.0 to 0.2.1, which is neither a major nor, below 1.0.0, a minor step",
	["0", "0.0.1"]: "info.version steps from 0 to 0.0.1, which is neither a major nor, below 1.0.0, a minor step",
	["1.3.0", "1.2.0"]: "info.version goes back from 1.3.0 to 1.2.0",
	["10.0.0", "9.0.0"]: "info.version goes back from 10.0.0 to 9.0.0",
	["1.0.0", "0.9.0"]: "info.version goes back from 1.0.0 to 0.9.0",
	["0.3.0", "0.2.5"]: "info.version goes back from 0.3.0 to 0.2.5",
	["0.10.0", "0.9.0"]: "info.version goes back from 0.10.0 to 0.9.0",
	["1.2.3", "1.2"]: "info.version goes back from 1.2.3 to 1.2",
	["latest", "latest"]: "info.version latest of the base is no semantic version such as 1.2.0, so no step can be told: bring one to the base in a change of its own",
	["latest", "2.0.0"]: "info.version latest of the base is no semantic version such as 1.2.0, so no step can be told: bring one to the base in a change of its own",
	["1.2.0", "latest"]: "info.version latest is no semantic version such as 1.2.0, so no step can be told: give the spec one",
	["", "2.0.0"]: "info.version is missing in the base, so no step can be told: bring one, such as 1.0.0, to the base in a change of its own",
	["", ""]: "info.version is missing in the base, so no step can be told: bring one, such as 1.0.0, to the base in a change of its own",
	["1.2.0", ""]: "info.version is missing, so no step can be told: give the spec one, such as 2.0.0",
	["1.2.0", null]: "info.version is missing, so no step can be told: give the spec one, such as 2.0.0",
}

test_api003_small_steps if {
	every step, said in small_steps {
		doc := a_step(step[0], step[1], {})
		graded("API003", doc) == {["error", ["changes", 0], concat("", [broken, said])]}
		rules(doc) == {"API003"}
	}
}

# what is no semantic version allows nothing, whatever it looks like.
test_api003_no_versions if {
	every version in [
		"2026-03-02", "2026.03.02", "02.0.0", "2.00.0", "2.0.0.0", "2.0-rc.1", "2+1", "2.x", "2.0.0-", "2.0.0-01", "2.0.0+", "V2.0.0", "version 2", "2.",
		" 2.0.0", "2.0.0\n", "-2.0.0",
	] {
		not openapi_drift.version_number(version)
		verdicts("API003", a_step("1.2.0", version, {})) != set()
		verdicts("API003", a_step(version, "3000.0.0", {})) != set()
	}
}

test_api003_levels if {
	said := concat("", [broken, "info.version stays 1.2.0"])
	every level, found in {
		"warning": {["warning", ["changes", 0], said]}, "note": set(),
		"riddle": {["error", ["changes", 0], said]}, "": {["error", ["changes", 0], said]},
	} {
		graded("API003", a_step("1.2.0", "1.2.0", {"level": level})) == found
	}
}

test_api003_says_less if {
	every changes, message in {
		{"operation": ""}: "the query request parameter limit became required [request-parameter-became-required] (openapi.yaml:12 in base 0123456789ab)",
		{"base": ""}: "GET /things: the query request parameter limit became required [request-parameter-became-required]",
		{"base": "", "id": ""}: "GET /things: the query request parameter limit became required",
		{"base": null, "id": null, "text": null, "operation": null}: "something changed",
	} {
		messages("API003", a_step("1.2.0", "1.2.0", changes)) == {concat("", [message, "; info.version stays 1.2.0"])}
	}
	messages("API003", knowing(a_step("1.2.0", "1.2.0", {}), {"base": {"commit": ""}})) == {concat("", [
		"GET /things: the query request parameter limit became required [request-parameter-became-required] (openapi.yaml:12 in the base); ",
		"info.version stays 1.2.0",
	])}
}

test_api003_every_change if {
	one := a_step("1.2.0", "1.3.0", {})
	doc := object.union(one, {"document": {"changes": [object.union(one.document.changes[0], {"id": id}) | some id in ["a", "b"]]}})
	{path | some [path, _] in verdicts("API003", doc)} == {["changes", 0], ["changes", 1]}
}

# No version allows that a spec is gone.
test_api003_deleted if {
	every head in [{"version": "2.0.0"}, {"version": ""}, {}, null] {
		doc := {"document": {"changes": []}, "context": {
			"subject": "changes", "base": {"version": "1.2.0", "path": "api/openapi.yaml", "commit": "0123456789ab"}, "head": head, "deleted": true,
		}}
		graded("API003", doc) == {["error", [], "api/openapi.yaml is gone: whatever it described is no longer promised"]}
	}
	every document in [null, {}, {"changes": null}] {
		doc := {"document": document, "context": {"subject": "changes", "deleted": true}}
		messages("API003", doc) == {"the spec is gone: whatever it described is no longer promised"}
	}
}

test_api003_fails_closed if {
	every document in [null, {}, {"changes": null}, {"changes": {}}] {
		graded("API003", {"document": document, "context": {"subject": "changes"}}) == {["error", [], "nobody told what changed since the base"]}
	}
	messages("API003", {"document": {"changes": [null]}, "context": {"subject": "changes"}}) == {concat("", [
		"something changed; info.version is missing in the base, so no step can be told: bring one, such as 1.0.0, to the base in a change of its own",
	])}
}

test_api003_other_subjects if {
	every subject in ["spec", "validity", "generator", "drift"] {
		verdicts("API003", knowing(a_step("1.2.0", "1.2.0", {}), {"subject": subject})) == set()
		verdicts("API003", knowing(a_step("1.2.0", "1.2.0", {}), {"subject": subject, "deleted": true})) == set()
	}
}
