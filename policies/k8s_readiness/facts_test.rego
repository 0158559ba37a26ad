package cdbgate.k8s_readiness_test

import data.cdbgate.k8s_readiness

test_platform if {
	k8s_readiness.is_kubernetes with input as pod([], [])
	not k8s_readiness.is_kubernetes with input as service({}, {})
}

test_any_of if {
	regex.match(k8s_readiness.any_of(["^a", "b$"]), "xb")
	not regex.match(k8s_readiness.any_of(["^a", "b$"]), "xa")
	regex.match(k8s_readiness.any_of(["(?i)^a", "b"]), "A")
	not regex.match(k8s_readiness.any_of(["(?i)^a", "b"]), "B")
	not k8s_readiness.any_of([])
}

test_labelled if {
	k8s_readiness.labelled({"tier": "db"}, {"tier": ["cache", "db"]})
	not k8s_readiness.labelled({"tier": "web"}, {"tier": ["db"]})
	not k8s_readiness.labelled({}, {"tier": ["db"]})
	not k8s_readiness.labelled({"tier": "db"}, {})
}
