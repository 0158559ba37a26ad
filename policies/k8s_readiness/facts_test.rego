package cdbgate.k8s_readiness_test

import data.cdbgate.k8s_readiness

test_params_are_the_bundles_data if k8s_readiness.params.health_probe in {"startup", "endpoint", "either"}

test_platform if {
	k8s_readiness.is_kubernetes with input as pod([], [])
	not k8s_readiness.is_kubernetes with input as service({}, {})
}

test_matches_any if {
	k8s_readiness.matches_any(["^a", "b$"], "xb")
	not k8s_readiness.matches_any(["^a", "b$"], "xa")
	not k8s_readiness.matches_any([], "x")
}

test_labelled if {
	k8s_readiness.labelled({"tier": "db"}, {"tier": ["cache", "db"]})
	not k8s_readiness.labelled({"tier": "web"}, {"tier": ["db"]})
	not k8s_readiness.labelled({}, {"tier": ["db"]})
	not k8s_readiness.labelled({"tier": "db"}, {})
}

test_kind_of if {
	k8s_readiness.kind_of({"role": "main"}) == "container"
	k8s_readiness.kind_of({"role": "init"}) == "init container"
	k8s_readiness.kind_of({"role": "sidecar"}) == "sidecar"
	k8s_readiness.kind_of({"role": "ephemeral"}) == "ephemeral container"
	k8s_readiness.kind_of({"role": "service"}) == "service"
}
