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

node_ties contains tie if some tie in shared_namespaces

node_ties contains {"path": array.concat(input.context.workload.pod.path, ["nodeName"]), "message": "nodeName ties the pod to one node"} if {
	is_kubernetes
	input.context.workload.pod.spec.nodeName != ""
}

node_ties contains {"path": array.concat(input.context.workload.pod.path, ["nodeSelector", "kubernetes.io/hostname"]), "message": "nodeSelector names one node"} if {
	is_kubernetes
	input.context.workload.pod.spec.nodeSelector["kubernetes.io/hostname"]
}

node_ties contains {"path": array.concat(c.path, ["ports", i, "hostPort"]), "message": sprintf("%s takes port %v of the node", [c.label, port.hostPort])} if {
	is_kubernetes
	some c in input.context.containers
	some i, port in c.spec.ports
	port.hostPort > 0
}

node_ties contains {"path": ["deploy", "placement", "constraints", i], "message": sprintf("service %q may run on one node only", [input.context.workload.name])} if {
	not is_kubernetes
	some i, constraint in input.document.deploy.placement.constraints
	is_string(constraint)
	regex.match(`^\s*node\.(hostname|id)\s*==`, constraint)
}

# shared_namespaces are the namespaces of the node that a workload lives in.
shared_namespaces contains {"path": array.concat(input.context.workload.pod.path, [field]), "message": sprintf("the pod shares the node's %s (%s)", [what, field])} if {
	is_kubernetes
	some field, what in {"hostNetwork": "network", "hostPID": "process table", "hostIPC": "shared memory"}
	input.context.workload.pod.spec[field] == true
}

shared_namespaces contains {"path": [field], "message": sprintf("service %q shares the host's %s (%s)", [input.context.workload.name, what, field])} if {
	not is_kubernetes
	some field, what in {"network_mode": "network", "pid": "process table", "ipc": "shared memory"}
	input.document[field] == "host"
}
