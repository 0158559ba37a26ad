package cdbgate.openapi_drift_test

# a_health is a spec whose health endpoint describes these responses.
a_health(responses) := bare_spec({"/healthz": {"get": an_operation({"responses": responses})}, "/metrics": metrics})

test_api006_described if {
	every responses in [
		{"200": {}, "503": {}}, {"2XX": {}, "5XX": {}}, {"200": {}, "5xx": {}}, {"200": {}, "503": {}, "default": {}}, {"200": null, "503": null},
	] {
		rules(a_health(responses)) == set()
	}
	rules(bare_spec({"/healthz/": health, "/metrics/": metrics})) == set()
}

test_api006_responses if {
	every responses, missing in {
		{"200": {}}: "503", {"503": {}}: "200", {}: "200 and 503", {"200": {}, "default": {}}: "503", {"default": {}}: "200 and 503",
		{"204": {}, "500": {}}: "200 and 503", {"2XX": {}, "500": {}}: "503", {"200": {}, "4XX": {}}: "503",
	} {
		verdicts("API006", a_health(responses)) == {[["paths", "/healthz", "get"], concat("", ["GET /healthz does not describe ", missing])]}
		rules(a_health(responses)) == {"API006"}
	}
	every responses in [null, [], "200"] {
		messages("API006", a_health(responses)) == {"GET /healthz does not describe 200 and 503"}
	}
}

test_api006_missing if {
	no_health := [["paths"], "GET /healthz is not described"]
	no_metrics := [["paths"], "GET /metrics is not described"]
	verdicts("API006", bare_spec({})) == {no_health, no_metrics}
	verdicts("API006", bare_spec({"/healthz": health})) == {no_metrics}
	verdicts("API006", bare_spec({"/metrics": metrics})) == {no_health}
	verdicts("API006", bare_spec({"/healthz": {"head": health.get}, "/metrics": {"post": metrics.get}})) == {no_health, no_metrics}
	verdicts("API006", bare_spec({"/api/healthz": health, "/metrics/shop": metrics, "/Healthz": health})) == {no_health, no_metrics}
	every document in [null, {}, {"paths": null}, {"paths": []}] {
		verdicts("API006", {"document": document, "context": {"subject": "spec"}}) == {no_health, no_metrics}
	}
}

test_api006_parameters if {
	messages("API006", bare_spec({"/metrics": metrics})) == {"GET /healthz or /ready is not described"} with data.cdbgate.params.health_paths as ["/healthz", "/ready"]
	rules(bare_spec({"/ready": health, "/metrics": metrics})) == set() with data.cdbgate.params.health_paths as ["/healthz", "/ready"]
	rules(bare_spec({"/healthz": health})) == set() with data.cdbgate.params.metrics_paths as []
	rules(bare_spec({"/metrics": metrics})) == set() with data.cdbgate.params.health_paths as []
	rules(a_health({"200": {}})) == set() with data.cdbgate.params.health_responses as ["200"]
}

test_api006_other_subjects if {
	every subject in ["validity", "generator", "drift", "changes"] {
		verdicts("API006", knowing(bare_spec({}), {"subject": subject})) == set()
	}
}
