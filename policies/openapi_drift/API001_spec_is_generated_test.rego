package cdbgate.openapi_drift_test

# what is said of a difference.
said_of_differences := {
	{}: "GET /things/{id}: parameters[query limit].required: committed true, generated false",
	{"operation": "info", "field": "version", "committed": "1.2.0", "generated": "1.3.0"}: "info: version: committed 1.2.0, generated 1.3.0",
	{"operation": "", "field": "openapi", "committed": "3.0.3", "generated": "3.1.0"}: "openapi: committed 3.0.3, generated 3.1.0",
	{"committed": ""}: "GET /things/{id}: parameters[query limit].required: committed nothing, generated false",
	{"generated": ""}: "GET /things/{id}: parameters[query limit].required: committed true, generated nothing",
	{"kind": "added", "field": "", "committed": "", "generated": ""}: "GET /things/{id}: only the generated spec has it",
	{"kind": "added", "field": "summary", "committed": "", "generated": "one thing"}: "GET /things/{id}: summary: only the generated spec has it: one thing",
	{"kind": "removed", "operation": "components.schemas.Thing", "field": "", "committed": "", "generated": ""}: "components.schemas.Thing: only the committed spec has it",
	{"kind": "removed", "field": "summary", "committed": "one thing", "generated": ""}: "GET /things/{id}: summary: only the committed spec has it: one thing",
	{"kind": "order", "operation": "", "field": "servers", "committed": "a, b", "generated": "b, a"}: "servers: other order: committed a, b, generated b, a",
	{"kind": "text", "operation": "", "field": "", "committed": "", "generated": ""}: "the document: equal in meaning, other bytes",
	{"kind": "riddle"}: "GET /things/{id}: parameters[query limit].required: committed true, generated false",
}

test_api001_differs if {
	every changes, message in said_of_differences {
		doc := a_drift([a_difference(changes)])
		verdicts("API001", doc) == {[["differences", 0], concat("", [message, "; repair: make api-schema"])]}
		rules(doc) == {"API001"}
	}
}

test_api001_every_difference if {
	doc := a_drift([a_difference({"field": field}) | some field in ["a", "b", "c"]])
	{path | some [path, _] in verdicts("API001", doc)} == {["differences", 0], ["differences", 1], ["differences", 2]}
}

test_api001_without_a_repair if {
	every repair in ["", null, 3] {
		messages("API001", knowing(a_drift([a_difference({})]), {"repair": repair})) == {"GET /things/{id}: parameters[query limit].required: committed true, generated false"}
	}
}

many(n) := a_drift([a_difference({"field": sprintf("%d", [i])}) | some i in numbers.range(1, n)])

test_api001_lists_so_many if {
	every n, more in {
		99: set(), 100: set(),
		101: {[[], "1 more difference is not listed; repair: make api-schema"]},
		250: {[[], "150 more differences are not listed; repair: make api-schema"]},
	} {
		found := verdicts("API001", many(n))
		{pair | some pair in found; pair[0] == []} == more
		count(found) == min([n, 100]) + count(more)
	}
}

test_api001_lists_as_many_as_it_is_told if {
	count(verdicts("API001", many(5))) == 3 with data.cdbgate.params.max_spec_differences as 2
}

# What is no difference as it should be is one all the same.
test_api001_fails_closed if {
	verdicts("API001", a_drift([null])) == {[["differences", 0], "the document: committed nothing, generated nothing; repair: make api-schema"]}
	every document in [null, {}, {"differences": null}, {"differences": {}}] {
		verdicts("API001", {"document": document, "context": {"subject": "drift"}}) == {[[], "nobody told how the committed spec differs from the generated one"]}
	}
}

test_api001_other_subjects if {
	every subject in ["spec", "validity", "generator", "changes"] {
		verdicts("API001", knowing(a_drift([a_difference({})]), {"subject": subject})) == set()
	}
}
