package cdbgate.k8s_readiness_test

with_probes(liveness, readiness) := a_container({
	"probes": {
		"liveness": {"handler": handler_of(liveness)},
		"readiness": {"handler": handler_of(readiness)},
	},
	"spec": {
		"livenessProbe": object.union(liveness, {"periodSeconds": 20}),
		"readinessProbe": object.union(readiness, {"periodSeconds": 5}),
	},
})

handler_of(probe) := handler if some handler, _ in probe

get(path) := {"httpGet": {"path": path, "port": 8080}}

test_k8s013_same_check if {
	verdicts("K8S013", pod([with_probes(get("/healthz"), get("/healthz"))], [])) == {[
		array.concat(bare.path, ["livenessProbe", "httpGet"]),
		`container "web": livenessProbe and readinessProbe make the same httpGet check`,
	]}
	socket := {"tcpSocket": {"port": 8080}}
	count(verdicts("K8S013", pod([with_probes(socket, socket)], []))) == 1
}

test_k8s013_sidecar if {
	twin := object.union(with_probes(get("/"), get("/")), in_role("sidecar", "initContainers"))
	count(verdicts("K8S013", pod([healthy, twin], []))) == 1
}

test_k8s013_other_check if {
	verdicts("K8S013", pod([with_probes(get("/livez"), get("/readyz"))], [])) == set()
	verdicts("K8S013", pod([with_probes(get("/"), {"tcpSocket": {"port": 8080}})], [])) == set()
}

test_k8s013_one_probe_only if {
	verdicts("K8S013", pod([object.union(bare, {"probes": {"liveness": {"handler": "httpGet"}}})], [])) == set()
}

test_k8s013_not_what_ends if {
	twin := object.union(with_probes(get("/"), get("/")), {"long_running": false})
	verdicts("K8S013", pod([twin], [])) == set()
}

test_k8s013_not_compose if {
	verdicts("K8S013", service({}, {})) == set()
}
