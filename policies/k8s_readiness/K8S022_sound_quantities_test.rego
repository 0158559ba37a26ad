package cdbgate.k8s_readiness_test

request_path(resource) := ["resources", "requests", resource]

test_k8s022_request_above_limit if {
	greedy := a_container({"quantities": {"requests": {"cpu": 2}}})
	verdicts("K8S022", pod([greedy], [])) == {[
		array.concat(bare.path, request_path("cpu")),
		`container "web": requests more cpu than its limit allows`,
	]}
}

test_k8s022_other_resources if {
	greedy := a_container({"quantities": {
		"requests": {"ephemeral-storage": 2},
		"limits": {"ephemeral-storage": 1},
		"paths": {"requests": {"ephemeral-storage": request_path("ephemeral-storage")}},
	}})
	messages("K8S022", pod([greedy], [])) == {`container "web": requests more ephemeral-storage than its limit allows`}
}

test_k8s022_request_at_or_below_limit if {
	verdicts("K8S022", pod([healthy], [])) == set()
	verdicts("K8S022", pod([a_container({"quantities": {"requests": {"cpu": 0.5}}})], [])) == set()
	verdicts("K8S022", pod([bare], [])) == set()
}

test_k8s022_request_without_limit if {
	generous := object.union(bare, {"quantities": {"requests": {"cpu": 64}}})
	verdicts("K8S022", pod([generous], [])) == set()
}

test_k8s022_unreadable if {
	odd := object.union(init, {"quantities": {"invalid": [{"path": ["resources", "limits", "memory"]}]}})
	verdicts("K8S022", pod([odd], [])) == {[
		array.concat(init.path, ["resources", "limits", "memory"]),
		`init container "init": resources.limits.memory cannot be read as a quantity`,
	]}
}

whole_pod(quantities) := changed(pod([healthy], []), {"workload": {"quantities": quantities}})

test_k8s022_whole_pod if {
	verdicts("K8S022", whole_pod({"invalid": [{"path": request_path("cpu")}]})) == {[
		array.concat(pod_path, request_path("cpu")),
		"the pod: resources.requests.cpu cannot be read as a quantity",
	]}
	greedy := {"requests": {"cpu": 3}, "limits": {"cpu": 2}, "paths": {"requests": {"cpu": request_path("cpu")}}}
	messages("K8S022", whole_pod(greedy)) == {"the pod: requests more cpu than its limit allows"}
}

test_k8s022_container_against_the_pod if {
	verdicts("K8S022", whole_pod({"limits": {"memory": 1024}})) == {[
		array.concat(bare.path, request_path("memory")),
		`container "web": requests more memory than the whole pod may use`,
	]}
	verdicts("K8S022", whole_pod({"limits": {"memory": 1073741824}})) == set()
}

test_k8s022_compose if {
	reservations := ["deploy", "resources", "reservations", "cpus"]
	greedy := {"quantities": {"requests": {"cpu": 2}, "paths": {"requests": {"cpu": reservations}}}}
	verdicts("K8S022", service({}, greedy)) == {[reservations, `service "web": requests more cpu than its limit allows`]}
	odd := {"quantities": {"invalid": [{"path": ["mem_limit"]}]}}
	verdicts("K8S022", service({}, odd)) == {[["mem_limit"], `service "web": mem_limit cannot be read as a quantity`]}
}

test_k8s022_unknown_exceeds_nothing if {
	every pair in [{"requests": "unknown", "limits": 1}, {"requests": 1, "limits": "unknown"}] {
		unknown := {"requests": {"cpu": pair.requests}, "limits": {"cpu": pair.limits}, "paths": {"requests": {"cpu": ["cpus"]}}}
		verdicts("K8S022", service({}, {"quantities": unknown})) == set()
	}
}
