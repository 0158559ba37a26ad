package cdbgate.k8s_readiness

import data.cdbgate.lib

# METADATA
# title: AI workloads have no bypass
# description: >-
#   An AI container cannot step out of its sandbox: no privileged mode, host path, container socket, host namespace or added
#   capability, and no administrator's role.
# custom:
#   id: K8S041
#   severity: error
#   clauses: [INF-8]
#   params: [ai_labels, ai_images, admin_roles]
#   remediation: >-
#     Remove what the message names; run with `securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}`
#     and bind a role that lists single resources.
deny contains violation if {
	input.context.subject == "workload"
	is_ai
	some problem in ai_bypasses
	violation := lib.violation(rego.metadata.rule(), problem.path, problem.message)
}

ai_bypasses contains {"path": array.concat(c.path, privilege.path), "message": sprintf("AI %s %q %s", [kind_of(c), c.name, privilege.message])} if {
	some c in input.context.containers
	some privilege in privileges(c)
}

ai_bypasses contains {"path": volume.path, "message": sprintf("volume %q opens the host to an AI workload", [volume.name])} if {
	some volume in input.context.volumes
	volume.kind in {"hostPath", "bind"}
}

ai_bypasses contains {"path": tie.path, "message": sprintf("AI workload: %s", [tie.message])} if {
	some tie in node_ties
}

ai_bypasses contains {"path": array.concat(input.context.workload.pod.path, ["serviceAccountName"]), "message": sprintf("the service account is bound to %s by %s %q", [binding.role, binding.kind, binding.name])} if {
	some binding in input.context.bindings
	binding.role in params.admin_roles
}

privileges(c) := array.concat(
	[{"path": ["securityContext", field], "message": message} |
		some field, message in {
			"privileged": "runs privileged",
			"allowPrivilegeEscalation": "may gain privileges",
		}
		c.spec.securityContext[field] == true
	],
	[{"path": ["securityContext", "capabilities", "add"], "message": sprintf("adds capabilities (%s)", [concat(", ", c.spec.securityContext.capabilities.add)])} |
		count(c.spec.securityContext.capabilities.add) > 0
	],
) if is_kubernetes

privileges(c) := array.concat(
	[{"path": ["privileged"], "message": "runs privileged"} | c.spec.privileged == true],
	[{"path": ["cap_add"], "message": sprintf("adds capabilities (%s)", [concat(", ", c.spec.cap_add)])} |
		count(c.spec.cap_add) > 0
	],
) if not is_kubernetes
