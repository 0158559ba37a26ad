package cdbgate.k8s_readiness

import data.cdbgate.lib

# METADATA
# title: Containers request cpu and memory
# description: >-
#   Every container, init containers and Jobs included, says what it needs. Resources of the whole pod and the defaults of a
#   LimitRange in the same namespace of the same render count.
# custom:
#   id: K8S020
#   severity: error
#   clauses: [INF-7]
#   remediation: |-
#     # Kubernetes, in the container
#     resources:
#       requests: {cpu: 100m, memory: 128Mi}
#     # Compose, in the service
#     deploy:
#       resources:
#         reservations: {cpus: "0.1", memory: 128M}
deny contains violation if {
	input.context.subject == "workload"
	some c in input.context.containers
	c.role != "ephemeral"
	absent := missing(c, "requests")
	count(absent) > 0
	message := concat("", [c.label, " requests no ", concat(" and no ", absent)])
	violation := lib.violation(rego.metadata.rule(), array.concat(c.path, resources_path("requests")), message)
}
