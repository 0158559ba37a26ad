package cdbgate.k8s_readiness

import data.cdbgate.lib
import data.cdbgate.params

# METADATA
# title: Configuration comes from ENV, ConfigMap or Secret
# description: >-
#   A service reads its configuration from environment variables, ConfigMaps and Secrets only, not from files that some
#   other kind of volume brings along.
# custom:
#   id: K8S002
#   severity: error
#   clauses: [INF-7]
#   params: [config_volume_kinds, config_file_patterns, secret_csi_drivers]
#   remediation: >-
#     Put the file into a ConfigMap (or a Secret) and mount that; in Compose use a top-level `configs:` entry with
#     `content:` or pass the values as `environment:`.
deny contains violation if {
	input.context.subject == "workload"
	some volume in input.context.volumes
	foreign(volume)
	some c in input.context.containers
	some mount in c.mounts
	mount.volume == volume.name
	is_configuration(volume, mount)
	message := sprintf("%s reads configuration at %s from a volume of kind %s", [c.label, mount.target, volume.kind])
	violation := lib.violation(rego.metadata.rule(), mount.path, message)
}

foreign(volume) if {
	not volume.kind in params.config_volume_kinds
	not is_secret_store(volume)
}

# What is mounted is configuration when its path says so. Other data is judged as state (K8S001) or local path (K8S030).
is_configuration(_, mount) if regex.match(config_file, mount.target)

# One read-only item picked out of a volume.
is_configuration(_, mount) if {
	mount.sub_path
	mount.read_only
}

# A single file of the node.
is_configuration(volume, _) if volume.source.type in {"File", "FileOrCreate"}

config_file := any_of(params.config_file_patterns)
