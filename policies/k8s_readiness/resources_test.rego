package cdbgate.k8s_readiness_test

import data.cdbgate.k8s_readiness

test_resources_of_the_container if {
	k8s_readiness.missing(healthy, "requests") == [] with input as pod([], [])
	k8s_readiness.missing(bare, "requests") == ["cpu", "memory"] with input as pod([], [])
	k8s_readiness.missing(only_cpu(0.1), "requests") == ["memory"] with input as pod([], [])
}

test_zero_is_nothing if {
	k8s_readiness.missing(only_cpu(0), "requests") == ["cpu", "memory"] with input as pod([], [])
	not k8s_readiness.given(bare, "limits", "cpu") with input as changed(
		pod([], []),
		{"workload": {"quantities": {"limits": {"cpu": 0}}}},
	)
}

only_cpu(amount) := object.union(bare, {"quantities": {"requests": {"cpu": amount}}})

test_resources_of_the_pod if {
	k8s_readiness.missing(bare, "limits") == ["memory"] with input as changed(
		pod([], []),
		{"workload": {"quantities": {"limits": {"cpu": 2}}}},
	)
}

test_defaults_of_the_namespace if {
	k8s_readiness.missing(bare, "limits") == ["cpu"] with input as changed(
		pod([], []),
		{"limit_ranges": [{"requests": {}, "limits": {}}, {"requests": {}, "limits": {"memory": true}}]},
	)
}

test_resources_paths if {
	k8s_readiness.resources_path("requests") == ["resources", "requests"] with input as pod([], [])
	k8s_readiness.resources_path("limits") == ["resources", "limits"] with input as pod([], [])
	k8s_readiness.resources_path("requests") == ["deploy", "resources", "reservations"] with input as service({}, {})
	k8s_readiness.resources_path("limits") == ["deploy", "resources", "limits"] with input as service({}, {})
}
