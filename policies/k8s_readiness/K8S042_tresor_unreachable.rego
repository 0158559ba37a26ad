package cdbgate.k8s_readiness

import data.cdbgate.lib

# METADATA
# title: Nothing mounts or reaches the Tresor zone
# description: >-
#   The Tresor zone is for humans only: no volume, environment value, host, Service, NetworkPolicy egress or role names it.
# custom:
#   id: K8S042
#   severity: error
#   clauses: [INF-8]
#   params: [tresor_names]
#   remediation: >-
#     Remove the reference. What a service needs from there, a human hands over through the secret manager.
deny contains violation if {
	input.context.subject in {"workload", "object"}
	some name in params.tresor_names
	contains(input.context.text, name) # cheap: most documents end here
	some root in tresor_roots
	walk(object.get(input.document, root, null), [path, value])
	is_string(value)
	names_tresor(value, name)
	message := sprintf("%s names the Tresor zone (%q)", [concat(".", [sprintf("%v", [step]) | some step in array.concat(root, path)]), name])
	violation := lib.violation(rego.metadata.rule(), array.concat(root, path), message)
}

names_tresor(value, name) if regex.match(sprintf(`(^|[^a-z0-9])%s([^a-z0-9]|$)`, [name]), lower(value))

# tresor_roots are the parts of a document that open a way to what they name.
tresor_roots := [input.context.workload.pod.path] if {
	input.context.subject == "workload"
	is_kubernetes
}

tresor_roots := [[key] | some key, _ in input.document] if {
	input.context.subject == "workload"
	not is_kubernetes
}

tresor_roots := [["spec", "egress"]] if {
	input.context.subject == "object"
	input.document.kind == "NetworkPolicy"
}

tresor_roots := [["metadata", "name"], ["metadata", "namespace"], ["spec"], ["subsets"], ["endpoints"], ["rules"], ["subjects"], ["roleRef"]] if {
	input.context.subject == "object"
	input.document.kind in {
		"Service", "Endpoints", "EndpointSlice", "Ingress", "HTTPRoute", "TCPRoute", "GRPCRoute", "PersistentVolume",
		"PersistentVolumeClaim", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding",
	}
}
