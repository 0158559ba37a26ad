package cdbgate.k8s_readiness_test

test_k8s011_kubernetes if {
	verdicts("K8S011", pod([bare], [])) == {[array.concat(bare.path, ["livenessProbe"]), `container "web" has no livenessProbe`]}
	verdicts("K8S011", pod([healthy], [])) == set()
}

test_k8s011_any_handler_counts if {
	every handler in ["httpGet", "tcpSocket", "exec", "grpc"] {
		verdicts("K8S011", pod([object.union(bare, {"probes": {"liveness": {"handler": handler}}})], [])) == set()
	}
}

test_k8s011_other_probes_do_not_count if {
	others := object.remove(probed.probes, ["liveness"])
	count(verdicts("K8S011", pod([object.union(bare, {"probes": others})], []))) == 1
}

test_k8s011_every_long_running_container if {
	lonely := object.union(bare, in_role("sidecar", "initContainers"))
	verdicts("K8S011", pod([healthy, lonely], [])) == {[array.concat(lonely.path, ["livenessProbe"]), `sidecar "sidecar" has no livenessProbe`]}
	count(verdicts("K8S011", pod([bare, lonely], []))) == 2
}

test_k8s011_not_what_ends if {
	job := object.union(bare, {"long_running": false})
	verdicts("K8S011", pod([job, init, ephemeral], [])) == set()
	verdicts("K8S011", changed(unhealthy, {"containers": [job]})) == set()
}

test_k8s011_compose if {
	verdicts("K8S011", unhealthy) == {[["healthcheck"], `service "web" has no healthcheck (it stands for the livenessProbe)`]}
	verdicts("K8S011", service({}, {})) == set()
}
