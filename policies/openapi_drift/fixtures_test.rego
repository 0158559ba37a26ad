package cdbgate.openapi_drift_test

import data.cdbgate.openapi_drift

# What the tests judge: honest inputs, and the pieces to break them with.

source := {"path": "openapi.yaml", "kind": "openapi"}

health := {"get": an_operation({"responses": {"200": {}, "503": {}}})}

metrics := {"get": an_operation({"responses": {"200": {}}})}

an_operation(changes) := object.union(
	{"operationId": "", "deprecated": false, "tags": [], "parameters": [], "security": [], "responses": {"204": {}}},
	changes,
)

a_header(changes) := object.union({"name": "X-Hub-Signature-256", "in": "header", "required": true}, changes)

a_scheme(changes) := object.union(
	{"name": "webhook", "type": "apiKey", "in": "header", "parameter": "X-Signature", "scheme": "", "description": ""},
	changes,
)

bearer := {"name": "bearerAuth", "type": "http", "in": "", "parameter": "", "scheme": "bearer", "description": ""}

# a_spec is an input about a spec with these paths beside health and metrics.
a_spec(paths) := bare_spec(object.union({"/healthz": health, "/metrics": metrics}, paths))

bare_spec(paths) := {"document": {"openapi": "3.1.0", "info": {"title": "shop", "version": "1.0.0"}, "paths": paths, "webhooks": {}}, "source": source, "context": {"subject": "spec"}}

# a_rotation is a spec whose webhook about rotated keys is described so.
a_rotation(changes) := a_spec({"/api/v1/auth/keys/rotated": {"post": an_operation(changes)}})

# a_webhook is a spec with a webhook of OpenAPI 3.1.
a_webhook(name, changes) := object.union(a_spec({}), {"document": {"webhooks": {name: {"post": an_operation(changes)}}}})

a_validity(problems) := {"document": {"problems": problems}, "source": source, "context": {"subject": "validity"}}

a_problem(changes) := object.union(
	{"id": "unresolved-ref", "level": "error", "text": "#/components/schemas/Thing is not there", "operation": "GET /things"},
	changes,
)

# a_run is an input about a generator that ended well.
a_run(changes) := {"document": null, "source": source, "context": {"subject": "generator", "generator": object.union(
	{
		"command": "make api-schema", "from": "convention", "started": true, "problem": "", "exit_code": 0, "signal": "", "timed_out": false,
		"seconds": 300, "too_long": false, "max_output": 67108864, "left": false, "wrote": true, "output": "openapi.yaml", "invalid": "",
		"stderr": "",
	},
	changes,
)}}

a_drift(differences) := {"document": {"differences": differences}, "source": source, "context": {"subject": "drift", "repair": "make api-schema"}}

a_difference(changes) := object.union(
	{"operation": "GET /things/{id}", "field": "parameters[query limit].required", "kind": "changed", "committed": "true", "generated": "false"},
	changes,
)

# a_step is an input about one change between two versions of a spec.
a_step(base, head, change) := {
	"document": {"changes": [object.union(
		{
			"id": "request-parameter-became-required", "level": "error", "text": "the query request parameter limit became required",
			"operation": "GET /things", "base": "openapi.yaml:12",
		},
		change,
	)]},
	"source": source, "context": {
		"subject": "changes", "base": {"version": base, "path": "openapi.yaml", "commit": "0123456789abcdef0123456789abcdef01234567"},
		"head": {"version": head}, "deleted": false,
	},
}

fault := {"document": null, "source": source, "context": {"subject": "fault", "fault": {"message": "Swagger 2.0 is not judged: convert the description to OpenAPI 3.0 or 3.1"}}}

# knowing is an input with changes in its context.
knowing(doc, context) := object.union(doc, {"context": context})

# verdicts are the [path, message] pairs of one rule.
verdicts(id, doc) := {[v.path, v.message] | some v in openapi_drift.deny with input as doc; v.rule == id}

# messages are the messages of one rule.
messages(id, doc) := {message | some [_, message] in verdicts(id, doc)}

# graded are the [severity, path, message] of one rule; "" is the rule's own severity.
graded(id, doc) := {[object.get(v, "severity", ""), v.path, v.message] | some v in openapi_drift.deny with input as doc; v.rule == id}

# rules are the rules that deny.
rules(doc) := {v.rule | some v in openapi_drift.deny with input as doc}

honest := {
	a_spec({}), a_spec({"/things": {"get": an_operation({}), "post": an_operation({})}}), a_rotation({"parameters": [a_header({})]}),
	a_webhook("keysRotated", {"security": [[a_scheme({})]]}), a_webhook("thingAdded", {}), a_validity([]), a_run({}),
	a_run({"from": "configuration", "output": "standard output", "stderr": "Finished in 3 s"}), a_drift([]), a_step("1.2.0", "2.0.0", {}),
	a_step("1.2.0", "1.2.0", {"level": "note"}),
}

test_honest_inputs_pass_every_rule if {
	every doc in honest {
		openapi_drift.deny == set() with input as doc
	}
}
