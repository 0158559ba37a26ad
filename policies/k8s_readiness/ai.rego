package cdbgate.k8s_readiness

import data.cdbgate.params

# is_ai tells AI workloads (INF-8) by label, annotation or image.
is_ai if labelled(input.context.workload.labels, params.ai_labels)

is_ai if labelled(input.context.workload.annotations, params.ai_labels)

is_ai if {
	some c in input.context.containers
	c.image.name in params.ai_images
}
