package cdbgate.k8s_readiness

# probe_name says what is missing in the platform's own words.
probe_name(name) := name if is_kubernetes

probe_name(name) := sprintf("healthcheck (it stands for the %s)", [name]) if not is_kubernetes

# probe_path leads to the probe within its container. Where there is none, the finding points at the container.
probe_path(name) := [name] if is_kubernetes

probe_path(_) := ["healthcheck"] if not is_kubernetes
