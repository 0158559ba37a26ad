package cdbgate.k8s_readiness

import data.cdbgate.lib
import data.cdbgate.params

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

ai_bypasses contains {"path": array.concat(c.path, array.concat(["securityContext"], privilege.path)), "message": sprintf("AI %s %s", [c.label, privilege.message])} if {
	is_kubernetes
	some c in input.context.containers
	some privilege in privileges(c.spec.securityContext)
}

ai_bypasses contains {"path": array.concat(input.context.workload.pod.path, ["securityContext", "windowsOptions", "hostProcess"]), "message": "AI workload runs as a process of the host"} if {
	is_kubernetes
	input.context.workload.pod.spec.securityContext.windowsOptions.hostProcess == true
}

ai_bypasses contains {"path": [field], "message": sprintf("AI service %q %s", [input.context.workload.name, message])} if {
	not is_kubernetes
	some field, message in {
		"privileged": "runs privileged",
		"use_api_socket": "may speak to the container engine",
	}
	input.document[field] == true
}

ai_bypasses contains {"path": ["cap_add"], "message": sprintf("AI service %q adds capabilities (%s)", [input.context.workload.name, listed(input.document.cap_add)])} if {
	not is_kubernetes
	listed(input.document.cap_add) != ""
}

ai_bypasses contains {"path": [field], "message": sprintf("AI service %q shares the host's %s", [input.context.workload.name, field])} if {
	not is_kubernetes
	some field in ["uts", "userns_mode", "cgroup"]
	input.document[field] == "host"
}

ai_bypasses contains {"path": volume.path, "message": sprintf("volume %q opens the host to an AI workload", [volume.name])} if {
	some volume in input.context.volumes
	opens_host(volume)
}

ai_bypasses contains {"path": tie.path, "message": sprintf("AI workload: %s", [tie.message])} if {
	some tie in shared_namespaces
}

ai_bypasses contains {"path": array.concat(input.context.workload.pod.path, ["serviceAccountName"]), "message": sprintf("the service account of an AI workload is bound to %s by %s %q", [binding.role, binding.kind, binding.name])} if {
	some binding in input.context.bindings
	binding.role in params.admin_roles
}

# privileges lists what a container's security context grants; paths start there.
privileges(context) := array.concat(
	[{"path": path, "message": message} |
		some [path, message] in [
			[["privileged"], "runs privileged"],
			[["allowPrivilegeEscalation"], "may gain privileges"],
			[["windowsOptions", "hostProcess"], "runs as a process of the host"],
		]
		object.get(context, path, false) == true
	],
	[{"path": ["capabilities", "add"], "message": sprintf("adds capabilities (%s)", [listed(context.capabilities.add)])} |
		listed(context.capabilities.add) != ""
	],
) if is_object(context)

# listed joins a list that people wrote: anything may stand in it.
listed(items) := concat(", ", [sprintf("%v", [item]) | some item in items])
