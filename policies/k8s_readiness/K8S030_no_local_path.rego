package cdbgate.k8s_readiness

import data.cdbgate.lib

# METADATA
# title: No local path
# description: >-
#   A service runs on any node: it mounts no folder of the machine it happens to be on, neither directly nor through a local
#   PersistentVolume, and no bind mount in Compose.
# custom:
#   id: K8S030
#   severity: error
#   clauses: [INF-7]
#   remediation: >-
#     Replace the path by a ConfigMap, a Secret, an emptyDir or object storage; in Compose by a named volume of a store,
#     `configs:` or `secrets:`. Bake what never changes into the image.
deny contains violation if {
	some problem in local_paths
	violation := lib.violation(rego.metadata.rule(), problem.path, problem.message)
}

local_paths contains {"path": volume.path, "message": sprintf("volume %q is a %s: a path of one machine", [volume.name, volume.kind])} if {
	input.context.subject == "workload"
	some volume in input.context.volumes
	volume.kind in {"hostPath", "gitRepo"}
}

local_paths contains {"path": volume.path, "message": sprintf("service %q mounts %s of the machine it runs on", [input.context.workload.name, object.get(volume.source, "source", "a path")])} if {
	input.context.subject == "workload"
	some volume in input.context.volumes
	volume.kind == "bind"
}

local_paths contains {"path": ["spec", kind], "message": sprintf("PersistentVolume %q is a path of one machine (%s)", [input.document.metadata.name, kind])} if {
	input.context.subject == "object"
	input.document.kind == "PersistentVolume"
	some kind in ["hostPath", "local"]
	input.document.spec[kind]
}
