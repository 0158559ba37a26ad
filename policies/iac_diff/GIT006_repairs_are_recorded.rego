package cdbgate.iac_diff

import data.cdbgate.lib

# METADATA
# title: Repairs of drift are recorded
# description: >-
#   Every drift fix is logged and auditable: an Alert of severity info with a Provider watches the reconciler, or Argo CD's
#   notifications do.
# custom:
#   id: GIT006
#   severity: warning
#   clauses: [INF-3.3]
#   remediation: |-
#     apiVersion: notification.toolkit.fluxcd.io/v1beta3
#     kind: Alert
#     metadata: {name: repairs, namespace: flux-system}
#     spec:
#       providerRef: {name: audit}
#       eventSeverity: info
#       eventSources:
#         - {kind: Kustomization, name: "*"}
#         - {kind: HelmRelease, name: "*", namespace: apps}
deny contains violation if {
	is_role("reconciler")
	not input.context.recorded
	message := recording[input.context.family]
	violation := lib.violation(rego.metadata.rule(), ["metadata", "name"], message)
}

recording := {
	"flux": "no Alert of severity info with a Provider watches it: what it repairs is recorded nowhere",
	"argocd": "no notification is subscribed to it: what it repairs is recorded nowhere",
}
