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
	input.context.subject in {"workload", "object"}
	some problem in local_paths
	violation := lib.violation(rego.metadata.rule(), problem.path, problem.message)
}

local_paths contains {"path": volume.path, "message": sprintf("volume %q is a hostPath: a path of one machine", [volume.name])} if {
	input.context.subject == "workload"
	some volume in input.context.volumes
	volume.kind == "hostPath"
}

local_paths contains {"path": volume.path, "message": sprintf("volume %q is a gitRepo: the node it runs on clones it", [volume.name])} if {
	input.context.subject == "workload"
	some volume in input.context.volumes
	volume.kind == "gitRepo"
}

local_paths contains {"path": volume.path, "message": sprintf("service %q mounts %s of the machine it runs on", [input.context.workload.name, mounted_path(volume)])} if {
	input.context.subject == "workload"
	some volume in input.context.volumes
	volume.kind != "hostPath"
	opens_host(volume)
}

local_paths contains {"path": ["spec", kind], "message": sprintf("PersistentVolume %q is a path of one machine (%s)", [object.get(input.document, ["metadata", "name"], ""), kind])} if {
	input.context.subject == "object"
	input.document.kind == "PersistentVolume"
	some kind in ["hostPath", "local"]
	is_object(input.document.spec[kind])
}

# mounted_path names what a volume of Compose mounts: a folder, a pipe, or the device behind a named volume.
mounted_path(volume) := path if {
	path := input.context.project.volumes[volume.source.source].driver_opts.device
	volume.kind == "volume"
} else := path if {
	path := volume.source.source
} else := "a path"
