package cdbgate.secret_scan_test

# what is said of a literal, by where it comes from.
said_of_literals := {
	{}: `Secret "web": data.password is a literal value`,
	{"template": true}: `Secret "web": data.password is a literal value, which stands in what it is rendered from`,
	{"generator": true}: `secretGenerator "web": data.password is a literal value, or a file of the repository`,
	{"generator": true, "template": true}: `secretGenerator "web": data.password is a literal value, or a file of the repository`,
	{"sops": true}: `Secret "web": data.password is a literal value, which SOPS does not encrypt`,
}

test_sec003_literal if {
	every facts, message in said_of_literals {
		graded("SEC003", a_secret([a_value("literal")], facts)) == {["error", ["data", "password"], message]}
		rules(a_secret([a_value("literal")], facts)) == {"SEC003"}
	}
}

test_sec003_placeholder if {
	graded("SEC003", a_secret([a_value("placeholder")], {})) == {[
		"warning", ["data", "password"],
		`Secret "web": data.password is a placeholder: whoever fills it in may commit the value`,
	]}
}

test_sec003_every_value if {
	verdicts("SEC003", a_secret([a_value("literal"), {"field": "stringData", "key": "token", "form": "literal"}, {"field": "binaryData", "key": "a.b", "form": "literal"}], {})) == {
		[["data", "password"], `Secret "web": data.password is a literal value`],
		[["stringData", "token"], `Secret "web": stringData.token is a literal value`],
		[["binaryData", "a.b"], `Secret "web": binaryData.a.b is a literal value`],
	}
}

test_sec003_not_in_the_repository if {
	every form in ["reference", "empty", "encrypted"] {
		every facts in [{}, {"sops": true}, {"template": true}, {"generator": true}] {
			verdicts("SEC003", a_secret([a_value(form)], facts)) == set()
		}
	}
	verdicts("SEC003", a_secret([], {})) == set()
}

test_sec003_sealed if verdicts("SEC003", a_secret([a_value("literal")], {"sealed": true})) == set()

# Fails closed: a value is a literal unless the facts say otherwise.
test_sec003_unknown_form if {
	every value in [{"field": "data", "key": "password"}, a_value("riddle"), a_value(null)] {
		messages("SEC003", a_secret([value], {})) == {`Secret "web": data.password is a literal value`}
	}
}

test_sec003_without_a_name if {
	every document in [null, {}, {"metadata": null}, {"metadata": {"name": 3}}, {"metadata": []}] {
		doc := json.patch(a_secret([a_value("literal")], {}), [{"op": "replace", "path": "document", "value": document}])
		messages("SEC003", doc) == {"Secret: data.password is a literal value"}
	}
}

test_sec003_other_subjects if {
	every subject in ["leak", "file", "assignment", "scan"] {
		verdicts("SEC003", knowing(a_secret([a_value("literal")], {}), {"subject": subject})) == set()
	}
}
