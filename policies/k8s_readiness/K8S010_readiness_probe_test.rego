package cdbgate.k8s_readiness_test

test_k8s010_kubernetes if {
	verdicts("K8S010", pod([bare], [])) == {[array.concat(bare.path, ["readinessProbe"]), `container "web" has no readinessProbe`]}
	verdicts("K8S010", pod([healthy], [])) == set()
}

test_k8s010_any_handler_counts if {
	every handler in ["httpGet", "tcpSocket", "exec", "grpc"] {
		verdicts("K8S010", pod([object.union(bare, {"probes": {"readiness": {"handler": handler}}})], [])) == set()
	}
}

test_k8s010_other_probes_do_not_count if {
	others := object.remove(probed.probes, ["readiness"])
	count(verdicts("K8S010", pod([object.union(bare, {"probes": others})], []))) == 1
}

test_k8s010_every_long_running_container if {
	lonely := object.union(bare, in_role("sidecar", "initContainers"))
	verdicts("K8S010", pod([healthy, lonely], [])) == {[array.concat(lonely.path, ["readinessProbe"]), `sidecar "sidecar" has no readinessProbe`]}
	count(verdicts("K8S010", pod([bare, lonely], []))) == 2
}

test_k8s010_not_what_ends if {
	job := object.union(bare, {"long_running": false})
	verdicts("K8S010", pod([job, init, ephemeral], [])) == set()
	verdicts("K8S010", changed(unhealthy, {"containers": [job]})) == set()
}

test_k8s010_compose if {
	verdicts("K8S010", unhealthy) == {[["healthcheck"], `service "web" has no healthcheck (it stands for the readinessProbe)`]}
	verdicts("K8S010", service({}, {})) == set()
}
