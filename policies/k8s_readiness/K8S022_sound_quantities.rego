package cdbgate.k8s_readiness

import data.cdbgate.lib

# METADATA
# title: Requests stay within limits and quantities can be read
# description: >-
#   A request above its limit is refused by the cluster, and a quantity that cannot be read bounds nothing.
# custom:
#   id: K8S022
#   severity: error
#   clauses: [INF-7]
#   remediation: >-
#     Write quantities as Kubernetes knows them (100m, 0.5, 128Mi, 1Gi) and keep every request at or below its limit.
deny contains violation if {
	input.context.subject == "workload"
	some c in input.context.containers
	some problem in unsound(c.quantities)
	message := sprintf("%s %q: %s", [kind_of(c), c.name, problem.message])
	violation := lib.violation(rego.metadata.rule(), array.concat(c.path, problem.path), message)
}

# unsound lists what is wrong with a set of quantities; paths start at their container.
unsound(q) := array.concat(
	[{"path": bad.path, "message": sprintf("%s is no quantity", [concat(".", bad.path)])} |
		some bad in q.invalid
	],
	[{"path": q.paths.requests[resource], "message": sprintf("requests more %s than its limit allows", [resource])} |
		some resource, request in q.requests
		request > q.limits[resource]
	],
)
