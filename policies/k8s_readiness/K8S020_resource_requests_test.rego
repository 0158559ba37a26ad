package cdbgate.k8s_readiness_test

test_k8s020_kubernetes if {
	verdicts("K8S020", pod([bare], [])) == {[array.concat(bare.path, ["resources", "requests"]), `container "web" requests no cpu and no memory`]}
	verdicts("K8S020", pod([healthy], [])) == set()
}

test_k8s020_one_resource if {
	some_cpu := object.union(bare, {"quantities": {"requests": {"cpu": 1}}})
	messages("K8S020", pod([some_cpu], [])) == {`container "web" requests no memory`}
}

test_k8s020_init_and_sidecar if {
	first := object.union(bare, object.union(in_role("init", "initContainers"), {"long_running": false}))
	second := object.union(bare, in_role("sidecar", "initContainers"))
	messages("K8S020", pod([first, second], [])) == {
		`init container "init" requests no cpu and no memory`,
		`sidecar "sidecar" requests no cpu and no memory`,
	}
}

test_k8s020_jobs_too if {
	count(verdicts("K8S020", of_kind(pod([object.union(bare, {"long_running": false})], []), "Job"))) == 1
}

test_k8s020_not_ephemeral_containers if {
	verdicts("K8S020", pod([ephemeral], [])) == set()
}

test_k8s020_whole_pod if {
	verdicts("K8S020", changed(pod([bare], []), {"workload": {"quantities": {"requests": {"cpu": 1, "memory": 1024}}}})) == set()
}

test_k8s020_limit_range if {
	verdicts("K8S020", changed(pod([bare], []), {"limit_ranges": [{"requests": {"cpu": true, "memory": true}}]})) == set()
	count(verdicts("K8S020", changed(pod([bare], []), {"limit_ranges": [{"requests": {"cpu": true}}]}))) == 1
}

test_k8s020_compose if {
	verdicts("K8S020", unhealthy) == {[["deploy", "resources", "reservations"], `service "web" requests no cpu and no memory`]}
	verdicts("K8S020", service({}, {})) == set()
}
