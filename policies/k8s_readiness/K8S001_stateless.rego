package cdbgate.k8s_readiness

import data.cdbgate.lib
import data.cdbgate.params

# METADATA
# title: Services are stateless
# description: >-
#   A service keeps nothing that outlives its pod. State belongs to the stores of the reference stack, which are exempt by
#   image or label.
# custom:
#   id: K8S001
#   severity: error
#   clauses: [INF-7]
#   params: [persistence_images, persistence_labels, state_volume_kinds, secret_csi_drivers]
#   remediation: >-
#     Move the state into a store of the reference stack (Postgres, NATS JetStream, S3-compatible storage) and run the
#     service as a Deployment; scratch space is an emptyDir.
deny contains violation if {
	input.context.subject == "workload"
	some problem in state
	violation := lib.violation(rego.metadata.rule(), problem.path, problem.message)
}

state contains {"path": ["kind"], "message": sprintf("%s %q is stateful by its kind", [input.context.workload.kind, input.context.workload.name])} if {
	input.context.workload.kind == "StatefulSet"
	not is_store
}

state contains {"path": ["spec", "volumeClaimTemplates", i], "message": sprintf("volumeClaimTemplates gives every replica of %q its own disk", [input.context.workload.name])} if {
	some i, _ in input.document.spec.volumeClaimTemplates
	not is_store
}

state contains {"path": mount.path, "message": sprintf("%s writes to volume %q (%s), which outlives it", [c.label, volume.name, volume.kind])} if {
	some volume in input.context.volumes
	keeps_state(volume)
	some c in input.context.containers
	not is_store_image(c.image.name)
	not is_store_helper(c)
	some mount in c.mounts
	mount.volume == volume.name
	not mount.read_only
}

keeps_state(volume) if {
	volume.kind in params.state_volume_kinds
	not is_secret_store(volume)
	not volume.source.readOnly == true
}

# is_store is true for the reference stack's own stores.
is_store if {
	some c in input.context.containers
	c.role in {"main", "service"}
	is_store_image(c.image.name)
}

is_store if labelled(input.context.workload.labels, params.persistence_labels)

is_store_image(name) if name in params.persistence_images

# Init containers and sidecars of a store prepare or back up its disk.
is_store_helper(c) if {
	c.role != "main"
	is_store
}

is_store_helper(_) if labelled(input.context.workload.labels, params.persistence_labels)
