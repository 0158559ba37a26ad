package cdbgate.k8s_readiness

import data.cdbgate.lib

# METADATA
# title: AI workloads hold no secrets
# description: >-
#   An AI container reads no Secret: not as environment, not as a file, and not through the token of its service account. In
#   Compose it is given neither `secrets:` nor a variable that brings one in from outside.
# custom:
#   id: K8S040
#   severity: error
#   clauses: [INF-8]
#   params: [ai_labels, ai_images, secret_csi_drivers, secret_name_patterns, secret_name_exceptions]
#   remediation: >-
#     Let a service that is no AI workload hold the secret and answer for it. Set `automountServiceAccountToken: false` on
#     the pod and remove secretKeyRef, secretRef and secret volumes; in Compose remove `secrets:` and such variables.
deny contains violation if {
	input.context.subject == "workload"
	is_ai
	some problem in ai_secrets
	violation := lib.violation(rego.metadata.rule(), problem.path, problem.message)
}

ai_secrets contains {"path": array.concat(c.path, ["env", i]), "message": sprintf("AI %s reads %s from a Secret", [c.label, object.get(variable, "name", "a variable")])} if {
	is_kubernetes
	some c in input.context.containers
	some i, variable in c.spec.env
	variable.valueFrom.secretKeyRef
}

ai_secrets contains {"path": array.concat(c.path, ["envFrom", i]), "message": concat("", ["AI ", c.label, " takes a whole Secret as environment"])} if {
	is_kubernetes
	some c in input.context.containers
	some i, source in c.spec.envFrom
	source.secretRef
}

ai_secrets contains {"path": volume.path, "message": sprintf("volume %q hands a secret to an AI workload", [volume.name])} if {
	some volume in input.context.volumes
	hands_out_secret(volume)
}

ai_secrets contains {"path": array.concat(input.context.workload.pod.path, ["automountServiceAccountToken"]), "message": "an AI workload gets the token of its service account: automountServiceAccountToken is not false"} if {
	is_kubernetes
	not token_is_off
}

ai_secrets contains {"path": ["secrets", i], "message": sprintf("AI service %q is given a secret", [input.context.workload.name])} if {
	not is_kubernetes
	some i, _ in input.document.secrets
}

# What stands for secretKeyRef in Compose: a variable that takes its value from outside.
ai_secrets contains {"path": variable.path, "message": sprintf("AI service %q is handed %s from outside", [input.context.workload.name, variable.name])} if {
	not is_kubernetes
	some c in input.context.containers
	some variable in c.env
	regex.match(`(^|[^$])\$\{`, variable.value)
	names_secret(variable.name)
}

ai_secrets contains {"path": ["environment", name], "message": sprintf("AI service %q is handed %s from outside", [input.context.workload.name, name])} if {
	not is_kubernetes
	some name, value in input.document.environment
	is_null(value)
	names_secret(name)
}

hands_out_secret(volume) if volume.kind == "secret"

hands_out_secret(volume) if is_secret_store(volume)

hands_out_secret(volume) if {
	volume.kind == "projected"
	some source in volume.source.sources
	some kind in ["secret", "serviceAccountToken", "podCertificate"]
	source[kind]
}

token_is_off if input.context.workload.pod.spec.automountServiceAccountToken == false

pod_decides_token if is_boolean(input.context.workload.pod.spec.automountServiceAccountToken)

# The pod's own word beats the service account's.
token_is_off if {
	not pod_decides_token
	input.context.service_account.automountServiceAccountToken == false
}
