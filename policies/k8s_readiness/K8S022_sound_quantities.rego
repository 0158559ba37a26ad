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
	some problem in unsound
	violation := lib.violation(rego.metadata.rule(), problem.path, problem.message)
}

unsound contains {"path": array.concat(c.path, problem.path), "message": sprintf("%s: %s", [c.label, problem.message])} if {
	some c in input.context.containers
	some problem in unsound_quantities(c.quantities)
}

unsound contains {"path": array.concat(c.path, c.quantities.paths.requests[resource]), "message": sprintf("%s: requests more %s than the whole pod may use", [c.label, resource])} if {
	some c in input.context.containers
	some resource, request in c.quantities.requests
	exceeds(request, input.context.workload.quantities.limits[resource])
}

unsound contains {"path": array.concat(input.context.workload.pod.path, problem.path), "message": sprintf("the pod: %s", [problem.message])} if {
	some problem in unsound_quantities(input.context.workload.quantities)
}

# unsound_quantities lists what is wrong with a set of quantities; paths start at their container or pod.
unsound_quantities(q) := array.concat(
	[{"path": bad.path, "message": sprintf("%s cannot be read as a quantity", [concat(".", bad.path)])} |
		some bad in q.invalid
	],
	[{"path": q.paths.requests[resource], "message": sprintf("requests more %s than its limit allows", [resource])} |
		some resource, request in q.requests
		exceeds(request, q.limits[resource])
	],
)

# What is not known as a number exceeds nothing.
exceeds(request, limit) if {
	is_number(request)
	is_number(limit)
	request > limit
}
