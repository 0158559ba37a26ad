package cdbgate.k8s_readiness_test

with_probe(name, handler) := pod([object.union(bare, {"probes": {name: {"handler": handler}}})], [])

test_k8s012_kubernetes if {
	verdicts("K8S012", pod([bare], [])) == {[
		array.concat(bare.path, ["startupProbe"]),
		`container "web" has no health probe: give it a startupProbe, or a probe that asks a health endpoint (httpGet, grpc or exec)`,
	]}
	verdicts("K8S012", pod([healthy], [])) == set()
}

test_k8s012_either if {
	every doc in [with_probe("startup", "tcpSocket"), with_probe("readiness", "httpGet"), with_probe("liveness", "grpc")] {
		verdicts("K8S012", doc) == set() with data.cdbgate.params.health_probe as "either"
	}
	count(verdicts("K8S012", with_probe("liveness", "tcpSocket"))) == 1 with data.cdbgate.params.health_probe as "either"
}

test_k8s012_startup if {
	verdicts("K8S012", with_probe("startup", "tcpSocket")) == set() with data.cdbgate.params.health_probe as "startup"
	messages("K8S012", with_probe("readiness", "httpGet")) == {`container "web" has no health probe: give it a startupProbe`} with data.cdbgate.params.health_probe as "startup"
}

test_k8s012_endpoint if {
	every handler in ["httpGet", "grpc", "exec"] {
		verdicts("K8S012", with_probe("readiness", handler)) == set() with data.cdbgate.params.health_probe as "endpoint"
	}
	messages("K8S012", with_probe("startup", "tcpSocket")) == {`container "web" has no health probe: give it a probe that asks a health endpoint (httpGet, grpc or exec)`} with data.cdbgate.params.health_probe as "endpoint"
}

test_k8s012_sidecar if {
	count(verdicts("K8S012", pod([healthy, object.union(bare, in_role("sidecar", "initContainers"))], []))) == 1
}

test_k8s012_not_what_ends if {
	verdicts("K8S012", pod([object.union(bare, {"long_running": false}), init, ephemeral], [])) == set()
}

test_k8s012_compose if {
	verdicts("K8S012", unhealthy) == {[["healthcheck"], `service "web" has no health probe: give it a healthcheck`]}
	every choice in ["startup", "endpoint", "either"] {
		verdicts("K8S012", service({}, {})) == set() with data.cdbgate.params.health_probe as choice
	}
}
