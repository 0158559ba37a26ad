package cdbgate.k8s_readiness_test

test_k8s021_kubernetes if {
	verdicts("K8S021", pod([bare], [])) == {[array.concat(bare.path, ["resources", "limits"]), `container "web" has no limit of cpu and none of memory`]}
	verdicts("K8S021", pod([healthy], [])) == set()
}

test_k8s021_one_resource if {
	some_cpu := object.union(bare, {"quantities": {"limits": {"cpu": 1}}})
	messages("K8S021", pod([some_cpu], [])) == {`container "web" has no limit of memory`}
}

test_k8s021_init_and_sidecar if {
	first := object.union(bare, object.union(in_role("init", "initContainers"), {"long_running": false}))
	second := object.union(bare, in_role("sidecar", "initContainers"))
	messages("K8S021", pod([first, second], [])) == {
		`init container "init" has no limit of cpu and none of memory`,
		`sidecar "sidecar" has no limit of cpu and none of memory`,
	}
}

test_k8s021_jobs_too if {
	count(verdicts("K8S021", of_kind(pod([object.union(bare, {"long_running": false})], []), "Job"))) == 1
}

test_k8s021_not_ephemeral_containers if {
	verdicts("K8S021", pod([ephemeral], [])) == set()
}

test_k8s021_whole_pod if {
	verdicts("K8S021", changed(pod([bare], []), {"workload": {"quantities": {"limits": {"cpu": 1, "memory": 1024}}}})) == set()
}

test_k8s021_limit_range if {
	verdicts("K8S021", changed(pod([bare], []), {"limit_ranges": [{"limits": {"cpu": true, "memory": true}}]})) == set()
	count(verdicts("K8S021", changed(pod([bare], []), {"limit_ranges": [{"limits": {"cpu": true}}]}))) == 1
}

test_k8s021_compose if {
	verdicts("K8S021", unhealthy) == {[["deploy", "resources", "limits"], `service "web" has no limit of cpu and none of memory`]}
	verdicts("K8S021", service({}, {})) == set()
}
