package cdbgate.k8s_readiness

import data.cdbgate.lib

# METADATA
# title: No tie to one node
# description: >-
#   A pod that uses the node's network, processes or ports, or names its node, cannot be moved freely.
# custom:
#   id: K8S031
#   severity: warning
#   clauses: [INF-7]
#   remediation: >-
#     Remove hostNetwork, hostPID, hostIPC, hostPort and nodeName; expose the service through a Service and choose nodes by
#     nodeSelector, affinity or tolerations. In Compose remove network_mode, pid and ipc `host`.
deny contains violation if {
	input.context.subject == "workload"
	some tie in node_ties
	violation := lib.violation(rego.metadata.rule(), tie.path, tie.message)
}

node_ties contains {"path": array.concat(input.context.workload.pod.path, [field]), "message": sprintf("%s of the node is shared (%s)", [what, field])} if {
	some field, what in {"hostNetwork": "the network", "hostPID": "the process table", "hostIPC": "the memory"}
	input.context.workload.pod.spec[field] == true
}

node_ties contains {"path": array.concat(input.context.workload.pod.path, ["nodeName"]), "message": "nodeName ties the pod to one node"} if {
	input.context.workload.pod.spec.nodeName
}

node_ties contains {"path": array.concat(c.path, ["ports", i, "hostPort"]), "message": sprintf("%s %q takes port %v of the node", [kind_of(c), c.name, port.hostPort])} if {
	is_kubernetes
	some c in input.context.containers
	some i, port in c.spec.ports
	port.hostPort > 0
}

node_ties contains {"path": [field], "message": sprintf("service %q shares the host's %s", [input.context.workload.name, field])} if {
	not is_kubernetes
	some field in ["network_mode", "pid", "ipc"]
	input.document[field] == "host"
}
