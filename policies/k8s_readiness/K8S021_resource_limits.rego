package cdbgate.k8s_readiness

import data.cdbgate.lib

# METADATA
# title: Containers limit cpu and memory
# description: >-
#   Every container, init containers and Jobs included, has an upper bound. Resources of the whole pod and the defaults of a
#   LimitRange in the same namespace of the same render count.
# custom:
#   id: K8S021
#   severity: error
#   clauses: [INF-7]
#   remediation: |-
#     # Kubernetes, in the container
#     resources:
#       limits: {cpu: 500m, memory: 256Mi}
#     # Compose, in the service
#     deploy:
#       resources:
#         limits: {cpus: "0.5", memory: 256M}
deny contains violation if {
	input.context.subject == "workload"
	some c in input.context.containers
	c.role != "ephemeral"
	absent := missing(c, "limits")
	count(absent) > 0
	message := concat("", [c.label, " has no limit of ", concat(" and none of ", absent)])
	violation := lib.violation(rego.metadata.rule(), array.concat(c.path, resources_path("limits")), message)
}
