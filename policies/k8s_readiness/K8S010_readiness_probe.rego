package cdbgate.k8s_readiness

import data.cdbgate.lib

# METADATA
# title: Long-running containers have a readiness probe
# description: >-
#   Every container that serves, native sidecars included, says when it is ready for traffic. In Compose that is the
#   healthcheck.
# custom:
#   id: K8S010
#   severity: error
#   clauses: [INF-7]
#   remediation: |-
#     # Kubernetes, in the container
#     readinessProbe:
#       httpGet: {path: /readyz, port: 8080}
#       periodSeconds: 10
#     # Compose
#     healthcheck:
#       test: [CMD, wget, --quiet, --spider, "http://localhost:8080/healthz"]
#       interval: 10s
deny contains violation if {
	input.context.subject == "workload"
	some c in input.context.containers
	c.long_running
	not c.probes.readiness.handler
	message := concat("", [c.label, " has no ", probe_name("readinessProbe")])
	violation := lib.violation(rego.metadata.rule(), array.concat(c.path, probe_path("readinessProbe")), message)
}
