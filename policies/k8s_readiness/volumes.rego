package cdbgate.k8s_readiness

import data.cdbgate.params

# opens_host tells volumes that are a path, pipe or socket of the machine the workload runs on.
opens_host(volume) if volume.kind in {"hostPath", "bind", "npipe"}

# A named volume of Compose can be a bind mount in disguise: driver_opts {type: none, o: bind, device: /srv/data}.
opens_host(volume) if {
	volume.kind == "volume"
	options := input.context.project.volumes[volume.source.source].driver_opts.o
	is_string(options)
	regex.match(`(^|,)r?bind(,|$)`, options)
}

# is_secret_store tells volumes that a CSI driver fills with secrets.
is_secret_store(volume) if volume.source.driver in params.secret_csi_drivers
