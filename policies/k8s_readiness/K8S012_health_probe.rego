package cdbgate.k8s_readiness

import data.cdbgate.lib
import data.cdbgate.params

# METADATA
# title: Long-running containers have a health probe
# description: >-
#   Beside readiness and liveness a service answers for its health: with a startupProbe, or with a probe that asks it (http,
#   grpc or exec) instead of only opening a port. The parameter health_probe chooses which of the two is accepted.
# custom:
#   id: K8S012
#   severity: error
#   clauses: [INF-7, GOV-2]
#   params: [health_probe]
#   remediation: |-
#     # Kubernetes, in the container
#     startupProbe:
#       httpGet: {path: /healthz, port: 8080}
#       failureThreshold: 30
#       periodSeconds: 2
#     # Compose
#     healthcheck:
#       test: [CMD, wget, --quiet, --spider, "http://localhost:8080/healthz"]
#       interval: 10s
deny contains violation if {
	input.context.subject == "workload"
	some c in input.context.containers
	c.long_running
	not has_health_probe(c)
	message := concat("", [c.label, " has no health probe: ", health_probe_wanted])
	violation := lib.violation(rego.metadata.rule(), array.concat(c.path, probe_path("startupProbe")), message)
}

# The one healthcheck of Compose stands for every probe and passes whichever is asked for.
has_health_probe(c) if {
	params.health_probe in {"startup", "either"}
	c.probes.startup.handler
}

has_health_probe(c) if {
	params.health_probe in {"endpoint", "either"}
	some probe in c.probes
	probe.handler in {"httpGet", "grpc", "exec"}
}

health_probe_wanted := "give it a healthcheck" if not is_kubernetes

health_probe_wanted := "give it a startupProbe" if {
	is_kubernetes
	params.health_probe == "startup"
}

health_probe_wanted := "give it a probe that asks a health endpoint (httpGet, grpc or exec)" if {
	is_kubernetes
	params.health_probe == "endpoint"
}

health_probe_wanted := "give it a startupProbe, or a probe that asks a health endpoint (httpGet, grpc or exec)" if {
	is_kubernetes
	params.health_probe == "either"
}
