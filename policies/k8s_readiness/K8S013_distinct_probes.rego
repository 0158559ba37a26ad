package cdbgate.k8s_readiness

import data.cdbgate.lib

# METADATA
# title: Liveness and readiness are not the same check
# description: >-
#   When both ask the same question, a service that is only busy or waits for a dependency is restarted instead of taken out
#   of rotation.
# custom:
#   id: K8S013
#   severity: warning
#   clauses: [INF-7]
#   remediation: >-
#     Let readiness ask whether the service and what it needs can take traffic (/readyz), and liveness only whether the
#     process itself still works (/livez).
deny contains violation if {
	input.context.subject == "workload"
	is_kubernetes
	some c in input.context.containers
	c.long_running
	handler := c.probes.liveness.handler
	c.probes.readiness.handler == handler
	c.spec.livenessProbe[handler] == c.spec.readinessProbe[handler]
	message := concat("", [c.label, ": livenessProbe and readinessProbe make the same ", handler, " check"])
	violation := lib.violation(rego.metadata.rule(), array.concat(c.path, ["livenessProbe", handler]), message)
}
