package cdbgate.openapi_drift_test

# what is said of a run.
failures := {
	{"started": false, "problem": "make is not installed"}: "make api-schema did not start: make is not installed",
	{"started": false}: "make api-schema did not start",
	{"started": null}: "make api-schema did not start",
	{"timed_out": true}: "make api-schema did not end within 300 seconds",
	{"timed_out": true, "seconds": 1}: "make api-schema did not end within 1 second",
	{"timed_out": true, "seconds": null}: "make api-schema did not end within the time that it has",
	{"too_long": true}: "make api-schema printed more than 64 MiB",
	{"too_long": true, "max_output": 1048577}: "make api-schema printed more than 1048577 bytes",
	{"too_long": true, "max_output": 1024}: "make api-schema printed more than 1024 bytes",
	{"too_long": true, "max_output": "1"}: "make api-schema printed more than it may",
	{"signal": "killed", "exit_code": -1}: "make api-schema was ended by a signal (killed)",
	{"exit_code": 2}: "make api-schema failed with exit status 2",
	{"exit_code": null}: "make api-schema failed with exit status null",
	{"timed_out": true, "seconds": 0.5}: "make api-schema did not end within 0.5 seconds",
	{"wrote": false}: "make api-schema ended well, but wrote nothing to openapi.yaml",
	{"wrote": null, "output": ""}: "make api-schema ended well, but wrote nothing to the spec",
	{"invalid": "line 3: a tab indents"}: "make api-schema wrote to openapi.yaml what cannot be read: line 3: a tab indents",
	{"invalid": "line 3: a tab indents", "output": "standard output"}: "make api-schema wrote to standard output what cannot be read: line 3: a tab indents",
	{"command": "", "exit_code": 1}: "the generator failed with exit status 1",
}

test_api004_failed if {
	every changes, message in failures {
		graded("API004", a_run(changes)) == {["error", [], message]}
		rules(a_run(changes)) == {"API004"}
	}
}

test_api004_hints_at_the_network if {
	every changes, message in {
		{"exit_code": 2}: "make api-schema failed with exit status 2 without a network, which --allow-network gives it",
		{"exit_code": 2, "stderr": "no route"}: "make api-schema failed with exit status 2 without a network, which --allow-network gives it; it said: no route",
		{"timed_out": true, "exit_code": -1}: "make api-schema did not end within 300 seconds without a network, which --allow-network gives it",
		{"signal": "SIGSEGV", "exit_code": -1}: "make api-schema was ended by a signal (SIGSEGV) without a network, which --allow-network gives it",
		{"started": false, "exit_code": -1}: "make api-schema did not start",
		{"wrote": false}: "make api-schema ended well, but wrote nothing to openapi.yaml",
	} {
		messages("API004", a_run(object.union({"network": false}, changes))) == {message}
	}
	messages("API004", a_run({"network": true, "exit_code": 2})) == {"make api-schema failed with exit status 2"}
	graded("API004", a_run({"network": false})) == set()
}

# Of several failures the first one is told.
test_api004_most_telling_first if {
	order := [
		[{"started": false}, "did not start"], [{"timed_out": true}, "did not end within 300 seconds"], [{"too_long": true}, "printed more than 64 MiB"],
		[{"signal": "killed"}, "was ended by a signal (killed)"], [{"exit_code": 2}, "failed with exit status 2"],
		[{"wrote": false}, "ended well, but wrote nothing to openapi.yaml"], [{"invalid": "empty"}, "wrote to openapi.yaml what cannot be read: empty"],
	]
	every i, step in order {
		all := object.union_n([changes | some j, [changes, _] in order; j >= i])
		graded("API004", a_run(all)) == {["error", [], concat(" ", ["make api-schema", step[1]])]}
	}
}

test_api004_says_what_it_said if {
	every stderr, said in {
		"": "", "  \n\n": "",
		"error: no such target\n": "; it said: error: no such target",
		"\n  Compiling shop\r\nerror[E0425]: no value\n\n": "; it said: Compiling shop / error[E0425]: no value",
		"\u001b[1;31merror\u001b[0m: no\n": "; it said: error: no",
	} {
		messages("API004", a_run({"exit_code": 2, "stderr": stderr})) == {concat("", ["make api-schema failed with exit status 2", said])}
	}
	messages("API004", a_run({"exit_code": 2, "stderr": null})) == {"make api-schema failed with exit status 2"}
}

test_api004_says_the_end_of_it if {
	whole := concat("", ["x" | some _ in numbers.range(1, 300)])
	every n, tail in {300: sprintf("; it said: %s", [whole]), 301: sprintf("; it said: …%s", [substring(whole, 0, 299)])} {
		long := concat("", ["x" | some _ in numbers.range(1, n)])
		messages("API004", a_run({"exit_code": 2, "stderr": long})) == {concat("", ["make api-schema failed with exit status 2", tail])}
	}
	some message in messages("API004", a_run({"exit_code": 2, "stderr": concat("\n", ["ä first", whole, "the last line"])}))
	endswith(message, "x / the last line")
	count(message) == count("make api-schema failed with exit status 2; it said: ") + 300
}

test_api004_left_processes if {
	left := ["warning", [], "make api-schema left processes behind, which were ended: let it wait for what it starts"]
	graded("API004", a_run({"left": true})) == {left}
	graded("API004", a_run({"left": true, "exit_code": 1})) == {left, ["error", [], "make api-schema failed with exit status 1"]}
	graded("API004", a_run({"left": null})) == set()
}

test_api004_network if {
	kept := ["note", [], "make api-schema ran with a network, which this system cannot take away"]
	graded("API004", a_run({"network": true, "network_allowed": false})) == {kept}
	graded("API004", a_run({"network": true, "network_allowed": true})) == set()
	graded("API004", a_run({"network": false, "network_allowed": false})) == set()
}

# Facts that say less do not make a run a good one.
test_api004_fails_closed if {
	every value in [null, {}, [], "text", {"started": null}] {
		graded("API004", {"document": null, "context": {"subject": "generator", "generator": value}}) == {["error", [], "the generator did not start"]}
	}
	graded("API004", {"document": null, "context": {"subject": "generator"}}) == {["error", [], "the generator did not start"]}
	graded("API004", {"document": null, "context": {"subject": "generator", "generator": {"started": true}}}) == {["error", [], "the generator failed with exit status unknown"]}
	graded("API004", {"document": null, "context": {"subject": "generator", "generator": {"started": true, "exit_code": 0}}}) == {[
		"error", [],
		"the generator ended well, but wrote nothing to the spec",
	]}
}

test_api004_other_subjects if {
	every subject in ["spec", "validity", "drift", "changes"] {
		verdicts("API004", knowing(a_run({"exit_code": 2, "left": true}), {"subject": subject})) == set()
	}
}
