package cdbgate.k8s_readiness

import data.cdbgate.lib

# METADATA
# title: Long-running containers have a liveness probe
# description: >-
#   Every container that serves, native sidecars included, can be found dead and restarted. In Compose that is the
#   healthcheck.
# custom:
#   id: K8S011
#   severity: error
#   clauses: [INF-7]
#   remediation: |-
#     # Kubernetes, in the container
#     livenessProbe:
#       httpGet: {path: /livez, port: 8080}
#       periodSeconds: 20
#     # Compose
#     healthcheck:
#       test: [CMD, wget, --quiet, --spider, "http://localhost:8080/healthz"]
#       interval: 10s
deny contains violation if {
	input.context.subject == "workload"
	some c in input.context.containers
	c.long_running
	not c.probes.liveness.handler
	message := concat("", [c.label, " has no ", probe_name("livenessProbe")])
	violation := lib.violation(rego.metadata.rule(), array.concat(c.path, probe_path("livenessProbe")), message)
}
