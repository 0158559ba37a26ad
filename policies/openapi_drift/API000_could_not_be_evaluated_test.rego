package cdbgate.openapi_drift_test

test_api000_says_what_happened if verdicts("API000", fault) == {[[], "Swagger 2.0 is not judged: convert the description to OpenAPI 3.0 or 3.1"]}

test_api000_without_a_message if {
	every context in [{}, {"fault": null}, {"fault": {}}, {"fault": {"message": " "}}, {"fault": {"message": null}}, {"fault": "text"}] {
		verdicts("API000", {"document": null, "context": object.union({"subject": "fault"}, context)}) == {[[], "could not be evaluated"]}
	}
}

test_api000_alone if rules(fault) == {"API000"}

test_api000_other_subjects if {
	every doc in honest {
		verdicts("API000", knowing(doc, {"fault": {"message": "x"}})) == set()
	}
}
