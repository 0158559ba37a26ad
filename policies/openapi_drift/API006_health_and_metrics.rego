package cdbgate.openapi_drift

import data.cdbgate.lib

# METADATA
# title: Health and metrics are described
# description: >-
#   Every service has an endpoint that says whether it is healthy, and one for Prometheus. The spec describes both, and of health both
#   answers. A `default` response says neither.
# custom:
#   id: API006
#   severity: warning
#   clauses: [GOV-2]
#   params: [health_paths, health_responses, metrics_paths]
#   remediation: |-
#     Describe them where the spec comes from, so that it says:
#       paths:
#         /healthz:
#           get:
#             responses:
#               "200": {description: healthy}
#               "503": {description: not healthy}
#         /metrics:
#           get:
#             responses:
#               "200": {description: metrics for Prometheus}
deny contains violation if {
	input.context.subject == "spec"
	some v in undescribed
	violation := lib.violation(rego.metadata.rule(), v.path, v.message)
}

undescribed contains missing_endpoint(params.health_paths) if {
	count(params.health_paths) > 0
	count(endpoints(params.health_paths)) == 0
}

undescribed contains missing_endpoint(params.metrics_paths) if {
	count(params.metrics_paths) > 0
	count(endpoints(params.metrics_paths)) == 0
}

undescribed contains {"path": ["paths", path, "get"], "message": sprintf("GET %s does not describe %s", [path, concat(" and ", missing)])} if {
	some path in endpoints(params.health_paths)
	missing := [status | some status in params.health_responses; not describes(input.document.paths[path].get, status)]
	count(missing) > 0
}

missing_endpoint(wanted) := {"path": ["paths"], "message": sprintf("GET %s is not described", [concat(" or ", wanted)])}

# endpoints are the paths of the spec among those wanted that can be asked with GET.
endpoints(wanted) := {path |
	some path, item in object_at(input.document, "paths")
	item.get
	segments(path) in {segments(one) | some one in wanted}
}

# describes takes the range of a status as well: 5XX for 503.
describes(operation, status) if {
	some described, _ in object_at(operation, "responses")
	upper(described) in {status, concat("", [substring(status, 0, 1), "XX"])}
}
