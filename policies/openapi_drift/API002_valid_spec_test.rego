package cdbgate.openapi_drift_test

# what is said of a problem.
said_of_problems := {
	{}: ["error", "GET /things: #/components/schemas/Thing is not there [unresolved-ref]"],
	{"operation": ""}: ["error", "#/components/schemas/Thing is not there [unresolved-ref]"],
	{"level": "warning"}: ["warning", "GET /things: #/components/schemas/Thing is not there [unresolved-ref]"],
	{"level": "note"}: ["note", "GET /things: #/components/schemas/Thing is not there [unresolved-ref]"],
	{"level": "riddle"}: ["error", "GET /things: #/components/schemas/Thing is not there [unresolved-ref]"],
	{"level": null}: ["error", "GET /things: #/components/schemas/Thing is not there [unresolved-ref]"],
	{"id": ""}: ["error", "GET /things: #/components/schemas/Thing is not there"],
	{"text": ""}: ["error", "GET /things: the spec is not valid [unresolved-ref]"],
	{"text": null, "id": null, "operation": null}: ["error", "the spec is not valid"],
}

test_api002_problems if {
	every changes, said in said_of_problems {
		doc := a_validity([a_problem(changes)])
		graded("API002", doc) == {[said[0], ["problems", 0], said[1]]}
		rules(doc) == {"API002"}
	}
}

test_api002_every_problem if {
	doc := a_validity([a_problem({"id": id}) | some id in ["a", "b"]])
	{path | some [path, _] in verdicts("API002", doc)} == {["problems", 0], ["problems", 1]}
}

test_api002_fails_closed if {
	graded("API002", a_validity([null])) == {["error", ["problems", 0], "the spec is not valid"]}
	every document in [null, {}, {"problems": null}, {"problems": {}}] {
		graded("API002", {"document": document, "context": {"subject": "validity"}}) == {["error", [], "nobody told whether the spec is valid"]}
	}
}

test_api002_other_subjects if {
	every subject in ["spec", "generator", "drift", "changes"] {
		verdicts("API002", knowing(a_validity([a_problem({})]), {"subject": subject})) == set()
	}
}
