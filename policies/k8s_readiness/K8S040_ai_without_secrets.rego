package cdbgate.k8s_readiness

import data.cdbgate.lib

# METADATA
# title: AI workloads hold no secrets
# description: >-
#   An AI container reads no Secret: not as environment, not as a file, and not through the token of its service account.
# custom:
#   id: K8S040
#   severity: error
#   clauses: [INF-8]
#   params: [ai_labels, ai_images]
#   remediation: >-
#     Let a service that is no AI workload hold the secret and answer for it. Set `automountServiceAccountToken: false` on
#     the pod and remove secretKeyRef, secretRef and secret volumes.
deny contains violation if {
	input.context.subject == "workload"
	is_ai
	some problem in ai_secrets
	violation := lib.violation(rego.metadata.rule(), problem.path, problem.message)
}

ai_secrets contains {"path": array.concat(c.path, ["env", i]), "message": sprintf("AI %s %q reads %s from a Secret", [kind_of(c), c.name, variable.name])} if {
	is_kubernetes
	some c in input.context.containers
	some i, variable in c.spec.env
	variable.valueFrom.secretKeyRef
}

ai_secrets contains {"path": array.concat(c.path, ["envFrom", i]), "message": sprintf("AI %s %q takes a whole Secret as environment", [kind_of(c), c.name])} if {
	is_kubernetes
	some c in input.context.containers
	some i, source in c.spec.envFrom
	source.secretRef
}

ai_secrets contains {"path": volume.path, "message": sprintf("volume %q hands a secret to an AI workload", [volume.name])} if {
	some volume in input.context.volumes
	hands_out_secret(volume)
}

ai_secrets contains {"path": array.concat(input.context.workload.pod.path, ["automountServiceAccountToken"]), "message": "the service account's token is mounted into an AI workload: automountServiceAccountToken is not false"} if {
	is_kubernetes
	not token_is_off
}

ai_secrets contains {"path": ["secrets", i], "message": sprintf("AI service %q is given a secret", [input.context.workload.name])} if {
	not is_kubernetes
	some i, _ in input.document.secrets
}

hands_out_secret(volume) if volume.kind == "secret"

hands_out_secret(volume) if volume.source.driver in params.secret_csi_drivers

hands_out_secret(volume) if {
	volume.kind == "projected"
	some source in volume.source.sources
	some kind in ["secret", "serviceAccountToken"]
	source[kind]
}

token_is_off if input.context.workload.pod.spec.automountServiceAccountToken == false

# The pod's own word beats the service account's.
token_is_off if {
	not is_boolean(object.get(input.context.workload.pod.spec, "automountServiceAccountToken", null))
	input.context.service_account.automountServiceAccountToken == false
}
