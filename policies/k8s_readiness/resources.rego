package cdbgate.k8s_readiness

resource_names := ["cpu", "memory"]

# given says whether a container's request or limit ("requests", "limits") of a resource is set: by itself, for the whole
# pod, or by a LimitRange of its namespace. Zero reserves nothing and bounds nothing.
given(c, kind, resource) if c.quantities[kind][resource] > 0

given(_, kind, resource) if input.context.workload.quantities[kind][resource] > 0

given(_, kind, resource) if {
	some range in input.context.limit_ranges
	range[kind][resource]
}

# missing lists the resources of a kind that a container lacks.
missing(c, kind) := [resource |
	some resource in resource_names
	not given(c, kind, resource)
]

# resources_path leads to where requests or limits stand within a container.
resources_path("requests") := ["resources", "requests"] if is_kubernetes

resources_path("limits") := ["resources", "limits"] if is_kubernetes

resources_path("requests") := ["deploy", "resources", "reservations"] if not is_kubernetes

resources_path("limits") := ["deploy", "resources", "limits"] if not is_kubernetes
