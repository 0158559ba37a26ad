package cdbgate.k8s_readiness_test

import data.cdbgate.k8s_readiness

test_probe_words_of_kubernetes if {
	k8s_readiness.probe_name("livenessProbe") == "livenessProbe" with input as pod([], [])
	k8s_readiness.probe_path("livenessProbe") == ["livenessProbe"] with input as pod([], [])
}

test_probe_words_of_compose if {
	k8s_readiness.probe_name("livenessProbe") == "healthcheck (it stands for the livenessProbe)" with input as service({}, {})
	k8s_readiness.probe_path("livenessProbe") == ["healthcheck"] with input as service({}, {})
}
